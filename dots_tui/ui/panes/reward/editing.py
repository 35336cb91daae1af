"""What the Reward pane does with its text beyond what every editor of a document does."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.commands import Command

if TYPE_CHECKING:
    from dots_tui.ui.panes.base import Pane
    from dots_tui.ui.panes.reward.tunnel import RewardTunnel as _Pane
else:
    _Pane = object


def _needs_file(pane: RewardEditing) -> str:
    return "" if pane.document is not None else f"the open folder has no {REWARD_FUNCTION}"


EDITING_COMMANDS = (
    Command(
        "reward.learn",
        "Simulate learning",
        "Train a small controller for some seconds and show the lap it learned. A sketch, not a prediction.",
        "L",
        "learn",
        show=False,
        needs=_needs_file,
    ),
    Command(
        "reward.against",
        "Compare with log",
        "Reward the steps of a recorded log or of the watched run: does the reward rank laps as lap time does?",
        "l",
        "against",
        show=False,
        needs=_needs_file,
    ),
    Command(
        "reward.template",
        "Template",
        "Start from a template. Undo restores the present text.",
        "m",
        "template",
        show=False,
        needs=_needs_file,
    ),
)


class RewardEditing(_Pane):
    """The editing actions of the Reward pane."""

    def action_template(self) -> None:
        """Let the user replace the text with a template."""
        from dots_tui.ui.panes.reward.templates import choose_template

        self.take_typed()
        if self.document is not None:
            choose_template(cast("Pane", self), self.document, self.refresh_all)

    def action_learn(self) -> None:
        """Show the result of simulated learning with the text."""
        from dots_tui.ui.panes.reward.learning import show_learning

        subject = self.subject_now()
        if self.document is not None and subject is not None:
            show_learning(cast("Pane", self), self.document, subject, self.take_learned)

    def action_against(self) -> None:
        """Score driven steps with the text."""
        from dots_tui.ui.panes.reward.against import ask_against

        self.take_typed()
        if self.document is not None:
            ask_against(cast("Pane", self))
