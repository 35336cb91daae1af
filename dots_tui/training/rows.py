"""SIM_TRACE_LOG rows many at a time: a run has millions, and what is done row by row costs the most.

A block of rows that are all as they should be is split at its commas in one go, and each column is converted in one
go. A block with anything odd in it (a row cut short, prints glued to its end, rows of two versions) is refused and
read row by row instead, with the same result.
"""

from __future__ import annotations

import re
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.training import records as r

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from re import Match

STEP_MARKER = b"SIM_TRACE_LOG:"

# 16 columns up to simapp 3.0.3, 17 up to 5.3.2, 18 in 5.3.3, 19 since 6.0.0. The action (column 8) has
# spaces in it when the action space is continuous, but never a comma. What stands behind the marker.
STEP = re.compile(
    rb"([^,\n]+),([^,\n]+),([^,\n]+),([^,\n]+),([^,\n]+),([^,\n]+),([^,\n]+),[^,\n]*,([^,\n]+),"
    rb"(True|False),(True|False),([^,\n]+),([^,\n]+),([^,\n]+),([^,\n]+),(\w+)(?:,[^,\n]*,[^,\n]*,([\d.]+))?"
)

STATUSES = {
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
FEWEST_COLUMNS = 16
WALL_CLOCK_COLUMNS = 19

_TRUTH = {b"True": True, b"False": False}
_DIGITS = b"0123456789."
_PLAIN = _DIGITS + b"-+abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"


class Rows(NamedTuple):
    """Consecutive rows of one log as columns, each as long as the others; ``r.Step`` says what they mean."""

    episode: Sequence[int]
    step: Sequence[int]
    x: Sequence[float]
    y: Sequence[float]
    heading: Sequence[float]
    steering: Sequence[float]
    speed: Sequence[float]
    reward: Sequence[float]
    done: Sequence[bool]
    on_track: Sequence[bool]
    progress: Sequence[float]
    waypoint: Sequence[int]
    track_length: Sequence[float]
    time: Sequence[float]
    status: Sequence[str]
    wall_clock: Sequence[float | None]

    @classmethod
    def of(cls, steps: Sequence[r.Step]) -> Rows:
        """Rows made one by one. There must be at least one."""
        return cls(*zip(*steps))

    @property
    def size(self) -> int:
        """How many rows (the length of the tuple is how many columns)."""
        return len(self.episode)

    def row(self, index: int) -> r.Step:
        """One of them."""
        return r.Step(*(column[index] for column in self))

    def steps(self) -> Iterator[r.Step]:
        """All of them, one by one."""
        return map(r.Step._make, zip(*self))

    def part(self, start: int, end: int) -> Rows:
        """Those from *start* to before *end*."""
        return self if end - start == self.size else Rows(*(column[start:end] for column in self))


def block(payloads: Sequence[bytes]) -> Rows | None:
    """The rows whose texts after the marker are *payloads*; None when not all are plain rows of one version."""
    commas = set(map(bytes.count, payloads, repeat(b",")))
    width = commas.pop() + 1
    if commas or width < FEWEST_COLUMNS:
        return None
    cells = b",".join(payloads).split(b",")
    for column in range(FEWEST_COLUMNS, width):
        # Whatever was printed behind the row without a line of its own has a space or a bracket in it.
        if b"".join(set(cells[column::width])).translate(None, _PLAIN):
            return None
    done, on_track = _truths(cells[9::width]), _truths(cells[10::width])
    statuses = list(map(STATUSES.get, cells[15::width]))
    if done is None or on_track is None or None in statuses:
        return None
    wall: Sequence[float | None] = [None] * len(payloads)
    try:
        if width >= WALL_CLOCK_COLUMNS:
            clocks = cells[18::width]
            if b"".join(clocks).translate(None, _DIGITS):
                return None
            wall = list(map(float, clocks))
        return Rows(
            list(map(int, cells[0::width])),
            list(map(int, cells[1::width])),
            list(map(float, cells[2::width])),
            list(map(float, cells[3::width])),
            list(map(float, cells[4::width])),
            list(map(float, cells[5::width])),
            list(map(float, cells[6::width])),
            list(map(float, cells[8::width])),
            done,
            on_track,
            list(map(float, cells[11::width])),
            list(map(int, cells[12::width])),
            _floats_alike(cells[13::width]),
            list(map(float, cells[14::width])),
            statuses,  # type: ignore[arg-type] - there is no None among them
            wall,
        )
    except ValueError:
        return None


def step(match: Match[bytes]) -> r.Step:
    """The record of a SIM_TRACE_LOG row that ``STEP`` matched. Raises ValueError when a column is no number."""
    (
        episode,
        number,
        x,
        y,
        heading,
        steering,
        speed,
        reward,
        done,
        on_track,
        progress,
        waypoint,
        length,
        time,
        status,
        wall,
    ) = match.groups()
    return r.Step(
        int(episode),
        int(number),
        float(x),
        float(y),
        float(heading),
        float(steering),
        float(speed),
        float(reward),
        done == b"True",
        on_track == b"True",
        float(progress),
        int(waypoint),
        float(length),
        float(time),
        STATUSES.get(status) or status.decode("ascii", "replace"),
        float(wall) if wall is not None else None,
    )


def _floats_alike(cells: Sequence[bytes]) -> list[float]:
    """A column that mostly has one value. Raises ValueError."""
    if cells.count(cells[0]) == len(cells):
        return [float(cells[0])] * len(cells)
    return list(map(float, cells))


def _truths(cells: Sequence[bytes]) -> list[bool] | None:
    """A column of True and False; None when it has anything else."""
    values = list(map(_TRUTH.get, cells))
    return None if None in values else values  # type: ignore[return-value]
