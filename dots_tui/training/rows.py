"""SIM_TRACE_LOG rows many at a time: a run has millions, and what is done row by row costs the most.

A block of rows that are all as they should be is split at its commas in one go, and the few columns that every row is
needed of are converted in one go; the others when somebody asks. A block with anything odd in it (a row cut short,
prints glued to its end, rows of two versions) is refused and read row by row instead, with the same result.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from dots_tui.training import records as r

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Match

STEP_MARKER = b"SIM_TRACE_LOG:"

# 16 columns up to simapp 3.0.3, 17 up to 5.3.2, 18 in 5.3.3, 19 since 6.0.0. The action (column 8) has
# spaces in it when the action space is continuous, but never a comma. What stands behind the marker.
STEP = re.compile(
    rb"[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]*,[^,\n]+,(?:True|False),(?:True|False),"
    rb"[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,\w+(?:,[^,\n]*,[^,\n]*,[\d.]+)?"
)
FEWEST_COLUMNS = 16
WALL_CLOCK_COLUMNS = 19

_STATUSES = {
    name.encode(): name
    for name in (
        r.PREPARE,
        "in_progress",
        "off_track",
        "crashed",
        "immobilized",
        "reversed",
        r.LAP_COMPLETE,
        "pause",
        "time_up",
        "park",
    )
}
_TRUTH = {b"True": True, b"False": False}
_DIGITS = b"0123456789."
_PLAIN = _DIGITS + b"-+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"


class Rows:
    """Consecutive rows of one log. The columns that are here are as long as there are rows."""

    __slots__ = ("_cells", "_first", "_steps", "_width", "done", "episode", "progress", "reward", "status", "step")

    def __init__(
        self,
        episode: Sequence[int],
        step: Sequence[int],
        reward: Sequence[float],
        done: Sequence[bool],
        progress: Sequence[float],
        status: Sequence[str],
    ) -> None:
        self.episode = episode
        self.step = step
        self.reward = reward
        self.done = done
        self.progress = progress
        self.status = status
        # Where the other columns are: the cells of a whole block and which row of it is the first, or records.
        self._cells: Sequence[bytes] = ()
        self._width = 0
        self._first = 0
        self._steps: Sequence[r.Step] = ()

    @classmethod
    def of(cls, steps: Sequence[r.Step]) -> Rows:
        """Rows made one by one. There must be at least one."""
        made = cls(
            [step.episode for step in steps],
            [step.step for step in steps],
            [step.reward for step in steps],
            [step.done for step in steps],
            [step.progress for step in steps],
            [step.status for step in steps],
        )
        made._steps = steps
        return made

    @property
    def size(self) -> int:
        """How many rows."""
        return len(self.episode)

    def row(self, index: int) -> r.Step:
        """One of them, from 0; negative numbers count from the end."""
        if self._steps:
            return self._steps[index]
        start = (self._first + index % self.size) * self._width
        return step(self._cells[start : start + self._width])

    def place(self, index: int) -> tuple[int, float, float]:
        """The nearest waypoint, x and y of one of them, from 0; cheaper than the whole row."""
        if self._steps:
            step = self._steps[index]
            return step.waypoint, step.x, step.y
        start = (self._first + index) * self._width
        return _waypoint(self._cells[start + 12]), _number(self._cells[start + 2]), _number(self._cells[start + 3])

    def steps(self) -> Iterator[r.Step]:
        """All of them, one by one."""
        return map(self.row, range(self.size))

    def part(self, start: int, end: int) -> Rows:
        """Those from *start* to before *end*."""
        if end - start == self.size:
            return self
        made = Rows(
            self.episode[start:end],
            self.step[start:end],
            self.reward[start:end],
            self.done[start:end],
            self.progress[start:end],
            self.status[start:end],
        )
        made._cells, made._width, made._first = self._cells, self._width, self._first + start
        made._steps = self._steps[start:end]
        return made

    @classmethod
    def block(cls, payloads: Sequence[bytes]) -> Rows | None:
        """The rows whose texts after the marker are *payloads*; None when not all are plain rows of one version."""
        width = payloads[0].count(b",") + 1
        if width < FEWEST_COLUMNS:
            return None
        text = b",".join(payloads)
        if b",," in text:
            return None  # an empty cell is something odd
        cells = text.split(b",")
        if len(cells) != len(payloads) * width:
            return None
        # Where one row has more cells and another fewer, those between have something else where the words belong.
        statuses = list(map(_STATUSES.get, cells[15::width]))
        done = list(map(_TRUTH.get, cells[9::width]))
        if None in statuses or None in done or not _TRUTH.keys() >= set(cells[10::width]) or _glued(cells, width):
            return None
        try:
            made = cls(
                list(map(int, cells[0::width])),
                list(map(int, cells[1::width])),
                list(map(float, cells[8::width])),
                done,  # type: ignore[arg-type]  # there is no None in these two
                list(map(float, cells[11::width])),
                statuses,  # type: ignore[arg-type]
            )
        except ValueError:
            return None
        made._cells, made._width = cells, width
        return made


def _glued(cells: Sequence[bytes], width: int) -> bool:
    """Whether something was printed behind a row without a line of its own: that has a space or a bracket in it."""
    if width >= WALL_CLOCK_COLUMNS and b"".join(cells[18::width]).translate(None, _DIGITS):
        return True
    return any(
        b"".join(set(cells[column::width])).translate(None, _PLAIN)
        for column in range(FEWEST_COLUMNS, width)
        if column != WALL_CLOCK_COLUMNS - 1
    )


def one(match: Match[bytes]) -> r.Step:
    """The record of a row that ``STEP`` matched. Raises ValueError when a number that counts is none."""
    return step(match[0].split(b","))


def step(cells: Sequence[bytes]) -> r.Step:
    """The record of a row's cells. Raises ValueError when a number that counts is none; others are nan then."""
    return r.Step(
        int(cells[0]),
        int(cells[1]),
        _number(cells[2]),
        _number(cells[3]),
        _number(cells[4]),
        _number(cells[5]),
        _number(cells[6]),
        float(cells[8]),
        cells[9] == b"True",
        cells[10] == b"True",
        float(cells[11]),
        _waypoint(cells[12]),
        _number(cells[13]),
        _number(cells[14]),
        _STATUSES.get(cells[15]) or cells[15].decode("ascii", "replace"),
        _clock(cells[18]) if len(cells) >= WALL_CLOCK_COLUMNS else None,
    )


def _number(cell: bytes) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _waypoint(cell: bytes) -> int:
    try:
        return int(cell)
    except ValueError:
        return -1


def _clock(cell: bytes) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
