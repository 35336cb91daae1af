"""Giving a running training more time from the Stacks pane: so many minutes, what AWS changes for it, and yes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.stacks import operations, view
from dots_tui.ui.panes.stacks.base import leave
from dots_tui.ui.panes.stacks.operations import Operation
from dots_tui.ui.widgets.dialogs import Confirm, Prompt

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.extending import Extension
    from dots_tui.aws.stacks import Stack
    from dots_tui.ui.panes.stacks.pane import StacksPane

_MINUTES = 60


def _wrong_minutes(text: str) -> str:
    return "" if text.isdecimal() and int(text) > 0 else "How much longer is a whole number of minutes."


def reason_against(stack: Stack | None) -> str:
    """Why this stack cannot be extended; "" when it can."""
    if stack is None or stack.kind != "training":
        return "no training is selected"
    if not view.is_running(stack):
        return f"{stack.name} does not run any more"
    return "" if stack.expires is not None else f"{stack.name} never ends by itself"


def ask_and_extend(pane: StacksPane, stack: Stack) -> None:
    """Ask how much longer, then show what would change."""

    def answered(minutes: str | None) -> None:
        if minutes:
            _plan(pane, stack, int(minutes))

    body = f"It ends in {view.time_left(stack, datetime.now(timezone.utc))}. How many minutes more?"
    pane.app.push_screen(Prompt(f"Extend {stack.name}", body, str(_MINUTES), _wrong_minutes, yes="Look"), answered)


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
        pane.app.push_screen(dialog, lambda yes: _extend(pane, found) if yes else leave(pane, found.preview))

    in_background(pane, make, planned, pane.blame, name="extension")


def _extend(pane: StacksPane, found: Extension) -> None:
    name = found.stack.name

    told: list[str] = []

    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws.extending import extend

        for event in extend(pane.workspace.aws(), found, poll_s=operations.POLL_SECONDS, stopped=job.cancelled):
            if event.status == "EXTENDED":
                told.append(event.reason)
            yield event

    def extended() -> None:
        pane.say(f"{name} is extended: {told[-1]}." if told else "")

    pane.operate(Operation(f"Extending {name}", name, events, lambda: len(found.preview.changes), extended))
