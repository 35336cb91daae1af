"""The commands of the Reward pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.document_commands import document_commands, text_commands
from dots_tui.ui.panes.reward.editing import EDITING_COMMANDS
from dots_tui.ui.panes.reward.tunnel_commands import TUNNEL_COMMANDS

if TYPE_CHECKING:
    from dots_tui.ui.panes.reward.pane import RewardPane


def _needs_file(pane: RewardPane) -> str:
    return "" if pane.document is not None else f"the open folder has no {REWARD_FUNCTION}"


REWARD_COMMANDS = (
    Command("reward.edit", "Edit", "Edit the text.", "enter", "edit", needs=_needs_file),
    Command("reward.leave", "Leave text", "Leave the text, so that single keys are commands.", "escape", "leave"),
    *TUNNEL_COMMANDS,
    *document_commands("reward", _needs_file),
    Command(
        "reward.find",
        "Find",
        "Find and replace in the text. Tab: replacement; enter: next match; up: previous match.",
        "slash,ctrl+f",
        "find",
        needs=_needs_file,
    ),
    Command(
        "reward.next-problem", "Next problem", "Go to the next finding.", "e,f8", "next_problem", needs=_needs_file
    ),
    Command(
        "reward.previous-problem",
        "Previous problem",
        "Go to the previous finding.",
        "E,shift+f8",
        "previous_problem",
        show=False,
        needs=_needs_file,
    ),
    *EDITING_COMMANDS,
    *text_commands("reward", _needs_file),
)
