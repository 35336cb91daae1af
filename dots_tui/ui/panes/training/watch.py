"""Watching one training stack: its connection, its log lines, and what AWS says of the stack, until that is gone."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Callable

from dots_tui.app.runs import snapshot as words
from dots_tui.app.runs.phase_words import failure
from dots_tui.spool.store import Spool
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.tunnel_ground import store_of

if TYPE_CHECKING:
    from dots_tui.app.runs.actions import Action
    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.app.runs.snapshot import MonitorSnapshot
    from dots_tui.aws.stacks import Stack
    from dots_tui.remote.connection import Output
    from dots_tui.training.run_phases import RunPhases
    from dots_tui.ui.panes.base import Pane

STACK_SECONDS = 15.0
"""Seconds between two requests to AWS about the stack."""
STACK_SECONDS_CUT = 3.0
"""The same while the instance cannot be reached: the stack may be gone."""

_DELETING = "DELETE_IN_PROGRESS"
_FAILED = ("CREATE_FAILED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


class Watch:
    """The training stack `name`, watched for `pane`. `end` or `close` ends it; it is made anew for each run.

    `stack` is what AWS said of it last and `phases` what its instance reported (None: nothing yet), `ended` says
    in words why there is nothing to watch any more ("" while there is), `trouble` why watching could not begin.
    Raises SpoolProblem when there is no room
    for the log.
    """

    recorded = False
    """True if the run is read from its logs."""
    of_stack = True
    """Whether it is a training stack, which ends and can be stopped."""

    def __init__(self, pane: Pane, name: str) -> None:
        self.name = name
        self.spool = Spool()
        self.stack: Stack | None = None
        self.phases: RunPhases | None = None
        self.ended = ""
        self.trouble = ""
        self._pane = pane
        self._monitor: RunMonitor | None = None
        self._ended_monitor: RunMonitor | None = None
        self._last: MonitorSnapshot | None = None
        self._closed = False
        self._asking = False
        self._asked_at = -STACK_SECONDS

    def start(self) -> None:
        """Begin, beside the interface: what is needed is imported there, and nothing waits for it."""

        def make(_: Job) -> RunMonitor:
            return self.make_monitor()

        def made(monitor: RunMonitor) -> None:
            if not self._closed and not self.ended:
                self._monitor = monitor
                monitor.start()

        def failed(error: Exception) -> None:
            self.trouble = str(error) or type(error).__name__

        in_background(self._pane, make, made, failed, name="watch")

    def make_monitor(self) -> RunMonitor:
        """Return a new monitor. Call it in a thread: it may import modules and call AWS."""
        from dots_tui.app.runs.stack_run import watch_stack

        workspace = self._pane.workspace
        aws, state, tracks = workspace.aws(), workspace.folders.state, store_of(workspace)
        return watch_stack(aws, self.name, state, self.spool, workspace.port(), tracks)

    @property
    def ending(self) -> bool:
        """True if the stack is being deleted."""
        return self.stack is not None and self.stack.status == _DELETING

    @property
    def key(self) -> str:
        """What this run is kept by: the stack's id where it is known, for names come again."""
        return self.stack.id if self.stack is not None else self.name

    @property
    def record_key(self) -> str:
        """What the record of this run is kept by; "" while it is not known which run it is."""
        return self.stack.id if self.stack is not None else ""

    @property
    def monitor(self) -> RunMonitor | None:
        """The current monitor, or the last one after the end; None before the start."""
        return self._monitor or self._ended_monitor

    @property
    def address(self) -> str:
        """The address of the watched instance; "" if none was reached."""
        segments = self._last.segments if self._last is not None else ()
        return segments[-1].address if segments else (self.stack.ip if self.stack is not None else "") or ""

    def run(self, action: Action) -> Output:
        """Run an action on the instance and wait for its end; from a thread. Raises RemoteProblem."""
        if self._monitor is None:
            from dots_tui.remote import problems

            raise problems.RemoteProblem(problems.NO_WAY, "The instance is not reached any more.", "")
        return self._monitor.run(action)

    def skip_history(self) -> None:
        """Leave out the old lines that are still being read."""
        if self._monitor is not None:
            self._monitor.skip_history()

    def snapshot(self) -> MonitorSnapshot | None:
        """Return the current snapshot, or the last one after the end; None before there is one."""
        if self._monitor is not None:
            self._last = self._monitor.snapshot()
        return self._last

    # -- the stack ------------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask AWS about the stack now and then; call it often."""
        reached = self._last is not None and self._last.transport.state == words.CONNECTED
        pause = STACK_SECONDS if reached else STACK_SECONDS_CUT
        if self.ended or self._closed or self._asking or time.monotonic() - self._asked_at < pause:
            return
        self._asking, self._asked_at = True, time.monotonic()

        def ask(_: Job) -> tuple[Stack, RunPhases | None]:
            from dots_tui.aws.phase_reports import reports_of
            from dots_tui.aws.stacks import get_stack

            aws = self._pane.workspace.aws()
            stack = get_stack(aws, self.name)
            return stack, reports_of(aws, [stack]).get(stack.id)

        in_background(self._pane, ask, self._answered, self._refused, name="stack")

    def _answered(self, answer: tuple[Stack, RunPhases | None]) -> None:
        stack, report = answer
        self._asking = False
        if self.stack is not None and self.stack.id != stack.id:
            self.end(f"{self.name} has ended; another stack has its name now.")
            return
        self.stack = stack
        self.phases = report or self.phases
        if stack.status in _FAILED:
            self.end(f"{self.name} could not be launched. {self._why()}3 shows the stacks.")

    def _refused(self, error: Exception) -> None:
        """A stack that is gone is news; for all else the connection, which needs AWS too, says what is wrong."""
        self._asking = False
        if getattr(error, "code", "") == "no-such-stack":
            self.end(
                f"{self._why()}The stack of {self.name} is gone; what its instance has saved is in the bucket. "
                "3 shows the stacks."
                if self.stack is not None
                else f"There is no stack {self.name}. 3 shows the stacks."
            )

    def _why(self) -> str:
        """Return the reason the run failed, followed by a space, as its instance reported it; "" if it did not fail."""
        words = failure(self.phases) if self.phases is not None else ""
        return f"The run failed: {words} " if words else ""

    # -- the end --------------------------------------------------------------------------------------

    def end(self, reason: str) -> None:
        """Disconnect; the data received so far stays visible."""
        if self.ended or self._closed:
            return
        self.snapshot()
        self.ended = reason
        monitor, self._monitor = self._monitor, None
        self._ended_monitor = monitor
        if monitor is not None:
            _in_thread(monitor.stop)
        if self._pane.workspace.watched == self.name:
            self._pane.workspace.watched = ""

    def close(self, wait: float = 0.0) -> None:
        """End everything and forget the log. `wait` is how long to wait for the threads, in seconds."""
        self._closed = True
        monitor, self._monitor = self._monitor, None
        spool = self.spool

        def work() -> None:
            if monitor is not None:
                monitor.stop()
            spool.close()

        _in_thread(work).join(wait)


def _in_thread(work: Callable[[], None]) -> threading.Thread:
    """Threads that hang in a call to AWS must not keep anybody from leaving: a daemon waits for them."""
    thread = threading.Thread(target=work, name="dots-end-watch", daemon=True)
    thread.start()
    return thread
