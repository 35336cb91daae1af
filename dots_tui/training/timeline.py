"""The time of each line in recorded logs: one clock for all logs of a run, whatever clock each log has.

The time of a line is Docker's stamp, else the clock of its row (column 19), else the simulation
clock (column 15); a line between two rows has the time of the row before. Simulations count from
their own start, so they are aligned at the checkpoints they load: an iteration begins when the
slowest simulation completes the previous one. A trainer's log without stamps has no clock; its
lines stand where the checkpoint after them is loaded.
"""

from __future__ import annotations

import calendar
import re
import time
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.training.rows import STEP_MARKER, time_of

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCKER, WALL, SIMULATED, NOTHING = "docker", "wall", "simulated", "nothing"
"""The source of the time of a log's lines."""
REAL = (DOCKER, WALL)

_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|[+-]00:00) ")
_DIGITS = 9
_CHECKPOINT = re.compile(rb"Checkpoint(?:>| -) (Restoring from|Saving in) path[^\n]*?(\d+)_Step-\d+")
_CHECKPOINT_GATE = b"Checkpoint"
_SIMULATED_CELL, _WALL_CELL = 14, 18


class MarkKey(NamedTuple):
    """An iteration: the number of its checkpoint, and how often the training had started over by then."""

    attempt: int
    number: int


class Mark(NamedTuple):
    """The beginning of an iteration in a log, by the clock of the log."""

    key: MarkKey
    own: float


@dataclass(frozen=True)
class LogMarks:
    """A log after one pass."""

    clock: str
    marks: tuple[Mark, ...]
    end: float
    """Its last time by its own clock."""
    begin: float | None
    """Its first time; None if it has none."""
    saves: bool = False
    """True for a trainer's log, which saves the checkpoints that the others load."""


class LogClock:
    """A pass over the lines of one log, in order. `saves` is for a trainer, whose iterations begin at each save."""

    def __init__(self, clock: str, *, saves: bool = False) -> None:
        self.clock = clock
        self.own = 0.0
        """The time of the last line; simulated seconds since the first row, or Unix seconds."""
        self.marks: list[Mark] = []
        self.saves = saves
        self._begin: float | None = None
        self._row: float | None = None

    def line(self, line: bytes) -> None:
        """Add the next line."""
        if self.clock == DOCKER:
            self._take(_stamp(line))
        elif self.clock != NOTHING and (at := line.find(STEP_MARKER)) >= 0:
            self._take(_cell(line, at, _WALL_CELL if self.clock == WALL else _SIMULATED_CELL))
        if _CHECKPOINT_GATE in line:
            self._checkpoint(line)

    def gone_through(self) -> LogMarks:
        """Return the result after the last line."""
        return LogMarks(self.clock, tuple(self.marks), self.own, self._begin, self.saves)

    def _take(self, value: float | None) -> None:
        if value is None:
            return
        if self.clock == SIMULATED:
            before, self._row = self._row, value
            # A restarted simulation counts from 0, which takes no wall-clock time.
            self.own += max(0.0, value - before) if before is not None else 0.0
        else:
            self.own = max(self.own, value)  # two streams of one container can be slightly out of order
        self._begin = self.own if self._begin is None else self._begin

    def _checkpoint(self, line: bytes) -> None:
        match = _CHECKPOINT.search(line)
        wanted = b"Saving in" if self.saves else b"Restoring from"
        if match is None or match[1] != wanted or b"pretrained" in line[: match.end()]:
            return
        number, last = int(match[2]), self.marks[-1].key if self.marks else MarkKey(0, -1)
        if number != last.number:
            self.marks.append(Mark(MarkKey(last.attempt + (number < last.number), number), self.own))


def _cell(line: bytes, at: int, index: int) -> float | None:
    cells = line[at:].split(b",", index + 1)
    try:
        return time_of(cells[index].split(None, 1)[0] if cells[index] else b"")
    except (IndexError, ValueError):
        return None


def _stamp(line: bytes) -> float | None:
    match = _STAMP.match(line)
    if match is None:
        return None
    try:
        return _unix(match[1]) + float(b"0." + (match[2] or b"0"))
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _unix(text: bytes) -> float:
    return float(calendar.timegm(time.strptime(text.decode("ascii"), "%Y-%m-%dT%H:%M:%S")))


class IterationStart(NamedTuple):
    """An iteration of the run: its key, and its beginning by the common clock."""

    key: MarkKey
    at: float


class Timeline:
    """The common clock of all logs of a run. `real` is True for Unix seconds, False for seconds from 0."""

    def __init__(self, logs: Sequence[LogMarks]) -> None:
        self._logs = tuple(logs)
        self.real = any(log.clock in REAL for log in logs)
        """True for Unix seconds; else seconds of the simulations, from 0."""
        self.known = any(log.begin is not None for log in logs)
        """True if any log contains times."""
        self.starts = self._starts()
        """The iterations in order."""
        begins = [log.begin for log in logs if log.clock in REAL and log.begin is not None]
        self.begin = min(begins) if begins else 0.0
        self._at = self._all_begins()
        self.end = max(
            [self.begin, *(self.of(number, log.end, len(log.marks)) for number, log in enumerate(self._logs))]
        )

    def of(self, log: int, own: float, passed: int) -> float:
        """Return the time of a line of a log: at `own` by the log's clock, after `passed` marks."""
        found = self._logs[log]
        if found.clock in REAL:
            return own or self.begin
        if found.clock == NOTHING:
            if passed < len(found.marks):
                return self._begins(found.marks[passed].key)
            return self._last()
        if not found.marks:
            return self.begin + own
        mark = found.marks[max(0, passed - 1)]
        at = self._begins(mark.key) + own - mark.own
        if 0 < passed < len(found.marks):
            at = min(at, self._begins(found.marks[passed].key))
        return max(self.begin, at)

    def iteration(self, at: float) -> int:
        """Return the position in `starts` of the current iteration; -1 before the first."""
        return bisect_right([start.at for start in self.starts], at) - 1

    def _last(self) -> float:
        """Return the end of all logs that have a clock."""
        logs = [(number, log) for number, log in enumerate(self._logs) if log.clock != NOTHING]
        return max([self.begin, *(self.of(number, log.end, len(log.marks)) for number, log in logs)])

    def _begins(self, key: MarkKey) -> float:
        return self._at[key]

    def _all_begins(self) -> dict[MarkKey, float]:
        """Return the beginning of each iteration; one that no log with a clock loaded begins with the previous
        one.
        """
        known = dict(self.starts)
        at, found = self.begin, {}
        for key in sorted({mark.key for log in self._logs for mark in log.marks}):
            at = found[key] = known.get(key, at)
        return found

    def _starts(self) -> tuple[IterationStart, ...]:
        """Return the starts by real clocks if available; else by the slowest simulation of each iteration."""
        if self.real:
            return self._real_starts()
        simulations = [log for log in self._logs if log.clock == SIMULATED]
        keys = sorted({mark.key for log in simulations for mark in log.marks})
        at = max((log.marks[0].own for log in simulations if log.marks), default=0.0)
        starts = []
        for key, after in zip(keys, [*keys[1:], None]):
            starts.append(IterationStart(key, at))
            at += max((_lasted(log, key, after) for log in simulations), default=0.0)
        return tuple(starts)

    def _real_starts(self) -> tuple[IterationStart, ...]:
        """Return when the first simulation loads each checkpoint; if unknown, when the trainer saves it."""
        found: dict[MarkKey, float] = {}
        for log in sorted((log for log in self._logs if log.clock in REAL), key=lambda log: log.saves):
            mine = [(mark.key, mark.own or log.begin) for mark in log.marks]
            for key, at in mine:
                if at is not None and not (log.saves and key in found):
                    found[key] = min(at, found.get(key, at))
        return tuple(IterationStart(key, found[key]) for key in sorted(found))


def _lasted(log: LogMarks, key: MarkKey, after: MarkKey | None) -> float:
    """Return how long a simulation drove with a checkpoint; 0 if it did not load both that one and the next."""
    own = dict(log.marks)
    return max(0.0, own[after] - own[key]) if after is not None and key in own and after in own else 0.0


def stamp(at: float) -> bytes:
    """Return a time in Docker's format, to the millisecond."""
    second, milli = divmod(round(at * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(second))}.{milli:03d}000000Z".encode("ascii")


def without_stamp(line: bytes) -> tuple[bytes, bytes]:
    """Return Docker's stamp of a line with all its digits (empty if there is none), and the line without it."""
    match = _STAMP.match(line)
    if match is None:
        return b"", line
    return match[1] + b"." + (match[2] or b"").ljust(_DIGITS, b"0") + b"Z", line[match.end() :]
