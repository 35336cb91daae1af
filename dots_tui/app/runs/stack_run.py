"""The run of a training stack: its monitor, and what AWS reports about the stack."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dots_tui.app.runs import snapshot as transport_words
from dots_tui.app.runs.live_run import LiveRun
from dots_tui.app.runs.phase_words import failure
from dots_tui.app.runs.stack_facts import is_running
from dots_tui.problems import problem_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack
    from dots_tui.spool.store import Spool
    from dots_tui.tracks.sources import TrackStore
    from dots_tui.training.run_phases import RunPhases

STACK_SECONDS = 15.0
"""Seconds between two requests to AWS about the stack."""
STACK_SECONDS_CUT = 3.0
"""The same while the instance cannot be reached: the stack may be gone."""
_FAILED = ("CREATE_FAILED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


def stack_key(name: str) -> str:
    """Return the key of the run of the training stack `name`."""
    return f"stack {name}"


def newest_training(aws: Aws) -> str:
    """Return the name of the newest training stack that runs; "" if there is none. Raises AwsProblem."""
    from dots_tui.aws.stacks import list_stacks

    return next((stack.name for stack in list_stacks(aws) if is_running(stack)), "")


class StackRun(LiveRun):
    """The run of the training stack `name`. It ends when AWS reports that the stack is gone or has failed.

    `aws_of` and `ssh_port_of` are called in threads. The region in use at the first call stays that of the run.
    """

    def __init__(
        self,
        name: str,
        aws_of: Callable[[], Aws],
        ssh_port_of: Callable[[], int],
        state: Path,
        tracks: TrackStore | None,
    ) -> None:
        super().__init__(stack_key(name), name, state)
        self._aws_of, self._ssh_port_of, self._tracks = aws_of, ssh_port_of, tracks
        self._region = ""
        self._asked_at = -STACK_SECONDS

    @property
    def record_key(self) -> str:
        return self.stack.id if self.stack is not None else ""

    def make_monitor(self, spool: Spool) -> RunMonitor:
        from dots_tui.app.runs.stack_monitor import watch_stack

        aws = self._aws()  # first: it may tell the port
        return watch_stack(aws, self.name, self.state, spool, self._ssh_port_of(), self._tracks)

    def moved(self) -> Callable[[str], None] | None:
        return self._move if self.stack is not None else None

    def _move(self, prefix: str) -> None:
        from dots_tui.aws.run_objects import move_place

        move_place(self._aws(), self.record_key, prefix)

    def _aws(self) -> Aws:
        aws = self._aws_of()
        self._region = self._region or aws.region
        return aws.in_region(self._region)

    # -- the stack --------------------------------------------------------------------------------

    def look(self) -> None:
        """Ask AWS about the stack when it is time to."""
        transport = self.transport
        reached = transport is not None and transport.state == transport_words.CONNECTED
        if time.monotonic() - self._asked_at < (STACK_SECONDS if reached else STACK_SECONDS_CUT):
            return
        self._asked_at = time.monotonic()
        try:
            stack, report = _asked(self._aws(), self.name)
        except Exception as error:  # noqa: BLE001 - the connection, which needs AWS too, shows every other error
            if problem_of(error).code == "no-such-stack":
                self._gone()
            return
        if self.stack is not None and self.stack.id != stack.id:
            self.end(f"{self.name} has ended; another stack has its name now.")
            return
        self.stack = stack
        self.phases = report or self.phases
        if stack.status in _FAILED:
            self.end(f"{self.name} could not be launched. {_why(self.phases)}3 shows the stacks.")

    def _gone(self) -> None:
        if self.stack is None:
            self.end(f"There is no stack {self.name}. 3 shows the stacks.")
        else:
            saved = "what its instance has saved is in the bucket. 3 shows the stacks."
            self.end(f"{_why(self.phases)}The stack of {self.name} is gone; {saved}")


def _asked(aws: Aws, name: str) -> tuple[Stack, RunPhases | None]:
    """Return the stack and the report of its instance. Raises AwsProblem."""
    from dots_tui.aws.phase_reports import reports_of
    from dots_tui.aws.stacks import get_stack

    stack = get_stack(aws, name)
    return stack, reports_of(aws, [stack]).get(stack.id)


def _why(phases: RunPhases | None) -> str:
    """Return the reason the run failed, followed by a space, as its instance reported it; "" if it did not fail."""
    words = failure(phases) if phases is not None else ""
    return f"The run failed: {words} " if words else ""
