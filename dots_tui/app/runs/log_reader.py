"""The log of a run without a screen: lines of its containers in the order in which they come."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.app.runs import snapshot as transport_words
from dots_tui.problems import SingleCodeProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.app.runs.run_status import RunEye
    from dots_tui.training.snapshot import RunSnapshot

TRAINER = "trainer"
_BATCH = 2000
_LOOK_S = 0.1


class LogLine(NamedTuple):
    """One line: who printed it (`worker 0`, `trainer`, or the container's name) and its text."""

    who: str
    text: str


class NoSuchWorker(SingleCodeProblem):
    """The run has no such worker."""

    CODE = "no-such-worker"


class LogReader:
    """Reads the lines of one run, of one worker (`"0"`, `"trainer"`) or of all, that match a pattern."""

    def __init__(self, eye: RunEye, worker: str = "", pattern: str = "") -> None:
        self._eye = eye
        self._worker = worker
        self._pattern = re.compile(pattern) if pattern else None
        self._next = 0

    def new(self) -> Iterator[LogLine]:
        """Yield the lines that have come since the last call."""
        spool = self._eye.spool
        names = names_of(self._eye.monitor.snapshot().run)
        while self._next < (end := len(spool)):
            start = max(self._next, spool.first)
            stop = min(end, start + _BATCH)
            for line in spool.lines(start, stop):
                who = names.get(line.source, line.source)
                text = line.text
                if self._wanted(who) and (self._pattern is None or self._pattern.search(text)):
                    yield LogLine(who, text)
            self._next = stop

    def follow(self) -> Iterator[LogLine]:
        """Yield lines as they come, until the run is no longer watched."""
        while True:
            yield from self.new()
            if self._eye.monitor.snapshot().transport.state == transport_words.STOPPED:
                return
            time.sleep(_LOOK_S)

    def check(self) -> None:
        """Raise NoSuchWorker where the wanted worker is none of the run's."""
        run = self._eye.monitor.snapshot().run
        known = sorted(set(names_of(run).values()))
        if self._worker and known and not any(self._wanted(name) for name in known):
            raise NoSuchWorker(f"There is no worker {self._worker}: the run has {', '.join(known)}.")

    def _wanted(self, who: str) -> bool:
        return not self._worker or who in (f"worker {self._worker}", self._worker)


def names_of(run: RunSnapshot) -> dict[str, str]:
    """Return by container what its lines are called."""
    names = {one.container: f"worker {one.worker}" for one in run.workers if one.worker is not None}
    if run.trainer is not None:
        names[run.trainer.container] = TRAINER
    return names
