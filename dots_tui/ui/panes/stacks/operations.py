"""One operation on a stack at a time: its events come from a thread and are shown one by one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.app.blocking import in_thread, stream

if TYPE_CHECKING:
    from dots_tui.app.port import Operation
    from dots_tui.aws.events import StackEvent
    from dots_tui.ui.widgets.event_tree import StackEvents

POLL_SECONDS = 1.0
"""How often AWS is asked for new events."""


class Operations:
    """Follows operations and shows their events in `listing`.

    `say` is called with what to tell, `changed` when the stacks should be read again, `under_way` with the operation in
    words when one begins and with "" when it has ended.
    """

    def __init__(
        self,
        listing: StackEvents,
        say: Callable[[str], None],
        changed: Callable[[], None],
        under_way: Callable[[str], None],
    ) -> None:
        self._listing = listing
        self._under_way = under_way
        self._say = say
        self._changed = changed
        self._now: Operation | None = None
        self._task: asyncio.Task[Any] | None = None

    @property
    def busy(self) -> str:
        """The operation in words; "" when there is none."""
        return self._now.what if self._now is not None else ""

    @property
    def stack(self) -> str:
        """Name of the stack that is worked on; "" when none is."""
        return self._now.stack if self._now is not None else ""

    async def follow(self, operation: Operation) -> None:
        """Do `operation` and show its events until it has ended. Raises what it raises.

        The flow of an operation that is still followed is cancelled; AWS goes on with it.
        """
        self.cancel()
        self._set(operation, asyncio.current_task())
        self._listing.clear()
        self._listing.border_title = operation.what
        self._say(f"{operation.what} …")
        try:
            self._listing.clear(await in_thread(operation.count, name="operation"))
            async for event in stream(operation.events, name="operation"):
                self._add(operation, event)
        except Exception:
            self._ended(operation)
            raise
        self._ended(operation)
        self._say(f"{operation.what}: done.")

    def _ended(self, operation: Operation) -> None:
        if self._now is operation:
            self._set(None, None)
            self._changed()

    def _set(self, operation: Operation | None, task: asyncio.Task[Any] | None) -> None:
        self._now, self._task = operation, task
        self._under_way(operation.what if operation is not None else "")

    def cancel(self) -> None:
        """Do not follow what is under way any more; AWS goes on with it."""
        task = self._task
        self._set(None, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    def _add(self, operation: Operation, event: StackEvent) -> None:
        self._listing.add([event])
        if event.of_stack:
            self._changed()
        if event is self._listing.first_failure and event.status.startswith("CREATE"):
            self._say(f"{operation.what}: {event.resource} failed. AWS takes back what was made …")
