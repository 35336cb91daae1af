"""The selected check of a launch: its complete message, and the command that fixes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.message import Message
from textual.widgets import Static

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.stacks import launch_fixes
from dots_tui.ui.widgets.dialogs import Choose, Confirm, TypeName
from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from dots_tui.app.stack_listing import StackListing
    from dots_tui.aws.checks.result import CheckRemedy, CheckResult
    from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
    from dots_tui.ui.panes.stacks.launch_board import LaunchBoard
    from dots_tui.ui.panes.stacks.port import StacksPort

_FILES, _REWARD = 0, 1
"""Indexes of panes."""


def _needs_remedy(part: SelectedCheck) -> str:
    if part.choices is None:
        return "no launch is prepared (n prepares one)"
    line = part.board.here
    return "" if line is not None and line.remedies else "there is no fix for this check"


FIX = Command("stacks.fix", "Fix", "Fix the selected check.", "F", "fix", needs=_needs_remedy)


class ChoicesChanged(Message):
    """A fix has changed the choices of the launch, or its files: the checks must run again."""

    def __init__(self, choices: LaunchChoices) -> None:
        super().__init__()
        self.choices = choices


class FixElsewhere(Message):
    """Another part applies the `remedy` of a check. `base` is the base stack of the launch."""

    def __init__(self, remedy: CheckRemedy, base: str) -> None:
        super().__init__()
        self.remedy, self.base = remedy, base


class SelectedCheck(Part, Static):
    """The check under the cursor of `board`."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (FIX,)

    def __init__(self, board: LaunchBoard, listing: StackListing, port: StacksPort) -> None:
        super().__init__(id="launch-line", markup=False)
        self.board, self._listing, self._port = board, listing, port
        self.choices: LaunchChoices | None = None
        self._plan: LaunchPlan | None = None

    def show(self, choices: LaunchChoices | None, plan: LaunchPlan | None) -> None:
        """Show the complete message of the check and what to do about it. `plan` is None before all checks ended."""
        self.choices, self._plan = choices, plan
        line = self.board.here
        text = Text(clean(line.message) if line is not None else "")
        if line is not None and line.fix:
            text.append(f"\n{clean(line.fix)}", "dim")
        self.update(text)

    def action_fix(self) -> None:
        line = self.board.here
        if line is not None:
            self._port.start(self._fix(line))

    async def _fix(self, line: CheckResult) -> None:
        """Apply the only remedy of a check, or the one that the user chooses."""
        chosen: str | None = "0"
        if len(line.remedies) > 1:
            options = [(str(index), remedy.label) for index, remedy in enumerate(line.remedies)]
            chosen = await self.app.push_screen_wait(Choose("What to do", options, body=line.message))
        if chosen is not None and self.choices is not None and line.remedies:
            await self._apply(line.remedies[int(chosen)], self.choices)

    async def _apply(self, remedy: CheckRemedy, choices: LaunchChoices) -> None:
        changed = launch_fixes.fixed_choices(choices, remedy, self._listing.names)
        if changed is not None:
            self.post_message(ChoicesChanged(changed))
        elif remedy.kind == "set":
            self._set(remedy.key, remedy.value, choices)
        elif remedy.kind == "reuse":
            await self._ask_to_reuse(choices)
        elif remedy.kind == "quota":
            await self._show_quota(remedy)
        elif remedy.kind == "finding":
            self.host.show_pane(_REWARD if remedy.value == REWARD_FUNCTION else _FILES)
        else:
            self.post_message(FixElsewhere(remedy, choices.base))

    def _set(self, key: str, value: str, choices: LaunchChoices) -> None:
        problem = launch_fixes.save_setting(self.workspace, key, value)
        if problem:
            self.notify(problem, title=key, severity="warning", timeout=10)
            return
        self.notify(f"{key}={value} is saved in run.env. To undo it: 1, then u.", timeout=8)
        self.host.refresh_marks()
        self.post_message(ChoicesChanged(choices))

    async def _ask_to_reuse(self, choices: LaunchChoices) -> None:
        if self._plan is None:
            return
        prefix = self._plan.model_prefix
        name = prefix.rpartition("/")[2]
        body = (
            f"When the launch begins, the content of {prefix}/ is moved to {name}-before- and the time, next to it. "
            "The run trains from its start."
        )
        if await self.app.push_screen_wait(TypeName(f"Train over {name}?", body, name, yes="Train over it")):
            self.post_message(ChoicesChanged(replace(choices, reuse=True)))

    async def _show_quota(self, remedy: CheckRemedy) -> None:
        from dots_tui.aws.checks.machine import quota_page

        text = quota_page(self._listing.region, remedy.key, remedy.value)
        if await self.app.push_screen_wait(Confirm("Ask for more vCPUs", text, yes="Copy", no="Close")):
            self.app.copy_to_clipboard(text)
            self.notify("Sent to the terminal's clipboard.", timeout=4)
