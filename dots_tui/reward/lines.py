"""Lines around a track, as offsets from its center line: the racing line and the shortest line.

Both are found by moving points across the road until the line is as straight, or as short, as the borders allow; first
with few points, then with more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.tracks.geometry import Point, Track

_COARSEST = 16
_SPACING_M = 0.25
_MOST = 256
_ROUNDS = 40


class DrivingLine:
    """Offsets at even distances along the center line, meters, positive to the left."""

    def __init__(self, track: Track, offsets: Sequence[float]) -> None:
        self.track = track
        self.offsets = tuple(offsets)
        self._spacing = track.length_m / len(self.offsets)
        bends = _bends(track, self.offsets)
        self._bends = tuple(max(bends[i - 1], bends[i], bends[(i + 1) % len(bends)]) for i in range(len(bends)))

    def offset(self, along_m: float) -> float:
        """Return the offset at a distance along the center line."""
        share, index = math.modf((along_m % self.track.length_m) / self._spacing)
        first = int(index) % len(self.offsets)
        return self.offsets[first] * (1.0 - share) + self.offsets[(first + 1) % len(self.offsets)] * share

    def point(self, along_m: float) -> Point:
        """Return the point of the line at a distance along the center line."""
        return self.track.point_at(along_m, self.offset(along_m))

    def bend(self, along_m: float, until_m: float) -> float:
        """Return the sharpest bend between two distances, 1/m."""
        first, last = int(along_m / self._spacing), int(until_m / self._spacing) + 1
        return max(self._bends[i % len(self._bends)] for i in range(first, last + 1))

    def bend_at(self, index: int) -> float:
        """Return the bend around offset `index`, 1/m."""
        return self._bends[index]

    def mixed(self, share: float) -> DrivingLine:
        """Return the line at a share between the center line (0) and this line (1)."""
        return DrivingLine(self.track, [share * offset for offset in self.offsets])


def centre_line(track: Track) -> DrivingLine:
    """Return the center line."""
    return DrivingLine(track, [0.0] * _points(track))


def zig_zag(track: Track, swing: float, wave_m: float) -> DrivingLine:
    """From side to side: *swing* is a share of half the width, *wave_m* about how long one swing there and back is."""
    count = max(_points(track), int(track.length_m / wave_m * 12))
    waves = max(1, round(track.length_m / wave_m))
    halves = [track.width_at(track.length_m * i / count) / 2.0 for i in range(count)]
    return DrivingLine(
        track, [swing * half * math.sin(2.0 * math.pi * waves * i / count) for i, half in enumerate(halves)]
    )


def racing_line(track: Track, margin_m: float) -> DrivingLine:
    """The line that bends least, at least *margin_m* from the borders."""
    return DrivingLine(track, _improved(track, margin_m, straight=True))


def shortest_line(track: Track, margin_m: float) -> DrivingLine:
    """The shortest line; *margin_m* as above."""
    return DrivingLine(track, _improved(track, margin_m, straight=False))


def _points(track: Track) -> int:
    return min(_MOST, max(_COARSEST, int(track.length_m / _SPACING_M)))


def _improved(track: Track, margin_m: float, *, straight: bool) -> list[float]:
    offsets: list[float] = [0.0] * _COARSEST
    while True:
        _relax(track, offsets, margin_m, straight=straight)
        if len(offsets) >= _points(track):
            return offsets
        following = [*offsets[1:], offsets[0]]
        offsets = [value for a, b in zip(offsets, following) for value in (a, (a + b) / 2.0)]


def _relax(track: Track, offsets: list[float], margin_m: float, *, straight: bool) -> None:
    """Move each point across the road to where its neighbours want it, some rounds long."""
    count = len(offsets)
    spots = [track.length_m * i / count for i in range(count)]
    feet = [track.point_at(spot) for spot in spots]
    # Not the normal of the one piece of the center line, which jumps from piece to piece.
    sides = [
        _side(feet[i - 1], feet[(i + 1) % count]) if track.closed else _side_at(track, spots[i]) for i in range(count)
    ]
    rooms = [max(0.0, track.width_at(spot) / 2.0 - margin_m) for spot in spots]
    points = [(fx + o * nx, fy + o * ny) for (fx, fy), (nx, ny), o in zip(feet, sides, offsets)]
    inner = range(count) if track.closed else range(2, count - 2)
    for _ in range(_ROUNDS):
        for i in inner:
            (ax, ay), (bx, by) = points[i - 1], points[(i + 1) % count]
            if straight:
                (cx, cy), (dx, dy) = points[i - 2], points[(i + 2) % count]
                wx, wy = (4.0 * (ax + bx) - cx - dx) / 6.0, (4.0 * (ay + by) - cy - dy) / 6.0
            else:
                wx, wy = (ax + bx) / 2.0, (ay + by) / 2.0
            (fx, fy), (nx, ny) = feet[i], sides[i]
            offset = min(max((wx - fx) * nx + (wy - fy) * ny, -rooms[i]), rooms[i])
            offsets[i] = offset
            points[i] = (fx + offset * nx, fy + offset * ny)


def _side(before: Point, after: Point) -> Point:
    """The unit vector to the left of the way between two points."""
    dx, dy = after[0] - before[0], after[1] - before[1]
    length = math.hypot(dx, dy) or 1.0
    return -dy / length, dx / length


def _side_at(track: Track, along_m: float) -> Point:
    heading = track.heading_at(along_m)
    return -math.sin(heading), math.cos(heading)


def _bends(track: Track, offsets: Sequence[float]) -> list[float]:
    """The curvature (1/m, without sign) at each point of the line; an open one does not bend at its ends."""
    count = len(offsets)
    points = [track.point_at(track.length_m * i / count, offset) for i, offset in enumerate(offsets)]
    found = []
    for i in range(count):
        if not track.closed and i in (0, count - 1):
            found.append(0.0)
            continue
        a, b, c = points[i - 1], points[i], points[(i + 1) % count]
        cross = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
        size = math.dist(a, b) * math.dist(b, c) * math.dist(a, c)
        found.append(abs(2.0 * cross) / size if size > 1e-9 else 0.0)
    return found
