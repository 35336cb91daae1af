"""A run read from its recorded logs into the Training pane: files are the transport, the view is the same."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.background import Job, in_background
from dots_tui.monitor.snapshot import STOPPED, MonitorSnapshot, TransportState
from dots_tui.panes.training_watch import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.headless.replay import RecordedRun
    from dots_tui.panes.base import Pane

_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) ")
"""What ``docker logs --timestamps`` puts before each line."""


class RecordedWatch(Watch):
    """The run that *logs* tell of. ``ended`` is set when they are read; the pane shows what there is until then."""

    recorded = True
    of_stack = False

    def __init__(self, pane: Pane, logs: Sequence[str]) -> None:
        first = Path(logs[0]).name
        super().__init__(pane, first if len(logs) == 1 else f"{first} and {len(logs) - 1} more")
        self.logs = tuple(logs)
        self._rest: dict[str, bytes] = {}

    @property
    def key(self) -> str:
        return self.name

    def start(self) -> None:
        """Read the logs, beside the interface."""

        def work(job: Job) -> RecordedRun:
            from dots_tui.headless.replay import recorded_run

            def heard(name: str, chunk: bytes) -> None:
                if not job.cancelled():
                    self._keep(name, chunk)

            found = recorded_run(self.logs, heard)
            for name, rest in self._rest.items():
                self._append(name, [rest] if rest else [])
            return found

        in_background(self._pane, work, self._read, self._unread, name="read-logs")

    def look(self) -> None:
        """Nothing of a recorded run changes any more."""

    def _read(self, found: RecordedRun) -> None:
        if not found.files:
            self.trouble = next((finding.message for finding in found.findings), "There is no log in these files.")
            return
        self._last = MonitorSnapshot(TransportState(STOPPED, "", time.time()), found.run, (), ())
        self.ended = f"Read from {len(self.logs)} log{'' if len(self.logs) == 1 else 's'}."
        for finding in found.findings:
            self._pane.notify(finding.message, title=finding.file, severity="warning", timeout=8)

    def _unread(self, error: Exception) -> None:
        self.trouble = str(error) or type(error).__name__

    def _keep(self, name: str, chunk: bytes) -> None:
        *lines, rest = (self._rest.get(name, b"") + chunk).split(b"\n")
        self._rest[name] = rest
        self._append(name, lines)

    def _append(self, name: str, lines: Sequence[bytes]) -> None:
        """Lines for the log, with their times where all of them have one."""
        lines = [line.rstrip(b"\r") for line in lines]
        stamps = [_STAMP.match(line) for line in lines]
        if lines and all(stamps):
            texts = [line[stamp.end() :] for line, stamp in zip(lines, stamps) if stamp is not None]
            self.spool.append(name, texts, [stamp[1] for stamp in stamps if stamp is not None])
        elif lines:
            self.spool.append(name, lines)
