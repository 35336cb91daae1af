"""The track from above: its outline in braille, the cars as worker numbers, and where cars leave the track."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rich.style import Style

from dots_tui.ui.widgets.canvas import Canvas
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only

if TYPE_CHECKING:
    from rich.text import Text

Point = tuple[float, float]
"""Metres east and north, as the simulator has them."""
Line = Sequence[Point]

SHADES = "░▒▓█"
SHADES_ASCII = ".:%#"
ARROWS = "→↗↑↖←↙↓↘"  # by eighths of a turn from east, counter-clockwise
ARROWS_ASCII = ">>^<<<v>"
AHEAD = 6.0  # dots from the line where a lap starts to the arrow, where the road is wide enough for one
NARROWEST = 4.0  # dots between the borders; with fewer they run into each other and the center line says more


class TrackLike(Protocol):
    """The fields of a track that the map needs."""

    @property
    def centre(self) -> Line: ...
    @property
    def inner(self) -> Line: ...
    @property
    def outer(self) -> Line: ...
    @property
    def closed(self) -> bool: ...


@dataclass(frozen=True)
class Projection:
    """Metres to dots of a canvas: one scale for both directions, north up, in the middle."""

    scale: float
    west: float
    north: float
    left: float
    top: float

    @classmethod
    def fit(cls, points: Line, width: int, height: int) -> Projection:
        """The largest picture of `points` (at least one) in `width` by `height` cells."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        across, down = 2 * width - 1, 4 * height - 1
        scale = min(
            across / max(max(xs) - min(xs), 1e-9),
            down / max(max(ys) - min(ys), 1e-9),
        )
        return cls(
            scale=scale,
            west=min(xs),
            north=max(ys),
            left=(across - (max(xs) - min(xs)) * scale) / 2,
            top=(down - (max(ys) - min(ys)) * scale) / 2,
        )

    def dot(self, point: Point) -> Point:
        """Return the position of `point`, in dots from the top left."""
        return self.left + (point[0] - self.west) * self.scale, self.top + (self.north - point[1]) * self.scale

    def cell(self, point: Point) -> tuple[int, int]:
        """Return the (column, row) of the cell that contains `point`."""
        x, y = self.dot(point)
        return math.floor((x + 0.5) / 2), math.floor((y + 0.5) / 4)


class Background(NamedTuple):
    """The static part of the track map."""

    canvas: Canvas
    view: Projection
    arrow: Point
    """The position of the arrow that marks the start and the direction of a lap."""
    eighth: int
    """Its direction, as an index of `ARROWS`."""


def outline(track: TrackLike, width: int, height: int) -> Background:
    """The borders of `track` with the line where a lap starts; only the center line when the picture is small."""
    canvas = Canvas(width, height, 2)
    borders = [line for line in (track.inner, track.outer) if line]
    view = Projection.fit([point for line in (track.centre, *borders) for point in line], width, height)
    gap = math.dist(track.inner[0], track.outer[0]) * view.scale if len(borders) == 2 else 0.0
    wide = gap >= NARROWEST
    for line in borders if wide else [track.centre]:
        dots = [view.dot(point) for point in line]
        for start, end in zip(dots, dots[1:] + (dots[:1] if track.closed else [])):
            canvas.line(start, end, layer=1)
    if wide:
        canvas.line(view.dot(track.inner[0]), view.dot(track.outer[0]), layer=0)
    return Background(canvas, view, *arrow_at(track.centre, AHEAD / view.scale if wide else 0.0))


def arrow_at(centre: Line, ahead_m: float) -> tuple[Point, int]:
    """The point so far along the line, and the eighth of a turn in which the line goes there."""
    passed, (ax, ay), eighth = 0.0, centre[0], 0
    for bx, by in centre[1:]:
        length = math.dist((ax, ay), (bx, by))
        if length > 0.0:
            eighth = round(math.atan2(by - ay, bx - ax) / (math.pi / 4)) % len(ARROWS)
            if passed + length > ahead_m:
                share = (ahead_m - passed) / length
                return (ax + (bx - ax) * share, ay + (by - ay) * share), eighth
        passed, (ax, ay) = passed + length, (bx, by)
    return (ax, ay), eighth


def draw_map(
    background: Background,
    cars: Sequence[tuple[str, float, float]],
    exits: Line,
    styles: tuple[Style, Style, Style, Style],
    ascii_only: bool = False,
) -> list[Text]:
    """The rows of the map: the `background` of `outline`, with cars over exits.

    `styles`: track, car, exit, start of the lap.
    """
    canvas, view = background.canvas.copy(), background.view
    track_style, car_style, exit_style, start_style = styles
    canvas.write(*view.cell(background.arrow), (ARROWS_ASCII if ascii_only else ARROWS)[background.eighth], start_style)
    shades = SHADES_ASCII if ascii_only else SHADES
    heat = Counter(view.cell(point) for point in exits if _finite(point))
    most = max(heat.values(), default=1)
    for (column, row), count in heat.items():
        canvas.write(column, row, shades[min(len(shades) - 1, (len(shades) * count - 1) // most)], exit_style)
    for label, x, y in reversed(cars):
        if _finite((x, y)):
            column, row = view.cell((x, y))
            for offset, character in enumerate(label):
                canvas.write(column + offset, row, character, car_style)
    return canvas.rows([start_style, track_style], ascii_only)


def _finite(point: Point) -> bool:
    return math.isfinite(point[0]) and math.isfinite(point[1])


@dataclass(frozen=True)
class _Track:
    centre: Line
    inner: Line
    outer: Line
    closed: bool


class TrackMap(Drawing):
    """A track with cars and exits. Where two cars are in one cell the first in the list is seen."""

    DEFAULT_CSS = """
    TrackMap { height: 1fr; min-height: 3; overflow: hidden; }
    """
    _track: TrackLike | None = None
    _cars: Sequence[tuple[str, float, float]] = ()
    _exits: Line = ()
    _background: tuple[tuple[int, int], Background] | None = None

    def set_track(self, centre: Line, inner: Line, outer: Line, closed: bool = True) -> None:
        """Show the track with these lines (points in meters); no center line means no track."""
        self._track = _Track(centre, inner, outer, closed) if centre else None
        self._background = None
        self.redraw()

    def set_cars(self, cars: Sequence[tuple[str, float, float]]) -> None:
        """Show cars: (label, x, y), the label being the worker's number."""
        if list(cars) != list(self._cars):
            self._cars = tuple(cars)
            self.redraw()

    def set_exits(self, points: Line) -> None:
        """Shade the off-track spots, darker where more cars left the track."""
        if list(points) != list(self._exits):
            self._exits = tuple(points)
            self.redraw()

    def draw(self, width: int, height: int) -> list[Text]:
        if self._track is None:
            return []
        if self._background is None or self._background[0] != (width, height):
            self._background = ((width, height), outline(self._track, width, height))
        plain = ascii_only(self.app)
        car = self.tint("accent") + Style(bold=True, reverse=True)
        styles = (self.tint("muted"), car, self.tint("bad"), self.tint("info"))
        return draw_map(self._background[1], self._cars, self._exits, styles, plain)
