"""A run read from its recorded logs into the Training pane: files are the transport, the view is the same.

It opens with its end, which is what there is to know of it; then it can be played along its own time.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.runs.snapshot import STOPPED, MonitorSnapshot, TransportState
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.training.replay_player import Player
from dots_tui.ui.panes.training.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.app.playback import Frame, Playback
    from dots_tui.app.recording import RecordedRun, Recording
    from dots_tui.ui.panes.base import Pane


class RecordedWatch(Watch):
    """The run that `logs` tell of. `ended` is set while its end is shown, `player` when it can be played; with
    `plays` it is played as soon as that."""

    recorded = True
    of_stack = False

    def __init__(self, pane: Pane, logs: Sequence[str], *, plays: bool = False) -> None:
        first = Path(logs[0]).name
        super().__init__(pane, first if len(logs) == 1 else f"{first} and {len(logs) - 1} more")
        self.logs = tuple(logs)
        self.player: Player | None = None
        self._plays = plays
        self._how = f"Read from {len(logs)} log{'' if len(logs) == 1 else 's'}."
        self._stop = threading.Event()

    @property
    def key(self) -> str:
        return self.name

    def start(self) -> None:
        """Read the logs, beside the interface: first how it ended, then the log, by time."""

        def work(_: Job) -> tuple[Recording, RecordedRun]:
            from dots_tui.app.recording import read_run, recording

            found = recording(self.logs)
            return found, read_run(found)

        in_background(self._pane, work, self._read, self._unread, name="read-logs")

    def look(self) -> None:
        """Play on. Else nothing of a recorded run changes any more."""
        if self.player is not None:
            self.player.look()

    def close(self, wait: float = 0.0) -> None:
        self._stop.set()
        if self.player is not None:
            self.player.close()
        super().close(wait)

    def _read(self, found: tuple[Recording, RecordedRun]) -> None:
        recording, read = found
        for finding in read.findings if read.files else ():
            self._pane.notify(finding.message, title=finding.file, severity="warning", timeout=8)
        if not read.files:
            self.trouble = next((finding.message for finding in read.findings), "There is no log in these files.")
            return
        self._last = MonitorSnapshot(TransportState(STOPPED, "", time.time()), read.run, (), ())
        self.ended = self._how

        def work(_: Job) -> tuple[Playback, Frame]:
            from dots_tui.app.playback import Playback

            playback = Playback(recording, self.spool, self._stop.is_set)
            to = playback.timeline.begin if self._plays else playback.timeline.end
            return playback, playback.go(to, self._stop.is_set)

        def ready(made: tuple[Playback, Frame]) -> None:
            self.player = Player(self._pane, *made, self._show, self._unread)
            self._show(made[1])
            if self._plays and self.player.timeline.known:
                self.player.toggle()

        in_background(self._pane, work, ready, self._unread, name="read-logs")

    def _unread(self, error: Exception) -> None:
        self.trouble = str(error) or type(error).__name__

    def _show(self, frame: Frame) -> None:
        """Another moment of the run. The pane takes over its spool and closes the one before."""
        if self._closed:
            frame.spool.close()
            return
        self.spool = frame.spool
        self.ended = self._how if self.player is None or self.player.at_end else ""
        assert self._last is not None
        self._last = replace(self._last, run=frame.run)
