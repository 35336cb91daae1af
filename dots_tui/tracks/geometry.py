"""The geometry of a track: from a point to its distance along the center line, and back.

Pure Python and fast enough for simulation: `locate` with a hint checks only a few segments. Frame
and units are those of the route files and of columns X, Y of SIM_TRACE_LOG: meters, x right, y up.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]

CLOCKWISE, COUNTER_CLOCKWISE, OPEN = "cw", "ccw", "open"
LARGEST_M = 100_000.0
"""Limit of a coordinate: squares of larger ones lose what matters, or overflow."""


@dataclass(frozen=True)
class Position:
    """The position of a point on a track."""

    distance_m: float
    """Distance along the center line from waypoint 0, in driving direction; less than the length on a loop."""
    offset_m: float
    """Distance from the center line, positive to the left of the driving direction."""
    index: int
    """The closest waypoint; also the hint for the next `locate`."""
    neighbours: tuple[int, int]
    """The waypoints behind and ahead of the point, as in `closest_waypoints` of the reward function."""


class _Segment(NamedTuple):
    """A piece of the center line with a length; `ux`, `uy` is its direction as a unit vector."""

    x: float
    y: float
    ux: float
    uy: float
    length: float
    distance: float
    start: int
    end: int


@dataclass(frozen=True)
class Track:
    """One track. Rows are kept as in a route file, so an index equals `closest_waypoint` of a log.

    A closed track repeats its first row as the last one. A center point can also be repeated in the
    middle (as in 61 of the 129 published route files): such zero-length segments are skipped.
    """

    name: str
    centre: tuple[Point, ...]
    inner: tuple[Point, ...]
    outer: tuple[Point, ...]
    source: str = "file"
    """The source of the geometry: "formula" for a made-up one, "file" for a published route."""
    closed: bool = field(init=False)
    length_m: float = field(init=False)
    width_m: float = field(init=False)
    """Mean distance between the borders; `widths` has it for each waypoint."""
    widths: tuple[float, ...] = field(init=False, repr=False)
    distances: tuple[float, ...] = field(init=False, repr=False)
    """The distance of each waypoint along the center line; the last one of a closed track is its length."""
    direction: str = field(init=False)
    _segments: tuple[_Segment, ...] = field(init=False, repr=False, compare=False)
    _starts: tuple[float, ...] = field(init=False, repr=False, compare=False)
    _segment_of: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = len(self.centre)
        if rows < 2 or len(self.inner) != rows or len(self.outer) != rows:
            raise ValueError(
                f"track {self.name}: centre, inner and outer need the same number of rows, at least 2; "
                f"they have {rows}, {len(self.inner)} and {len(self.outer)}"
            )
        if not all(math.isfinite(value) for line in (self.centre, self.inner, self.outer) for p in line for value in p):
            raise ValueError(f"track {self.name}: a coordinate is not a finite number")
        if any(abs(value) > LARGEST_M for line in (self.centre, self.inner, self.outer) for p in line for value in p):
            raise ValueError(f"track {self.name}: a coordinate is beyond {LARGEST_M:,.0f} m")
        segments, distances = _segments_of(self.centre)
        if not segments:
            raise ValueError(f"track {self.name}: all waypoints are the same point")
        widths = tuple(math.dist(a, b) for a, b in zip(self.inner, self.outer))
        closed = self.centre[0] == self.centre[-1]
        starts = tuple(segment.distance for segment in segments)
        values = {
            "closed": closed,
            "length_m": distances[-1],
            "widths": widths,
            "width_m": sum(widths) / rows,
            "distances": distances,
            "direction": _direction(self.centre) if closed else OPEN,
            "_segments": segments,
            "_starts": starts,
            "_segment_of": tuple(max(0, bisect_right(starts, distance) - 1) for distance in distances),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_rows(cls, name: str, rows: Iterable[Sequence[float]], source: str = "file") -> Track:
        """Return a track from rows of six numbers: center x, y, inner x, y, outer x, y (the layout of route
        files).
        """
        table = [tuple(float(value) for value in row) for row in rows]
        if any(len(row) != 6 for row in table):
            raise ValueError(f"track {name}: a row needs six numbers (centre, inner and outer x and y)")
        centre, inner, outer = (tuple((row[i], row[i + 1]) for row in table) for i in (0, 2, 4))
        return cls(name, centre, inner, outer, source)

    def reversed(self) -> Track:
        """Return the same track in the other direction; the inner border stays the inside edge."""
        return Track(self.name, self.centre[::-1], self.inner[::-1], self.outer[::-1], self.source)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return smallest x, smallest y, largest x, largest y of the borders, in meters."""
        xs, ys = zip(*self.inner, *self.outer)
        return min(xs), min(ys), max(xs), max(ys)

    def locate(self, x: float, y: float, hint: int | None = None) -> Position:
        """Return the position of a point. Costs a few microseconds with a hint, some ten without.

        `hint` is a waypoint near the point, usually `index` of the previous step. The search
        follows the track from there, which also gives the right position where two parts of the
        track are close together. Without a hint, or if the hint leads off the road, the whole track
        is searched.
        """
        segments = self._segments
        found = None
        if hint is not None:
            found = self._descend(x, y, self._segment_of[hint % len(self._segment_of)])
            if found[1] > self.widths[segments[found[0]].start] ** 2:
                found = None
        if found is None:
            found = min(((i, _distance_squared(s, x, y)) for i, s in enumerate(segments)), key=_second)
        at = found[0]
        segment = segments[at]
        dx, dy = x - segment.x, y - segment.y
        along = min(max(dx * segment.ux + dy * segment.uy, 0.0), segment.length)
        left = segment.ux * dy - segment.uy * dx
        offset = math.copysign(math.sqrt(found[1]), left)
        if along == segment.length:
            # A waypoint belongs to the segment after it; beyond the end of an open track simapp
            # names waypoint 0.
            if not self.closed and at == len(segments) - 1:
                return Position(self.length_m, offset, segment.end, (segment.end, 0))
            segment, along = segments[(at + 1) % len(segments)], 0.0
        index = segment.end if along + along > segment.length else segment.start
        return Position(segment.distance + along, offset, index, (segment.start, segment.end))

    def _descend(self, x: float, y: float, start: int) -> tuple[int, float]:
        """Return the nearest segment (and its squared distance) reached from `start` without moving away.

        One segment that is not nearer can be skipped: at the outside of a bend two can be equally
        far.
        """
        segments = self._segments
        best, best_distance = start, _distance_squared(segments[start], x, y)
        for step in (1, -1):
            at, misses = best, 0
            while misses < 2:
                at += step
                if self.closed:
                    at %= len(segments)
                elif not 0 <= at < len(segments):
                    break
                if at == start:
                    break
                distance = _distance_squared(segments[at], x, y)
                if distance < best_distance:
                    best, best_distance, misses = at, distance, 0
                else:
                    misses += 1
        return best, best_distance

    def point_at(self, distance_m: float, offset_m: float = 0.0) -> Point:
        """Return the point at a distance along the center line, `offset_m` to the left. Distances wrap on a
        loop.
        """
        segment, along = self._at(distance_m)
        return (
            segment.x + segment.ux * along - segment.uy * offset_m,
            segment.y + segment.uy * along + segment.ux * offset_m,
        )

    def heading_at(self, distance_m: float) -> float:
        """Return the driving direction at a distance along the center line, in radians, -pi..pi."""
        segment, _ = self._at(distance_m)
        return math.atan2(segment.uy, segment.ux)

    def width_at(self, distance_m: float) -> float:
        """Return the distance between the borders at a distance along the center line, in meters."""
        segment, along = self._at(distance_m)
        share = along / segment.length
        return self.widths[segment.start] * (1.0 - share) + self.widths[segment.end] * share

    def wrap(self, distance_m: float) -> float:
        """Return a distance within 0..length: wrapped on a loop, clamped on an open track."""
        if self.closed:
            return distance_m % self.length_m
        return min(max(distance_m, 0.0), self.length_m)

    def _at(self, distance_m: float) -> tuple[_Segment, float]:
        distance = self.wrap(distance_m)
        segment = self._segments[max(0, bisect_right(self._starts, distance) - 1)]
        return segment, min(distance - segment.distance, segment.length)


def _second(pair: tuple[int, float]) -> float:
    return pair[1]


def _distance_squared(segment: _Segment, x: float, y: float) -> float:
    sx, sy, ux, uy, length, _, _, _ = segment
    dx, dy = x - sx, y - sy
    along = dx * ux + dy * uy
    if along <= 0.0:
        return dx * dx + dy * dy
    if along >= length:
        dx -= length * ux
        dy -= length * uy
        return dx * dx + dy * dy
    across = ux * dy - uy * dx
    return across * across


def _segments_of(centre: Sequence[Point]) -> tuple[tuple[_Segment, ...], tuple[float, ...]]:
    """Return the segments with a length, and the distance of every waypoint along the line."""
    segments: list[_Segment] = []
    distances = [0.0]
    for index in range(1, len(centre)):
        (ax, ay), (bx, by) = centre[index - 1], centre[index]
        length = math.hypot(bx - ax, by - ay)
        if length > 0.0:
            ux, uy = (bx - ax) / length, (by - ay) / length
            segments.append(_Segment(ax, ay, ux, uy, length, distances[-1], index - 1, index))
        distances.append(distances[-1] + length)
    return tuple(segments), tuple(distances)


def _direction(loop: Sequence[Point]) -> str:
    area = sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(loop, loop[1:]))
    return COUNTER_CLOCKWISE if area > 0 else CLOCKWISE
