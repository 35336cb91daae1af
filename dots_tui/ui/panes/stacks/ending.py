"""Ending stacks from the Stacks pane: stopping a training so that its model is saved, and deleting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Callable, cast

from dots_tui.ui.background import Job
from dots_tui.ui.panes.stacks import operations, view
from dots_tui.ui.panes.stacks.operations import Operation
from dots_tui.ui.widgets.dialogs import Confirm, TypeName

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.stacks import Stack
    from dots_tui.ui.panes.base import Pane
    from dots_tui.ui.panes.stacks.pane import StacksPane

_STACKS = 2
"""Which pane it is."""
_STOPPING = (
    "Its instance saves the model and the logs in the bucket; that is looked for there, and the stack goes. "
    "That takes minutes."
)


def ask_and_stop(pane: Pane, name: str) -> None:
    """Ask in ``pane`` whether to stop the training ``name``; after yes the Stacks pane does it and shows it."""

    def answered(yes: bool | None) -> None:
        if yes:
            stacks = cast("StacksPane", pane.host.show_pane(_STACKS))
            # It may have been made just now: its widgets come with the next refresh.
            stacks.call_after_refresh(stop, stacks, name)

    pane.app.push_screen(Confirm(f"Stop {name}?", _STOPPING, yes="Stop safely", no="Go on"), answered)


def stop(pane: StacksPane, name: str) -> None:
    """Stop the training ``name`` safely."""

    told: list[str] = []

    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws.training_stack import stop as stopping

        for event in stopping(pane.workspace.aws(), name, poll_s=operations.POLL_SECONDS, stopped=job.cancelled):
            if event.status in ("SAVED", "NOTHING_TO_SAVE"):
                told.append(event.reason)
            yield event

    def done() -> None:
        pane.workspace.ended(name)
        if told:
            pane.say(f"{name} is gone: {told[-1]}.")

    if pane.busy and pane.operations.stack != name:
        pane.notify(f"{pane.busy} is still under way.", title=f"{name} is not stopped", severity="warning")
        return
    pane.operate(Operation(f"Stopping {name}", name, events, _count(pane, name), done))


def ask_and_delete(pane: StacksPane, stack: Stack) -> None:
    """Ask for the name of ``stack``, then delete it."""

    def answered(yes: bool | None) -> None:
        if yes:
            _delete(pane, stack)

    pane.app.push_screen(TypeName(f"Delete {stack.name}?", view.delete_warning(stack), stack.name), answered)


def _delete(pane: StacksPane, stack: Stack, *, with_content: bool = False) -> None:
    def events(job: Job) -> Iterator[StackEvent]:
        from dots_tui.aws.stacks import delete

        poll = operations.POLL_SECONDS
        return delete(pane.workspace.aws(), stack.name, with_content, poll_s=poll, stopped=job.cancelled)

    def done() -> None:
        if stack.kind == "training":
            pane.workspace.ended(stack.name)

    def failed(error: Exception) -> bool:
        from dots_tui.aws.stacks import NotEmpty

        if isinstance(error, NotEmpty):
            pane.say("")
            _ask_about_content(pane, stack, error.bucket)
            return True
        return False

    what = f"Deleting {stack.name}" + (" and the content of its bucket" if with_content else "")
    pane.operate(Operation(what, stack.name, events, _count(pane, stack.id), done, failed))


def _ask_about_content(pane: StacksPane, stack: Stack, bucket: str) -> None:
    """The second question: models, logs and files go with the base stack."""

    def answered(yes: bool | None) -> None:
        if yes:
            _delete(pane, stack, with_content=True)
        else:
            pane.say(f"{stack.name} and what is in its bucket stay as they are.")

    dialog = TypeName(
        f"Delete all models of {stack.name}?", view.empty_warning(stack.name, bucket), stack.name, yes="Delete all"
    )
    pane.app.push_screen(dialog, answered)


def _count(pane: Pane, stack: str) -> Callable[[], int]:
    """How many resources the stack (name or id) has, to be asked in a thread."""

    def count() -> int:
        from dots_tui.aws.stacks import resource_count

        return resource_count(pane.workspace.aws(), stack)

    return count
