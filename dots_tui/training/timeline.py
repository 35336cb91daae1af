"""When the lines of recorded logs were printed: one clock for all logs of a run, whatever clock each has of its own.

A line's time is Docker's stamp, else the clock of its row (column 19), else the simulation's (column 15); a line
between two rows has that of the row before. Simulations count from their own start, so they are laid side by side at
the checkpoints they load: an iteration begins when the slowest of them is through with the one before. A trainer's log
without stamps has no clock; its lines stand where the checkpoint they lead to is loaded.
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
"""What tells the time of a log's lines."""
REAL = (DOCKER, WALL)

_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|[+-]00:00) ")
_DIGITS = 9
_CHECKPOINT = re.compile(rb"Checkpoint(?:>| -) (Restoring from|Saving in) path[^\n]*?(\d+)_Step-\d+")
_CHECKPOINT_GATE = b"Checkpoint"
_SIMULATED_CELL, _WALL_CELL = 14, 18


class Key(NamedTuple):
    """Which iteration: the number of its checkpoint, and how often the training had been begun anew by then."""

    attempt: int
    number: int


class Mark(NamedTuple):
    """Where an iteration begins in a log, by the log's own clock."""

    key: Key
    own: float


@dataclass(frozen=True)
class LogMarks:
    """A log that was gone through once."""

    clock: str
    marks: tuple[Mark, ...]
    end: float
    """Its last time by its own clock."""
    begin: float | None
    """Its first; None when it has none."""
    saves: bool = False
    """Whether it is a trainer's, which saves the checkpoints the others load."""


class LogClock:
    """Goes through the lines of one log, in order. *saves* is for a trainer's, whose iterations begin as it saves."""

    def __init__(self, clock: str, *, saves: bool = False) -> None:
        self.clock = clock
        self.own = 0.0
        """The time of the last line; simulated seconds since the first row, or Unix seconds."""
        self.marks: list[Mark] = []
        self.saves = saves
        self._begin: float | None = None
        self._row: float | None = None

    def line(self, line: bytes) -> None:
        """The next line."""
        if self.clock == DOCKER:
            self._take(_stamp(line))
        elif self.clock != NOTHING and (at := line.find(STEP_MARKER)) >= 0:
            self._take(_cell(line, at, _WALL_CELL if self.clock == WALL else _SIMULATED_CELL))
        if _CHECKPOINT_GATE in line:
            self._checkpoint(line)

    def gone_through(self) -> LogMarks:
        """What there is to know of it, after its last line."""
        return LogMarks(self.clock, tuple(self.marks), self.own, self._begin, self.saves)

    def _take(self, value: float | None) -> None:
        if value is None:
            return
        if self.clock == SIMULATED:
            before, self._row = self._row, value
            # A simulation that was started again counts from 0: that takes no time of ours.
            self.own += max(0.0, value - before) if before is not None else 0.0
        else:
            self.own = max(self.own, value)  # two streams of one container may be a little mixed up
        self._begin = self.own if self._begin is None else self._begin

    def _checkpoint(self, line: bytes) -> None:
        match = _CHECKPOINT.search(line)
        wanted = b"Saving in" if self.saves else b"Restoring from"
        if match is None or match[1] != wanted or b"pretrained" in line[: match.end()]:
            return
        number, last = int(match[2]), self.marks[-1].key if self.marks else Key(0, -1)
        if number != last.number:
            self.marks.append(Mark(Key(last.attempt + (number < last.number), number), self.own))


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


class Start(NamedTuple):
    """An iteration of the run: which, and when it begins by the clock of all."""

    key: Key
    at: float


class Timeline:
    """The clock of all logs of a run. ``real`` says whether it shows Unix seconds or only counts from 0."""

    def __init__(self, logs: Sequence[LogMarks]) -> None:
        self._logs = tuple(logs)
        self.real = any(log.clock in REAL for log in logs)
        """Whether it shows Unix seconds; else seconds of the simulations, from 0."""
        self.known = any(log.begin is not None for log in logs)
        """Whether any log tells a time at all."""
        self.starts = self._starts()
        """The iterations in their order."""
        begins = [log.begin for log in logs if log.clock in REAL and log.begin is not None]
        self.begin = min(begins) if begins else 0.0
        self._at = self._all_begins()
        self.end = max(
            [self.begin, *(self.of(number, log.end, len(log.marks)) for number, log in enumerate(self._logs))]
        )

    def of(self, log: int, own: float, passed: int) -> float:
        """When a line of a log is printed: at *own* by its own clock, behind *passed* of its marks."""
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
        """Position in `starts` of the iteration under way; -1 before the first."""
        return bisect_right([start.at for start in self.starts], at) - 1

    def _last(self) -> float:
        """The end of all logs that have a clock."""
        logs = [(number, log) for number, log in enumerate(self._logs) if log.clock != NOTHING]
        return max([self.begin, *(self.of(number, log.end, len(log.marks)) for number, log in logs)])

    def _begins(self, key: Key) -> float:
        return self._at[key]

    def _all_begins(self) -> dict[Key, float]:
        """When each iteration begins; one nobody with a clock has loaded begins with the one before it."""
        known = dict(self.starts)
        at, found = self.begin, {}
        for key in sorted({mark.key for log in self._logs for mark in log.marks}):
            at = found[key] = known.get(key, at)
        return found

    def _starts(self) -> tuple[Start, ...]:
        """Where real clocks are, they say; else iterations last as long as the slowest simulation drives."""
        if self.real:
            return self._real_starts()
        simulations = [log for log in self._logs if log.clock == SIMULATED]
        keys = sorted({mark.key for log in simulations for mark in log.marks})
        at = max((log.marks[0].own for log in simulations if log.marks), default=0.0)
        starts = []
        for key, after in zip(keys, [*keys[1:], None]):
            starts.append(Start(key, at))
            at += max((_lasted(log, key, after) for log in simulations), default=0.0)
        return tuple(starts)

    def _real_starts(self) -> tuple[Start, ...]:
        """As the first simulation loads the checkpoint; where that is not known, as the trainer saves it."""
        found: dict[Key, float] = {}
        for log in sorted((log for log in self._logs if log.clock in REAL), key=lambda log: log.saves):
            mine = [(mark.key, mark.own or log.begin) for mark in log.marks]
            for key, at in mine:
                if at is not None and not (log.saves and key in found):
                    found[key] = min(at, found.get(key, at))
        return tuple(Start(key, found[key]) for key in sorted(found))


def _lasted(log: LogMarks, key: Key, after: Key | None) -> float:
    """How long a simulation drove with a checkpoint; 0 when it did not load both that and the next."""
    own = dict(log.marks)
    return max(0.0, own[after] - own[key]) if after is not None and key in own and after in own else 0.0


def stamp(at: float) -> bytes:
    """A time as Docker writes it, to the millisecond."""
    second, milli = divmod(round(at * 1000), 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(second))}.{milli:03d}000000Z".encode("ascii")


def without_stamp(line: bytes) -> tuple[bytes, bytes]:
    """Docker's stamp of a line with all its digits (empty when there is none), and the line without it."""
    match = _STAMP.match(line)
    if match is None:
        return b"", line
    return match[1] + b"." + (match[2] or b"").ljust(_DIGITS, b"0") + b"Z", line[match.end() :]
