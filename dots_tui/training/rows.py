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

# 15 columns in 2019, without a status; 16 up to simapp 3.0.3, 17 up to 5.3.2, 18 in 5.3.3, 19 since 6.0.0. The action
# (column 8) has spaces in it when the action space is continuous, but never a comma. What stands behind the marker.
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
"""Largest place (m), angle (degrees), speed (m/s), waypoint and progress that a simulation can have printed."""
MOST_REWARD = 1e36
"""And reward: what is larger is no 32-bit number."""
MOST_TIME = 1e11
"""And time in seconds; in 2019 it was Unix time."""
MOST_COUNT = 10**9
"""And episode or step."""
_GEOMETRY = (2, 3, 4, 5, 6, 12, 13)
"""Columns of places: x, y, heading, steering, speed, waypoint, length of the track."""
_TIME = 14
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
        cells = self._cells
        return _waypoint(cells[start + 12]), float(cells[start + 2]), float(cells[start + 3])

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
        if not _in_range(made, cells, width):
            return None
        made._cells, made._width = cells, width
        return made


def _in_range(rows: Rows, cells: Sequence[bytes], width: int) -> bool:
    """Whether all numbers of a block are surely such as a simulation prints; read one by one, each row is judged."""
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
    return max(values) <= most and min(values) >= -most and math.isfinite(sum(values))  # nan hides from max


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
    """The record of a row's cells. Raises ValueError when a number is none, or far from what a simulation prints."""
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
    """The status as printed; the rows of 2019 have none, and only a complete lap can be told."""
    if len(cells) >= FEWEST_COLUMNS:
        return _STATUSES.get(cells[15]) or cells[15].decode("ascii", "replace")
    if not done:
        return r.PREPARE if cells[1] == b"1" else "in_progress"
    return r.LAP_COMPLETE if progress >= r.COMPLETE_PERCENT else "ended"


def time_of(cell: bytes) -> float:
    """The time in a cell, seconds. Raises ValueError when it is none that a simulation prints."""
    return _number(cell, MOST_TIME)


def _number(cell: bytes, most: float) -> float:
    value = float(cell)
    if not -most <= value <= most:  # nan is not either
        raise ValueError("not a number that a simulation prints")
    return value


def _count(cell: bytes) -> int:
    value = int(cell)
    if not 0 <= value < MOST_COUNT:
        raise ValueError("not a number of an episode or a step")
    return value


def _waypoint(cell: bytes) -> int:
    return int(_number(cell, MOST_PLACE))
