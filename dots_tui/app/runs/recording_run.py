"""The run of recorded logs. It opens at its end; then it can be played along its own time."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.playback import Playback
from dots_tui.app.recording import read_run, recording
from dots_tui.app.runs.live_run import NOT_A_STACK
from dots_tui.app.runs.player import Player
from dots_tui.app.runs.run import RunLimits
from dots_tui.app.runs.run_verdict import Verdict, recorded
from dots_tui.app.runs.snapshot import STOPPED, MonitorSnapshot, TransportState
from dots_tui.problems import problem_of
from dots_tui.spool.store import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from dots_tui.app.playback import Frame
    from dots_tui.app.recording import Recording
    from dots_tui.app.runs.actions import InstanceAction
    from dots_tui.remote.connection import Output

_FROM_LOGS = "this run is read from its logs"


class RecordingRun:
    """The run in `logs`. `ended` is set while its end is shown. With `plays` it is played as soon as it is read."""

    stack = None
    transport = None
    address = record_key = ""

    def __init__(self, logs: Sequence[str], *, plays: bool = False) -> None:
        first = Path(logs[0]).name
        self.name = first if len(logs) == 1 else f"{first} and {len(logs) - 1} more"
        self.key = f"logs {' '.join(logs)}"
        self.spool: Spool | None = None
        self.player: Player | None = None
        self.ended = ""
        self._trouble = ""
        self._logs, self._plays = tuple(logs), plays
        self._how = f"Read from {len(logs)} log{'' if len(logs) == 1 else 's'}."
        self._last: MonitorSnapshot | None = None
        self._spools: list[Spool] = []
        self._stop = threading.Event()

    # -- what it shows ----------------------------------------------------------------------------

    @property
    def limits(self) -> RunLimits:
        return RunLimits(_FROM_LOGS, NOT_A_STACK, _FROM_LOGS, self._why_no_replay())

    def _why_no_replay(self) -> str:
        if self.player is None:
            return self._trouble or "the logs are still being read"
        return "" if self.player.timeline.known else "nothing in these logs says when it was printed"

    def snapshot(self) -> MonitorSnapshot | None:
        return self._last

    def verdict(self, now: datetime, plain: bool) -> Verdict:  # noqa: ARG002 - nothing changes with the time
        if self._trouble:
            return Verdict("bad", "NOT READ", self._trouble)
        if self._last is None:
            return Verdict("info", "READING", "Reading the logs …")
        return recorded(self._last.run, self.ended)

    def words(self, now: datetime) -> None:
        """Return None: no list shows it."""

    def record(self) -> None:
        """Return None: the logs are kept, so there is no record."""

    # -- what it does -----------------------------------------------------------------------------

    def start(self, changed: Callable[[], None]) -> None:
        if self.spool is not None or self._stop.is_set():
            return
        self.spool = Spool()
        self._spools.append(self.spool)
        threading.Thread(target=self._read, args=(self.spool, changed), name="dots-read-logs", daemon=True).start()

    def perform(self, action: InstanceAction) -> Output:
        from dots_tui.remote import problems

        raise problems.RemoteProblem(problems.NO_WAY, f"{action.title} is not possible: {_FROM_LOGS}.", "")

    def skip_history(self) -> None:
        """Do nothing: all lines are history."""

    def end(self, reason: str) -> None:
        """Do nothing: a recording ends by itself."""

    def close(self) -> threading.Thread:
        self._stop.set()
        thread = threading.Thread(target=self._close, name="dots-close-logs", daemon=True)
        thread.start()
        return thread

    def _close(self) -> None:
        if self.player is not None:
            self.player.close()
        for spool in self._spools:
            spool.close()

    # -- reading ----------------------------------------------------------------------------------

    def _read(self, spool: Spool, changed: Callable[[], None]) -> None:
        """Read first how the run ended, then the log by time."""
        try:
            found = recording(self._logs)
            if self._read_end(found):
                changed()
                self._make_player(found, spool)
        except Exception as error:  # noqa: BLE001 - whatever a file does to its reader; it is shown
            self._failed(error)
        changed()

    def _read_end(self, found: Recording) -> bool:
        read = read_run(found)
        if not read.files:
            self._trouble = next((finding.message for finding in read.findings), "There is no log in these files.")
            return False
        notices = tuple(f"{finding.file}: {finding.message}" for finding in read.findings)
        self._last = MonitorSnapshot(TransportState(STOPPED, "", time.time()), read.run, (), (), notices=notices)
        self.ended = self._how
        return True

    def _make_player(self, found: Recording, spool: Spool) -> None:
        playback = Playback(found, spool, self._stop.is_set)
        start = playback.timeline.begin if self._plays else playback.timeline.end
        frame = playback.go(start, self._stop.is_set)
        player = Player(playback, frame, self._show, self._failed)
        self.player = player
        self._show(frame)
        if self._plays and player.timeline.known:
            player.toggle()
        if self._stop.is_set():
            player.close()

    def _failed(self, error: Exception) -> None:
        self._trouble = str(problem_of(error))

    def _show(self, frame: Frame) -> None:
        """Show another moment of the run."""
        if frame.spool not in self._spools:
            self._spools.append(frame.spool)
        if self._stop.is_set():
            frame.spool.close()
            return
        self.spool = frame.spool
        self.ended = self._how if self.player is None or self.player.at_end else ""
        assert self._last is not None
        self._last = replace(self._last, run=frame.run)
