"""Values on a road seen from above: the part of a track that each half of a cell shows, and its color or shade."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from rich.style import Style

from dots_tui.ui.widgets.track_map import SHADES, SHADES_ASCII, Point, Projection

Values = Sequence[Sequence["float | None"]]
"""By position along the lap, then by offset from left to right. None where there is no number."""

COLOURS = ((58, 40, 112), (50, 96, 156), (36, 144, 140), (110, 190, 84), (250, 224, 72))
"""From low to high. Each color is lighter than the one before, so that they differ without hue."""
DIFFERENCES = ((236, 112, 60), (150, 92, 80), (92, 92, 92), (72, 130, 150), (80, 196, 250))
"""From less over equal to more."""
LESS_SAME_MORE = ("▼-·+▲", "=-.+#")
"""Signs for five steps of a difference, from much less to much more, and their ASCII variants."""
STEPS = 16
_FRINGE_PIXELS = 5.0
"""Half the width of a road on the picture from which the ground beside it is shown too."""
_PIECES = 3
"""Samples per pixel, along and across."""


class RoadLike(Protocol):
    """The track data needed for the picture."""

    @property
    def centre(self) -> Sequence[Point]: ...
    @property
    def inner(self) -> Sequence[Point]: ...
    @property
    def outer(self) -> Sequence[Point]: ...
    @property
    def length_m(self) -> float: ...
    @property
    def width_m(self) -> float: ...
    @property
    def distances(self) -> Sequence[float]:
        """The distance of each row along the center line."""


class RoadPart(NamedTuple):
    """A piece of road, as indices of the values."""

    position: int
    offset: int


@dataclass(frozen=True)
class Road:
    """A track projected into a box of cells, two pixels a cell, one above the other."""

    view: Projection
    parts: Mapping[tuple[int, int], RoadPart]
    """By column and row of pixels."""

    @classmethod
    def fit(cls, track: RoadLike, positions: int, offsets: Sequence[float], width: int, height: int) -> Road:
        """Return the largest picture of `track` for a number of positions and offsets (shares of half the width)."""
        ribbon, outermost = _Ribbon(track), max(map(abs, offsets))
        edges = [ribbon.across(row, share) for row in ribbon.rows for share in (-outermost, outermost)]
        view = Projection.fit(edges, max(1, width), max(1, height))
        metre = view.scale / 2.0  # pixels: two dots each
        parts: dict[tuple[int, int], RoadPart] = {}
        steps = max(positions, math.ceil(track.length_m * metre * _PIECES))
        wide = track.width_m / 2.0 * metre >= _FRINGE_PIXELS
        across = max(3, math.ceil(track.width_m * metre * _PIECES))
        reach = outermost if wide else 1.0
        # From outside to inside: where the track comes near to itself, the road covers the ground beside it.
        shares = sorted((reach * (2.0 * i / across - 1.0) for i in range(across + 1)), key=abs, reverse=True)
        road = [(share, _nearest(share, offsets)) for share in shares]
        for step in range(steps):
            points, position = ribbon.at((step + 0.5) / steps * track.length_m), step * positions // steps
            for share, index in road:
                parts[_pixel(view, ribbon.across(points, share))] = RoadPart(position, index)
        return cls(view, parts)

    def cell(self, point: Point) -> tuple[int, int]:
        """Return the (column, row) of the cell that contains a point of the track."""
        return self.view.cell(point)

    def point(self, column: int, row: int) -> Point:
        """Return the point in the middle of a cell."""
        view = self.view
        x = view.west + (2.0 * column + 0.5 - view.left) / view.scale
        return x, view.north - (4.0 * row + 1.5 - view.top) / view.scale


class _Ribbon:
    """The road between its drawn borders; normals of the center line would cross in tight corners."""

    def __init__(self, track: RoadLike) -> None:
        left, right = (track.inner, track.outer) if _is_left(track.inner, track.centre) else (track.outer, track.inner)
        self.rows = list(zip(left, track.centre, right))
        """Left border, center line and right border."""
        self._distances = track.distances
        self._row = 0

    def at(self, along: float) -> tuple[Point, Point, Point]:
        """Return left border, center line and right border at a distance, which never falls from call to call."""
        last = len(self.rows) - 2
        while self._row < last and self._distances[self._row + 1] <= along:
            self._row += 1
        start, end = self._distances[self._row], self._distances[self._row + 1]
        part = (along - start) / (end - start) if end > start else 0.0
        left, centre, right = (
            (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part)
            for a, b in zip(self.rows[self._row], self.rows[self._row + 1])
        )
        return left, centre, right

    @staticmethod
    def across(points: tuple[Point, Point, Point], share: float) -> Point:
        """Return the point at a share of half the width to the left of the center line; negative is right."""
        left, centre, right = points
        border = left if share > 0.0 else right
        return centre[0] + (border[0] - centre[0]) * abs(share), centre[1] + (border[1] - centre[1]) * abs(share)


def _is_left(line: Sequence[Point], centre: Sequence[Point]) -> bool:
    """Return True if a border is on the left of the center line."""
    sides = sum(
        (bx - ax) * (y - ay) - (by - ay) * (x - ax) for (ax, ay), (bx, by), (x, y) in zip(centre, centre[1:], line)
    )
    return sides > 0.0


def _nearest(share: float, offsets: Sequence[float]) -> int:
    """Return the index of the offset that represents a place; a place on the road prefers offsets on the road."""
    on_road = [index for index, offset in enumerate(offsets) if abs(offset) <= 1.0]
    beside = [index for index, offset in enumerate(offsets) if abs(offset) > 1.0]
    choice = (on_road or beside) if abs(share) <= 1.0 else (beside or on_road)
    return min(choice, key=lambda index: abs(offsets[index] - share))


def _pixel(view: Projection, point: Point) -> tuple[int, int]:
    x, y = view.dot(point)
    return math.floor((x + 0.5) / 2.0), math.floor((y + 0.5) / 2.0)


@dataclass(frozen=True)
class Scale:
    """A scale from the lowest to the highest value. A scale of differences has 0 in the middle."""

    low: float
    high: float
    differences: bool = False

    @classmethod
    def of(cls, values: Values) -> Scale:
        """Return the scale of rewards."""
        known = [value for row in values for value in row if value is not None]
        return cls(min(known, default=0.0), max(known, default=0.0))

    @classmethod
    def of_differences(cls, values: Values) -> Scale:
        """Return the scale of differences, symmetric around 0."""
        most = max((abs(value) for row in values for value in row if value is not None), default=0.0)
        return cls(-most, most, differences=True)

    def share(self, value: float) -> float:
        """Return the relative position of a value, from 0 to 1; 0.5 if all values are equal."""
        wide = self.high - self.low
        return min(max((value - self.low) / wide, 0.0), 1.0) if wide > 0.0 else 0.5

    def step(self, value: float) -> int:
        """Return the step of a value, one of `STEPS`."""
        return min(STEPS - 1, int(self.share(value) * STEPS))

    def sign(self, value: float, plain: bool) -> str:
        """Return the character of a value for a terminal without colors."""
        if self.differences:
            signs = LESS_SAME_MORE[plain]
            if abs(value) <= 0.02 * self.high:
                return signs[2]
            return signs[(0 if value < -0.5 * self.high else 1) if value < 0 else (4 if value > 0.5 * self.high else 3)]
        shades = SHADES_ASCII if plain else SHADES
        return shades[min(len(shades) - 1, int(self.share(value) * len(shades)))]

    def colour(self, value: float) -> tuple[int, int, int]:
        """Return red, green and blue of a value."""
        return _blend(DIFFERENCES if self.differences else COLOURS, self.step(value) / (STEPS - 1))

    def bar(self, plain: bool, colours: bool) -> list[tuple[str, Style | None]]:
        """Return the scale from left to right, as characters with their styles."""
        if colours:
            spots = [self.low + (self.high - self.low) * i / 7.0 for i in range(8)]
            return [("█", paint(self.colour(spot), None)) for spot in spots]
        if self.differences:
            return [(sign, None) for sign in LESS_SAME_MORE[plain]]
        return [(sign, None) for sign in (SHADES_ASCII if plain else SHADES)]


def _blend(colours: Sequence[tuple[int, int, int]], share: float) -> tuple[int, int, int]:
    part, index = math.modf(share * (len(colours) - 1))
    first = colours[int(index)]
    second = colours[min(int(index) + 1, len(colours) - 1)]
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second))
    return red, green, blue


@lru_cache(maxsize=1024)
def paint(colour: tuple[int, int, int] | None, back: tuple[int, int, int] | None) -> Style:
    """Return a style with these colors."""
    names = ["#{:02x}{:02x}{:02x}".format(*one) if one is not None else None for one in (colour, back)]
    return Style(color=names[0], bgcolor=names[1])


def filled(rows: Mapping[int, Sequence[float | None]], positions: int, offsets: int) -> Values:
    """Return a row for every position; an unknown row is copied from the nearest known one."""
    if not rows:
        return [[None] * offsets for _ in range(positions)]
    known = sorted(rows)
    values: list[Sequence[float | None]] = []
    at = 0
    for position in range(positions):
        while at + 1 < len(known) and abs(known[at + 1] - position) <= abs(known[at] - position):
            at += 1
        values.append(rows[known[at]])
    return values
