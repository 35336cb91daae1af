"""One operation on a stack at a time: its events come in a thread and are shown one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.ui.background import Job, in_background

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.ui.panes.base import Pane
    from dots_tui.ui.widgets.event_tree import StackEvents

POLL_SECONDS = 1.0
"""How often AWS is asked for new events."""


@dataclass(frozen=True)
class Operation:
    """What is to be done. ``what`` says it in words ("Launching run-1"), ``stack`` names whose it is.

    ``events`` does it, in a thread; it ends early when the job is cancelled. ``count`` says, in the same thread,
    how many resources there are, 0 when nobody knows. ``done`` is called after it has gone well, ``failed`` with
    what went wrong: it returns True when it has told that itself.
    """

    what: str
    stack: str
    events: Callable[[Job], Iterator[StackEvent]]
    count: Callable[[], int] = lambda: 0
    done: Callable[[], Any] = lambda: None
    failed: Callable[[Exception], bool] = lambda _: False


class Operations:
    """Runs operations for ``pane`` and shows their events in ``listing``.

    ``say`` is called with what to tell, ``blame`` with what went wrong, ``changed`` when the stacks should be read
    again.
    """

    def __init__(
        self,
        pane: Pane,
        listing: StackEvents,
        say: Callable[[str], None],
        blame: Callable[[Exception], None],
        changed: Callable[[], None],
    ) -> None:
        self._pane = pane
        self._listing = listing
        self._say = say
        self._blame = blame
        self._changed = changed
        self._job: Job | None = None
        self._now: Operation | None = None

    @property
    def busy(self) -> str:
        """What is under way, in words; "" when nothing is."""
        return self._now.what if self._now is not None else ""

    @property
    def stack(self) -> str:
        """Name of the stack that is worked on; "" when none is."""
        return self._now.stack if self._now is not None else ""

    def run(self, operation: Operation) -> None:
        """Begin ``operation``. One that is under way is not followed any more, AWS goes on with it."""
        self.cancel()
        self._set(operation)
        self._listing.clear()
        self._listing.border_title = operation.what
        self._say(f"{operation.what} …")

        def work(job: Job) -> None:
            count = operation.count()
            self._on_loop(job, lambda: self._listing.clear(count))
            for event in operation.events(job):
                self._on_loop(job, lambda event=event: self._add(operation, event))  # type: ignore[misc]

        self._job = in_background(self._pane, work, self._done, self._failed, name="operation")

    def cancel(self) -> None:
        """Do not follow what is under way any more; AWS goes on with it."""
        if self._job is not None:
            self._job.cancel()
        self._job = None
        self._set(None)

    def _set(self, operation: Operation | None) -> None:
        self._now = operation
        self._pane.workspace.operation = operation.what if operation is not None else ""

    def _take(self) -> Operation:
        """Return the operation that has ended; none is under way any more."""
        assert self._now is not None
        finished = self._now
        self._set(None)
        return finished

    def _on_loop(self, job: Job, call: Callable[[], None]) -> None:
        def unless_cancelled() -> None:
            if not job.cancelled() and self._listing.is_running:
                call()

        self._pane.call_later(unless_cancelled)

    def _add(self, operation: Operation, event: StackEvent) -> None:
        self._listing.add([event])
        if event.of_stack:
            self._changed()
        if event is self._listing.first_failure and event.status.startswith("CREATE"):
            self._say(f"{operation.what}: {event.resource} failed. AWS takes back what was made …")

    def _done(self, _: Any) -> None:
        finished = self._take()
        self._say(f"{finished.what}: done.")
        finished.done()
        self._changed()

    def _failed(self, error: Exception) -> None:
        finished = self._take()
        if not finished.failed(error):
            self._blame(error)
        self._changed()
