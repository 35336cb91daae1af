"""SIM_TRACE_LOG rows in blocks: a run has millions of rows, and work per row costs the most.

A block of regular rows is split at its commas in one operation. The few columns needed for every
row are converted in one operation, the others on demand. A block with an irregularity (a row cut
short, prints attached to its end, rows of two versions) is refused and read row by row, with the
same result.
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

# 15 columns in 2019, without a status; 16 up to simapp 3.0.3, 17 up to 5.3.2, 18 in 5.3.3, 19 since
# 6.0.0. The action (column 8) contains spaces in a continuous action space, but never a comma. This
# matches the text after the marker.
STEP = re.compile(
    rb"[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]+,[^,\n]*,[^,\n]+,(?:True|False),(?:True|False),"
    rb"[^,\n]+,[^,\n]+,[^,\n]+,(?:[^,\n]+,\w+(?:,[^,\n]*,[^,\n]*,[\d.]+)?|[-+]?[\d.]+(?=\s|$))"
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
MOST_PLACE = 1e6
"""Largest position (m), angle (degrees), speed (m/s), waypoint and progress that a simulation can print."""
MOST_REWARD = 1e36
"""Largest reward; a larger number does not fit into 32 bits."""
MOST_TIME = 1e11
"""Largest time in seconds; in 2019 it was Unix time."""
MOST_COUNT = 10**9
"""Largest episode or step."""
_GEOMETRY = (2, 3, 4, 5, 6, 12, 13)
"""Columns of positions: x, y, heading, steering, speed, waypoint, length of the track."""
_TIME = 14
_TRUTH = {b"True": True, b"False": False}
_DIGITS = b"0123456789."
_PLAIN = _DIGITS + b"-+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"


class Rows:
    """Consecutive rows of one log. Each column has one value per row."""

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
        # The source of the other columns: the cells of a whole block and the index of the first row
        # in it, or records.
        self._cells: Sequence[bytes] = ()
        self._width = 0
        self._first = 0
        self._steps: Sequence[r.Step] = ()

    @classmethod
    def of(cls, steps: Sequence[r.Step]) -> Rows:
        """Return rows made of single steps. There must be at least one."""
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
        """The number of rows."""
        return len(self.episode)

    def row(self, index: int) -> r.Step:
        """Return a row, from 0; negative numbers count from the end."""
        if self._steps:
            return self._steps[index]
        start = (self._first + index % self.size) * self._width
        return step(self._cells[start : start + self._width])

    def place(self, index: int) -> tuple[int, float, float]:
        """Return the nearest waypoint, x and y of a row, from 0; cheaper than the whole row."""
        if self._steps:
            step = self._steps[index]
            return step.waypoint, step.x, step.y
        start = (self._first + index) * self._width
        cells = self._cells
        return _waypoint(cells[start + 12]), float(cells[start + 2]), float(cells[start + 3])

    def steps(self) -> Iterator[r.Step]:
        """Yield all rows, one by one."""
        return map(self.row, range(self.size))

    def part(self, start: int, end: int) -> Rows:
        """Return the rows from `start` to before `end`."""
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
        """Return the rows with the texts `payloads` after the marker; None unless all are plain rows of one
        version.
        """
        width = payloads[0].count(b",") + 1
        if width < FEWEST_COLUMNS:
            return None
        text = b",".join(payloads)
        if b",," in text:
            return None  # an empty cell is irregular
        cells = text.split(b",")
        if len(cells) != len(payloads) * width:
            return None
        # If one row has more cells and another fewer, the rows between them have other values in
        # the status column.
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
        if not _in_range(made, cells, width):
            return None
        made._cells, made._width = cells, width
        return made


def _in_range(rows: Rows, cells: Sequence[bytes], width: int) -> bool:
    """Return True if all numbers of a block are certainly in range; otherwise each row is checked alone."""
    counted = max(rows.episode) < MOST_COUNT and max(rows.step) < MOST_COUNT
    if not counted or min(rows.episode) < 0 or min(rows.step) < 0:
        return False
    if not _within(rows.reward, MOST_REWARD) or not _within(rows.progress, MOST_PLACE):
        return False
    try:
        places = all(_within(list(map(float, cells[column::width])), MOST_PLACE) for column in _GEOMETRY)
        return places and all(
            _within(list(map(float, cells[column::width])), MOST_TIME)
            for column in (_TIME, WALL_CLOCK_COLUMNS - 1)
            if column < width
        )
    except ValueError:
        return False


def _within(values: Sequence[float], most: float) -> bool:
    return max(values) <= most and min(values) >= -most and math.isfinite(sum(values))  # max() misses nan


def _glued(cells: Sequence[bytes], width: int) -> bool:
    """Return True if text was printed directly after a row: it contains a space or a bracket."""
    if width >= WALL_CLOCK_COLUMNS and b"".join(cells[18::width]).translate(None, _DIGITS):
        return True
    return any(
        b"".join(set(cells[column::width])).translate(None, _PLAIN)
        for column in range(FEWEST_COLUMNS, width)
        if column != WALL_CLOCK_COLUMNS - 1
    )


def one(match: Match[bytes]) -> r.Step:
    """Return the record of a row that `STEP` matched. Raise ValueError if a required number is invalid."""
    return step(match[0].split(b","))


def step(cells: Sequence[bytes]) -> r.Step:
    """Return the record of a row's cells. Raise ValueError if a number is invalid or out of range."""
    progress = _number(cells[11], MOST_PLACE)
    done = cells[9] == b"True"
    return r.Step(
        _count(cells[0]),
        _count(cells[1]),
        _number(cells[2], MOST_PLACE),
        _number(cells[3], MOST_PLACE),
        _number(cells[4], MOST_PLACE),
        _number(cells[5], MOST_PLACE),
        _number(cells[6], MOST_PLACE),
        _number(cells[8], MOST_REWARD),
        done,
        cells[10] == b"True",
        progress,
        int(_number(cells[12], MOST_PLACE)),
        _number(cells[13], MOST_PLACE),
        _number(cells[_TIME], MOST_TIME),
        _status(cells, progress, done=done),
        _number(cells[18], MOST_TIME) if len(cells) >= WALL_CLOCK_COLUMNS else None,
    )


def _status(cells: Sequence[bytes], progress: float, *, done: bool) -> str:
    """Return the status as printed; rows of 2019 have none, so only a complete lap can be recognized."""
    if len(cells) >= FEWEST_COLUMNS:
        return _STATUSES.get(cells[15]) or cells[15].decode("ascii", "replace")
    if not done:
        return r.PREPARE if cells[1] == b"1" else "in_progress"
    return r.LAP_COMPLETE if progress >= r.COMPLETE_PERCENT else "ended"


def time_of(cell: bytes) -> float:
    """Return the time in a cell, in seconds. Raise ValueError if a simulation cannot print it."""
    return _number(cell, MOST_TIME)


def _number(cell: bytes, most: float) -> float:
    value = float(cell)
    if not -most <= value <= most:  # also catches nan
        raise ValueError("not a number that a simulation prints")
    return value


def _count(cell: bytes) -> int:
    value = int(cell)
    if not 0 <= value < MOST_COUNT:
        raise ValueError("not a number of an episode or a step")
    return value


def _waypoint(cell: bytes) -> int:
    return int(_number(cell, MOST_PLACE))
