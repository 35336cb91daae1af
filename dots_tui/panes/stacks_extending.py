"""Giving a running training more time from the Stacks pane: so many minutes, what AWS changes for it, and yes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Input

from dots_tui.background import Job, in_background
from dots_tui.panes import stacks_operations as operations
from dots_tui.panes import stacks_view as view
from dots_tui.panes.stack_forms import Form
from dots_tui.panes.stacks_operations import Operation
from dots_tui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.extending import Extension
    from dots_tui.aws.stacks import Stack
    from dots_tui.panes.stacks import StacksPane

_MINUTES = 60


class ExtendForm(Form[int]):
    """How many minutes more."""

    def __init__(self, stack: Stack, left: str) -> None:
        super().__init__(f"Extend {stack.name}", f"It ends in {left}.", yes="Look")

    def compose_fields(self) -> Iterable[tuple[str, Widget]]:
        yield "Minutes more", Input(str(_MINUTES), type="integer", id="form-minutes", compact=True)

    def answers(self) -> int:
        text = self.value("form-minutes")
        if not text.isdecimal() or int(text) == 0:
            raise ValueError("How much longer is a whole number of minutes.")
        return int(text)


def reason_against(stack: Stack | None) -> str:
    """Why this stack cannot be extended; "" when it can."""
    if stack is None or stack.kind != "training":
        return "no training is selected"
    if not view.is_running(stack):
        return f"{stack.name} does not run any more"
    return "" if stack.expires is not None else f"{stack.name} never ends by itself"


def ask_and_extend(pane: StacksPane, stack: Stack) -> None:
    """Ask how much longer, then show what would change."""

    def answered(minutes: int | None) -> None:
        if minutes is not None:
            _plan(pane, stack, minutes)

    left = view.time_left(stack, datetime.now(timezone.utc))
    pane.app.push_screen(ExtendForm(stack, left), answered)


def _plan(pane: StacksPane, stack: Stack, minutes: int) -> None:
    pane.say(f"Asking AWS what {minutes} minutes more would change in {stack.name} …")

    def make(job: Job) -> Extension:
        from dots_tui.aws.extending import plan_extension

        poll = operations.POLL_SECONDS
        return plan_extension(pane.workspace.aws(), stack.name, minutes, poll_s=poll, stopped=job.cancelled)

    def planned(found: Extension) -> None:
        pane.say("")
        changes = "; ".join(change.words for change in found.preview.changes) or "only tags change"
        body = (
            f"It would end {found.expires.astimezone():%H:%M}, in {view.clock(found.left)}. The instance goes on. "
            f"In the stack: {changes}."
        )
        dialog = Confirm(f"Give {stack.name} {minutes} minutes more?", body, yes="Extend", no="Leave it")
        pane.app.push_screen(dialog, lambda yes: _extend(pane, found) if yes else _leave(pane, found))

    in_background(pane, make, planned, pane.blame, name="extension")


def _extend(pane: StacksPane, found: Extension) -> None:
    name = found.stack.name

    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws.extending import extend

        return extend(pane.workspace.aws(), found, poll_s=operations.POLL_SECONDS, stopped=job.cancelled)

    def extended() -> None:
        pane.say(f"{name} ends at {found.expires.astimezone():%H:%M}: its tag and its schedule say so.")

    pane.operate(Operation(f"Extending {name}", name, events, lambda: len(found.preview.changes), extended))


def _leave(pane: StacksPane, found: Extension) -> None:
    """The change set nobody wants goes, beside the interface."""

    def discard(_: Job) -> None:
        from dots_tui.aws.change_set import discard

        discard(pane.workspace.aws(), found.preview.id)

    in_background(pane, discard, lambda _: None, pane.blame, name="change set")
