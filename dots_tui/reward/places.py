"""``as_simapp.place`` for tens of thousands of points: the same answers, without looking at all of a border each time.

Of each border piece is known how near it is to a waypoint. A point that is r away from the waypoint can be nearer to a
piece by r at most, so the search goes through the pieces by that distance and stops when no other can be nearer.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

from dots_tui.tracks.as_simapp import Place, nearest_on
from dots_tui.tracks.geometry import CLOCKWISE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.tracks.geometry import Point, Position, Track

_KEPT = 48
"""Pieces kept for a waypoint; a point so far off that they do not suffice is looked up in all of them."""


class Places:
    """Places on one track. Not for several threads."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self._inner = _Border(track.inner, track.centre)
        self._outer = _Border(track.outer, track.centre)
        self._clockwise = track.direction == CLOCKWISE
        self._widths: dict[float, float] = {}

    def at(self, x: float, y: float, hint: int | None = None) -> Place:
        """What ``as_simapp.place`` says of a car at x, y; *hint* is as in ``Track.locate``."""
        return self.of(x, y, self.track.locate(x, y, hint))

    def of(self, x: float, y: float, position: Position) -> Place:
        """The same where the position is known already."""
        row = position.index
        inside = self._inner.distance((x, y), row) < self._outer.distance((x, y), row)
        along = position.distance_m
        width = self._widths.get(along)
        if width is None:
            centre = self.track.point_at(along)
            width = math.dist(self._inner.nearest(centre, row), self._outer.nearest(centre, row))
            self._widths[along] = width
        return Place(
            closest_waypoints=position.neighbours,
            closest_waypoint=row,
            distance_from_center=abs(position.offset_m),
            is_left_of_center=inside != self._clockwise,
            projection_distance=along,
            track_width=width,
        )


class _Border:
    """One border, and which of its pieces are near to which waypoint."""

    def __init__(self, line: Sequence[Point], centre: Sequence[Point]) -> None:
        self._line = line
        self._centre = centre
        self._near: dict[int, list[tuple[float, int]]] = {}

    def distance(self, point: Point, row: int) -> float:
        return math.dist(point, self.nearest(point, row))

    def nearest(self, point: Point, row: int) -> Point:
        """The border's point that is nearest to *point*, which is near the waypoint *row*."""
        near = self._near.get(row)
        if near is None:
            near = self._near[row] = self._by_distance(self._centre[row])
        line, reach = self._line, math.dist(point, self._centre[row])
        best, found = math.inf, line[0]
        for away, piece in near:
            if away - reach > best:
                return found
            there = nearest_on(line[piece : piece + 2], point)
            distance = math.dist(there, point)
            if distance < best:
                best, found = distance, there
        return found if len(near) == len(line) - 1 else nearest_on(line, point)

    def _by_distance(self, waypoint: Point) -> list[tuple[float, int]]:
        line = self._line
        every = ((math.dist(nearest_on(line[i : i + 2], waypoint), waypoint), i) for i in range(len(line) - 1))
        return heapq.nsmallest(_KEPT, every)
