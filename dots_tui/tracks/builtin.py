"""Tracks made by a formula, used where no route file is available: the embedded cloud, tests, a first look.

They are not copies of real tracks. `track_for` gives one the length, width and direction of a real
track, so that times and distances have the right size; `Track.source` says "formula", and a pane
should say so too.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Callable

from dots_tui.tracks.geometry import CLOCKWISE, OPEN, Point, Track

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Shape = Callable[[float], float]
"""Radius of a closed curve as a function of the angle; sizes are relative."""

DEFAULT_LENGTH_M = 20.0
DEFAULT_WIDTH_M = 1.067
LONG_M = 30.0
"""Minimum length of a track with the shape with many bends."""
_FEWEST_WAYPOINTS, _MOST_WAYPOINTS = 60, 400
_FINE = 12
"""Points per waypoint of the curve that is measured before it is divided evenly."""


def _oval(angle: float) -> float:
    return 1.8 / math.hypot(math.cos(angle), 1.8 * math.sin(angle))


def _kidney(angle: float) -> float:
    return 1.0 + 0.33 * math.cos(2 * angle) - 0.12 * math.sin(angle)


def _clover(angle: float) -> float:
    return 1.0 + 0.2 * math.cos(3 * angle)


def _serpent(angle: float) -> float:
    return 1.0 + 0.16 * math.cos(2 * angle) + 0.06 * math.cos(3 * angle + 1.0) + 0.05 * math.cos(5 * angle)


@cache
def builtin_tracks() -> Mapping[str, Track]:
    """Return the formula-made tracks by name. The oval only bends to the left, the others both ways."""
    return MappingProxyType(
        {
            "oval": _loop("oval", _oval, 18.0, DEFAULT_WIDTH_M, 121),
            "kidney": _loop("kidney", _kidney, 20.0, DEFAULT_WIDTH_M, 134),
            "clover": _loop("clover", _clover, 22.0, DEFAULT_WIDTH_M, 148),
            "serpent": _loop("serpent", _serpent, 25.0, DEFAULT_WIDTH_M, 168),
        }
    )


@lru_cache(maxsize=64)
def track_for(world_name: str) -> Track:
    """Return a formula-made track with the size and direction of a world (`DR_WORLD_NAME`), under its name.

    The shape is not that of the world. A world that is not in the catalogue gets a track of common
    size.
    """
    if world_name in builtin_tracks():
        return builtin_tracks()[world_name]
    from dots_tui.tracks.catalogue import TRACKS

    info = TRACKS.get(world_name)
    if info is None:
        return _loop(world_name, _kidney, DEFAULT_LENGTH_M, DEFAULT_WIDTH_M, 134)
    rows = min(max(info.waypoints, _FEWEST_WAYPOINTS), _MOST_WAYPOINTS)
    if info.direction == OPEN:
        return _straight(world_name, info.length_m, info.width_m, info.waypoints)
    shape = _serpent if info.length_m >= LONG_M else _kidney
    track = _loop(world_name, shape, info.length_m, info.width_m, rows)
    return track.reversed() if info.direction == CLOCKWISE else track


def _loop(name: str, shape: Shape, length_m: float, width_m: float, rows: int) -> Track:
    """Return a counter-clockwise loop of exactly this length; `rows` includes the repeated last row."""
    centre = _evenly(_curve(shape, _FINE * rows), rows - 1)
    scale = length_m / sum(math.dist(a, b) for a, b in zip(centre, [*centre[1:], centre[0]]))
    centre = [(x * scale, y * scale) for x, y in centre]
    inner, outer = [], []
    for index, (x, y) in enumerate(centre):
        (ax, ay), (bx, by) = centre[index - 1], centre[(index + 1) % len(centre)]
        length = math.hypot(bx - ax, by - ay)
        # To the left of the driving direction, which is inward on a counter-clockwise loop.
        nx, ny = -(by - ay) / length * width_m / 2, (bx - ax) / length * width_m / 2
        inner.append((x + nx, y + ny))
        outer.append((x - nx, y - ny))
    return Track(name, _closed(centre), _closed(inner), _closed(outer), source="formula")


def _straight(name: str, length_m: float, width_m: float, rows: int) -> Track:
    xs = [length_m * index / (rows - 1) for index in range(rows)]
    borders = (tuple((x, side * width_m / 2) for x in xs) for side in (0.0, 1.0, -1.0))
    centre, inner, outer = borders
    return Track(name, centre, inner, outer, source="formula")


def _curve(shape: Shape, points: int) -> list[Point]:
    """Return the curve in fine steps, starting at its straightest part so that the start line is on a straight."""

    def at(step: float) -> Point:
        angle = 2.0 * math.pi * step / points
        radius = shape(angle)
        return radius * math.cos(angle), radius * math.sin(angle)

    start = min(range(points), key=lambda step: _bend(at(step - 1), at(step), at(step + 1)))
    return [at(start + step) for step in range(points)]


def _bend(a: Point, b: Point, c: Point) -> float:
    """Return how much the line through three points bends, without sign."""
    cross = (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
    return abs(cross) / (math.dist(a, b) * math.dist(b, c) * math.dist(a, c))


def _evenly(loop: Sequence[Point], count: int) -> list[Point]:
    """Return `count` points at even distances along a closed curve."""
    lengths = [math.dist(a, b) for a, b in zip(loop, [*loop[1:], loop[0]])]
    spacing = sum(lengths) / count
    points: list[Point] = []
    index, passed = 0, 0.0
    for number in range(count):
        wanted = number * spacing
        while passed + lengths[index] <= wanted and index < len(loop) - 1:
            passed += lengths[index]
            index += 1
        share = (wanted - passed) / lengths[index]
        (ax, ay), (bx, by) = loop[index], loop[(index + 1) % len(loop)]
        points.append((ax + (bx - ax) * share, ay + (by - ay) * share))
    return points


def _closed(points: Sequence[Point]) -> tuple[Point, ...]:
    return (*points, points[0])
