"""A run on an instance: its monitor, its log and its record, from the start until it ends."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from dots_tui.app.runs import snapshot as transport_words
from dots_tui.app.runs.ladder import BUCKET
from dots_tui.app.runs.record_store import RecordKeeper, RecordStore
from dots_tui.app.runs.restart import perform
from dots_tui.app.runs.run import RunLimits
from dots_tui.app.runs.run_verdict import Verdict, over, short_status, verdict
from dots_tui.problems import problem_of
from dots_tui.spool.store import Spool
from dots_tui.training.record_text import read_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from dots_tui.app.runs.actions import InstanceAction
    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.app.runs.run_verdict import RunWords
    from dots_tui.app.runs.snapshot import MonitorSnapshot, TransportState
    from dots_tui.aws.stacks import Stack
    from dots_tui.remote.connection import Output
    from dots_tui.training.run_phases import RunPhases
    from dots_tui.training.run_record import RunRecord

LOOK_SECONDS = 0.25
"""Seconds between two looks at what is due."""
NOT_A_STACK = "this is no training stack, so dots-tui cannot stop it"
NOT_PLAYED = "only a recorded run can be played: dots-tui replay LOG …"


class LiveRun:
    """A run that a `RunMonitor` watches in threads. Its record is restored and saved in the folder `state`.

    A subclass makes the monitor, names the record, and may look for other news.
    """

    player = None

    def __init__(self, key: str, name: str, state: Path) -> None:
        self.key, self.name, self.state = key, name, state
        self.spool: Spool | None = None
        self.stack: Stack | None = None
        self.phases: RunPhases | None = None
        """What the instance reported in the bucket."""
        self.ended = ""
        self._trouble = ""
        self._monitor: RunMonitor | None = None
        self._last: MonitorSnapshot | None = None
        self._records = RecordKeeper(RecordStore(state), name)
        self._unsaved = ""
        self._changed: Callable[[], None] = lambda: None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._saving = threading.Lock()

    # -- what a subclass adds ---------------------------------------------------------------------

    @property
    def record_key(self) -> str:
        raise NotImplementedError

    def make_monitor(self, spool: Spool) -> RunMonitor:
        """Return a new monitor. Called in a thread: it may import modules and call AWS."""
        raise NotImplementedError

    def look(self) -> None:
        """Look for news that the monitor does not deliver. Called in a thread every `LOOK_SECONDS`."""

    def moved(self) -> Callable[[str], None] | None:
        """Return the function that notes the new model prefix after a restart; None if nobody needs it."""
        return None

    # -- what it shows ----------------------------------------------------------------------------

    @property
    def address(self) -> str:
        segments = self._last.segments if self._last is not None else ()
        return segments[-1].address if segments else (self.stack.ip if self.stack is not None else "") or ""

    @property
    def transport(self) -> TransportState | None:
        snapshot = self.snapshot()
        return snapshot.transport if snapshot is not None and not self.ended else None

    @property
    def limits(self) -> RunLimits:
        ended = f"{self.name} has ended" if self.ended else ""
        connection = "" if self._last is not None else "the instance is looked for"
        return RunLimits(ended or self._why_no_command(), ended or self.why_no_stop(), connection, NOT_PLAYED)

    def why_no_stop(self) -> str:
        """Return the reason why this kind of run cannot be stopped safely; "" if it can."""
        return ""

    def _why_no_command(self) -> str:
        transport = self.transport
        if transport is None or transport.state != transport_words.CONNECTED:
            return "the instance is not connected over SSH at the moment"
        if transport.rung == BUCKET:
            return "the log is read from its copies in the bucket; there is no SSH connection to the instance"
        return ""

    def snapshot(self) -> MonitorSnapshot | None:
        monitor = self._monitor
        if monitor is not None and not self._over.is_set():
            snapshot = monitor.snapshot()
            if self._unsaved:
                snapshot = replace(snapshot, notices=(*snapshot.notices, self._unsaved))
            self._last = snapshot
        return self._last

    def verdict(self, now: datetime, plain: bool) -> Verdict:
        if self._trouble:
            return Verdict("bad", "NOT WATCHED", self._trouble)
        snapshot = self.snapshot()
        if self.ended:
            return over(snapshot, self.ended, self.phases)
        return verdict(snapshot, self.stack, now, ending=self._ending, phases=self.phases, plain=plain)

    def words(self, now: datetime) -> RunWords | None:
        snapshot = self.snapshot()
        if self.ended or snapshot is None:
            return None
        return short_status(snapshot, now, ending=self._ending)

    @property
    def _ending(self) -> bool:
        return self.stack is not None and self.stack.status == "DELETE_IN_PROGRESS"

    def record(self) -> RunRecord | None:
        return read_record(self._monitor.record_text()) if self._monitor is not None else None

    # -- what it does -----------------------------------------------------------------------------

    def start(self, changed: Callable[[], None]) -> None:
        if self.spool is not None or self._over.is_set():
            return
        self.spool, self._changed = Spool(), changed
        threading.Thread(target=self._watch, args=(self.spool,), name=f"dots-watch {self.name}", daemon=True).start()

    def perform(self, action: InstanceAction) -> Output:
        if self._monitor is None:
            from dots_tui.remote import problems

            raise problems.RemoteProblem(problems.NO_WAY, "The instance is not connected.", "")
        return perform(self._monitor.run, action, self.moved())

    def skip_history(self) -> None:
        if self._monitor is not None:
            self._monitor.skip_history()

    def end(self, reason: str) -> None:
        with self._lock:
            if self._over.is_set():
                return
            self.snapshot()
            self.ended = reason
            self._over.set()
        self._save_record(last=True)
        self._in_thread(self._disconnect)
        self._changed()

    def close(self) -> threading.Thread:
        with self._lock:
            self._over.set()
        if not self.ended:
            self._save_record(last=True)  # here, because the program may not wait for the thread
        return self._in_thread(self._close)

    # -- its threads ------------------------------------------------------------------------------

    def _watch(self, spool: Spool) -> None:
        try:
            monitor = self.make_monitor(spool)
        except Exception as error:  # noqa: BLE001 - a subclass may raise anything; it is shown
            self._trouble = str(problem_of(error))
        else:
            with self._lock:
                if self._over.is_set():
                    return
                self._monitor = monitor
                monitor.start()
        while not self._over.wait(LOOK_SECONDS):
            self.look()
            self._save_record()

    def _save_record(self, *, last: bool = False) -> None:
        self.snapshot()  # the key may depend on it
        key, monitor = self.record_key, self._monitor
        if not key or monitor is None:
            return
        with self._saving:
            self._unsaved = self._records.update(key, monitor, last=last)

    def _disconnect(self) -> None:
        if self._monitor is not None:
            self._monitor.stop()

    def _close(self) -> None:
        self._disconnect()
        if self.spool is not None:
            self.spool.close()

    def _in_thread(self, work: Callable[[], None]) -> threading.Thread:
        """Run `work` in a daemon thread: a call to AWS that hangs must not keep the user from leaving."""
        thread = threading.Thread(target=work, name=f"dots-end {self.name}", daemon=True)
        thread.start()
        return thread
