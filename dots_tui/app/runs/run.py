"""A run in the program, whatever delivers it: a training stack, a host, or recorded logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from dots_tui.app.runs.actions import InstanceAction
    from dots_tui.app.runs.player import Player
    from dots_tui.app.runs.run_verdict import RunWords, Verdict
    from dots_tui.app.runs.snapshot import MonitorSnapshot, TransportState
    from dots_tui.aws.stacks import Stack
    from dots_tui.remote.connection import Output
    from dots_tui.spool.store import Spool
    from dots_tui.training.run_record import RunRecord


class RunLimits(NamedTuple):
    """The reasons why something is not possible with a run now; "" if it is possible."""

    commands: str
    """Commands on the instance."""
    stop: str
    """A safe stop."""
    connection: str
    """The list of transports."""
    replay: str
    """Playing the run from its start."""


class Run(Protocol):
    """A run. Everything returns at once and may be called from any thread, except `perform`, which blocks."""

    @property
    def key(self) -> str:
        """The key in the registry: the same run opened again has the same key."""

    @property
    def name(self) -> str:
        """The name shown to the user."""

    @property
    def record_key(self) -> str:
        """The key of its record in the state folder, for a stack its id; "" while unknown."""

    @property
    def spool(self) -> Spool | None:
        """Its log lines; None before the start. A recording that is played again has a new spool."""

    @property
    def stack(self) -> Stack | None:
        """Its stack as AWS last reported it; None if there is none, or none is known yet."""

    @property
    def address(self) -> str:
        """The address of its instance; "" if unknown."""

    @property
    def ended(self) -> str:
        """Why the run no longer changes, in sentences; "" while it does."""

    @property
    def transport(self) -> TransportState | None:
        """The state of the connection; None if there is none to show."""

    @property
    def player(self) -> Player | None:
        """The player of a recording that was read; else None."""

    @property
    def limits(self) -> RunLimits:
        """What is not possible now, and why."""

    def start(self, changed: Callable[[], None]) -> None:
        """Start to deliver the run; a second call does nothing. `changed` is called, in any thread, when it ends.

        Raises SpoolProblem if there is no space for the log.
        """

    def end(self, reason: str) -> None:
        """Disconnect for `reason` (sentences). The data received so far stays."""

    def close(self) -> threading.Thread:
        """Disconnect and delete the log. Return the thread that does it."""

    def snapshot(self) -> MonitorSnapshot | None:
        """Return the current state, or the last one after the end; None before there is one."""

    def verdict(self, now: datetime, plain: bool) -> Verdict:
        """Return what is going on, in words. `plain` is for terminals with ASCII only."""

    def words(self, now: datetime) -> RunWords | None:
        """Return a short status; None if the run is not live."""

    def record(self) -> RunRecord | None:
        """Return a copy of the record as it is now; None if there is none."""

    def perform(self, action: InstanceAction) -> Output:
        """Run `action` on the instance and wait for its end. Raises RemoteProblem and AwsProblem."""

    def skip_history(self) -> None:
        """Skip the old log lines that are still being read."""
