"""The operation in progress on a stack, with its events."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Callable, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from dots_tui.app import image_flow, launch_flow
from dots_tui.app.blocking import in_thread, stream
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.stacks import port as stacks_port
from dots_tui.ui.panes.stacks import stack_words
from dots_tui.ui.widgets.event_tree import StackEvents

if TYPE_CHECKING:
    from dots_tui.app.port import Operation
    from dots_tui.app.stack_listing import StackListing
    from dots_tui.aws.events import StackEvent
    from dots_tui.aws.stacks import Stack
    from dots_tui.ui.panes.stacks.port import StacksPort


def _needs_idle(part: StackProgress) -> str:
    return f"{part.busy} is still under way" if part.busy else ""


IMAGES = Command(
    "stacks.images",
    "Images",
    "List machine images; bake, copy or delete a private one.",
    "i",
    "images",
    needs=_needs_idle,
    changes=True,
)


class OperationStarted(Message):
    """An operation on the stack `stack` has started."""

    def __init__(self, stack: str) -> None:
        super().__init__()
        self.stack = stack


class OperationEnded(Message):
    """The operation has ended, with or without success."""


class StackProgress(Part, Vertical):
    """The operation in progress and its events. There is one at a time, on a stack or an image."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (IMAGES,)

    def __init__(
        self,
        listing: StackListing,
        port: StacksPort,
        refresh: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        super().__init__(id="stacks-progress")
        self._listing, self._port, self._refresh = listing, port, refresh
        self.events = StackEvents(id="stacks-events", classes="box")
        self._operation: Operation | None = None
        self._following: asyncio.Task[Any] | None = None

    def compose(self) -> ComposeResult:
        yield self.events

    def on_unmount(self) -> None:
        self._cancel()

    @property
    def busy(self) -> str:
        """The operation in words; "" if there is none."""
        return self._operation.what if self._operation is not None else ""

    @property
    def stack(self) -> str:
        """The name of the stack that the operation changes; "" if there is none."""
        return self._operation.stack if self._operation is not None else ""

    @property
    def shown(self) -> bool:
        """True if the events of the last operation are still shown."""
        return bool(self.events.border_title)

    def close(self) -> None:
        """Hide the events."""
        self.events.border_title = ""
        self._port.say("")

    # -- the operation --------------------------------------------------------------------------------

    async def follow(self, operation: Operation) -> None:
        """Run `operation` and show its events until it ends. Raises its exceptions.

        The flow of a previous operation is cancelled; AWS continues it.
        """
        self._cancel()
        self._set(operation, asyncio.current_task())
        self.post_message(OperationStarted(operation.stack))
        self.events.clear()
        self.events.border_title = operation.what
        self._port.say(f"{operation.what} …")
        try:
            self.events.clear(await in_thread(operation.count, name="operation"))
            async for event in stream(operation.events, name="operation"):
                self._add(operation, event)
            await self._refresh()  # the next command needs its result
        except Exception:
            self._end(operation)
            self._port.start(self._refresh())
            raise
        self._end(operation)
        self._port.say(f"{operation.what}: done.")

    def _end(self, operation: Operation) -> None:
        if self._operation is operation:
            self._set(None, None)
        self.post_message(OperationEnded())

    def _set(self, operation: Operation | None, task: asyncio.Task[Any] | None) -> None:
        self._operation, self._following = operation, task
        self.workspace.operation = self.busy

    def _cancel(self) -> None:
        task = self._following
        self._set(None, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _add(self, operation: Operation, event: StackEvent) -> None:
        self.events.add([event])
        if event.of_stack:
            self._port.start(self._refresh())
        if event is self.events.first_failure and event.status.startswith("CREATE"):
            self._port.say(f"{operation.what}: {event.resource} failed. AWS takes back what was made …")

    def report_failure(self, stack: Stack, reason: str) -> None:
        """Show why a run cannot continue: below the list, and in the events if they are of this stack."""
        from dots_tui.aws.stacks import own_event

        if self.stack == stack.name:
            self.events.add([own_event(stack.name, "Run", "RUN_FAILED", reason)])
        if not self.busy:
            self._port.say(f"{stack.name} failed: {reason}")
        self.notify(reason, title=f"{stack.name} failed", severity="error", timeout=15)

    # -- commands -------------------------------------------------------------------------------------

    def action_images(self) -> None:
        self._port.start(self._manage_images())

    async def _manage_images(self) -> None:
        bases, wanted, aws_of = self._listing.bases, self.workspace.settings.base_stack, self.workspace.aws
        base = wanted if wanted in bases else next(iter(bases), "")
        await image_flow.manage(self._port, aws_of, base, poll_s=stacks_port.POLL_SECONDS)

    def bake(self, base: str) -> None:
        """Bake a private image with the base stack `base` after confirmation."""
        flow = image_flow.bake(self._port, self.workspace.aws, base, poll_s=stacks_port.POLL_SECONDS)
        self._port.start(flow)

    def continue_operations(self) -> None:
        """Follow an operation that began before the app, and offer to clean up after an interrupted one."""
        self._port.start(self._pick_up())
        self._port.start(self._offer_to_clean_up())

    async def _pick_up(self) -> None:
        from dots_tui.aws.resuming import doing

        stack = next((one for one in self._listing.stacks if doing(one)), None)
        if stack is None or self.busy:
            return
        await launch_flow.pick_up(self._port, self.workspace.aws, stack, poll_s=stacks_port.POLL_SECONDS)
        if stack.kind == "training" and doing(stack) == "create":
            self.workspace.launched(stack.name)
            self._port.say(stack_words.is_up(stack.name))
        elif stack.kind == "training" and doing(stack) == "delete":
            self.workspace.ended(stack.name)

    async def _offer_to_clean_up(self) -> None:
        aws_of, regions = self.workspace.aws, self.workspace.settings.regions
        note = await self._port.work(lambda: launch_flow.cut_short_in(aws_of(), regions))
        if note is not None and not self.busy:
            await launch_flow.clean_up(self._port, aws_of, note, offer=True)
        if not self.busy:
            await image_flow.clean(self._port, aws_of, offer=True, poll_s=stacks_port.POLL_SECONDS)
