"""The track as a heat map: the value of each part of the road, with marks and a pointer."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message

from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only
from dots_tui.ui.widgets.heat import Road, Scale, Values, paint
from dots_tui.ui.widgets.track_map import ARROWS, ARROWS_ASCII, Point, arrow_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import App

    from dots_tui.ui.widgets.heat import RoadLike

MOST, LEAST, HERE = ("▲", "M"), ("▼", "L"), ("╋", "X")
"""Marks on the map and on the profile, each with its ASCII variant."""
WAY = ("•", "o")
_LIGHT = 330
"""Sum of red, green and blue from which black is more readable than white."""
_BETWEEN = 4
"""Places between two points of a line, so that it has no gaps."""
LOST = "x"
"""The sign for a place where the function returned no number."""


def colours_of(app: App[object]) -> bool:
    """Return True if the terminal has enough colors for the map; without them it shows shades."""
    system = app.console.color_system
    return not (ascii_only(app) or app.no_color or app.native_ansi_color or system in (None, "standard", "windows"))


class HeatMap(Drawing, can_focus=True):
    """The map. The arrow keys move its pointer along and across the road, a click places it.

    Both only post a message: `PointerMoved`, `PointerPlaced`.
    """

    DEFAULT_CSS = """
    HeatMap { height: 1fr; min-height: 4; overflow: hidden; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "move(1, 0)", "Along the lap", show=False, id="heat.on"),
        Binding("left", "move(-1, 0)", "Back along the lap", show=False, id="heat.back"),
        Binding("pagedown", "move(8, 0)", "Far along the lap", show=False),
        Binding("pageup", "move(-8, 0)", "Far back along the lap", show=False),
        Binding("up", "move(0, 1)", "To the left of the road", show=False, id="heat.left"),
        Binding("down", "move(0, -1)", "To the right of the road", show=False, id="heat.right"),
    ]

    class PointerMoved(Message):
        """A request to move the pointer `along` positions along the lap and `left` steps to the left."""

        def __init__(self, along: int, left: int) -> None:
            super().__init__()
            self.along, self.left = along, left

    class PointerPlaced(Message):
        """A request to move the pointer to `point` on the map, in meters."""

        def __init__(self, point: Point) -> None:
            super().__init__()
            self.point = point

    _track: RoadLike | None = None
    _offsets: Sequence[float] = ()
    _values: Values = ()
    _scale = Scale(0.0, 0.0)
    _marks: tuple[tuple[str, Point], ...] = ()
    _path: Sequence[Point] = ()
    _road: tuple[tuple[int, int, int], Road] | None = None
    _on_path: frozenset[tuple[int, int]] = frozenset()
    """The cells of the learned line, as drawn last."""

    def set_track(self, track: RoadLike | None, offsets: Sequence[float] = ()) -> None:
        """Show this track. `offsets` belong to the values, as shares of half the track width."""
        if track is not self._track:
            self._track, self._offsets, self._values, self._road = track, offsets, (), None
            self._marks, self._path = (), ()
            self.redraw()

    def set_values(self, values: Values, scale: Scale) -> None:
        """Show these values, one row for each position along the lap."""
        if (values, scale) != (self._values, self._scale):
            self._values, self._scale = values, scale
            self.redraw()

    def set_marks(self, marks: Sequence[tuple[str, Point]]) -> None:
        """Put single characters on points of the map; the first is drawn on top."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.redraw()

    def set_path(self, path: Sequence[Point]) -> None:
        """Draw a line over the map and under the marks; points are in meters."""
        if path != self._path:
            self._path = path
            self.redraw()

    def action_move(self, along: int, left: int) -> None:
        self.post_message(self.PointerMoved(along, left))

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if self._road is not None and place is not None:
            self.post_message(self.PointerPlaced(self._road[1].point(place.x, place.y + self.scroll_offset.y)))

    def draw(self, width: int, height: int) -> list[Text]:
        if self._track is None or not self._values:
            return []
        wanted = (width, height, len(self._values))
        if self._road is None or self._road[0] != wanted:
            self._road = (wanted, Road.fit(self._track, len(self._values), self._offsets, width, height))
        road, written = self._road[1], self._written(self._road[1])
        self._on_path = cells_of(self._path, road)
        colours, plain = colours_of(self.app), ascii_only(self.app)
        lines = []
        for row in range(height):
            cells = (
                written.get((column, row)) or self._cell(road, column, row, colours, plain) for column in range(width)
            )
            line = Text(end="", no_wrap=True)
            for style, run in groupby(cells, key=itemgetter(1)):
                line.append("".join(character for character, _ in run), style)
            lines.append(line)
        return lines

    def _cell(self, road: Road, column: int, row: int, colours: bool, plain: bool) -> tuple[str, Style | None]:
        """Return the character and the style of a cell without a mark."""
        parts = [road.parts.get((column, 2 * row)), road.parts.get((column, 2 * row + 1))]
        if parts == [None, None]:
            return " ", None
        values = [self._values[part.position][part.offset] if part is not None else None for part in parts]
        if any(value is None for part, value in zip(parts, values) if part is not None):
            return LOST, self.tint("bad")
        known = [value for value in values if value is not None]
        if (column, row) in self._on_path:
            return WAY[plain], self._over(known[0], colours)
        if not colours:
            return self._scale.sign(sum(known) / len(known), plain), self.tint("accent")
        top, bottom = (self._scale.colour(value) if value is not None else None for value in values)
        if top is None:
            return "▄", paint(bottom, None)
        return "▀", paint(top, bottom)

    def _over(self, value: float, colours: bool) -> Style:
        """Return the style of a sign drawn over a value of the road."""
        if not colours:
            return self.tint("info") + Style(bold=True)
        under = self._scale.colour(value)
        return paint((0, 0, 0) if sum(under) > _LIGHT else (255, 255, 255), under) + Style(bold=True)

    def _written(self, road: Road) -> dict[tuple[int, int], tuple[str, Style]]:
        """Return the marks, and the arrow at the start of the lap, by cell."""
        assert self._track is not None
        point, eighth = arrow_at(self._track.centre, 0.0)
        arrows = ARROWS_ASCII if ascii_only(self.app) else ARROWS
        written = {road.cell(point): (arrows[eighth], self.tint("info") + Style(bold=True, reverse=True))}
        seen = paint((255, 255, 255), (0, 0, 0)) if colours_of(self.app) else Style(reverse=True)
        for sign, where in reversed(self._marks):
            written[road.cell(where)] = (sign, seen + Style(bold=True))
        return written


def cells_of(path: Sequence[Point], road: Road) -> frozenset[tuple[int, int]]:
    """Return the (column, row) of each cell that a line crosses."""
    found = {road.cell(point) for point in path[-1:]}
    for (ax, ay), (bx, by) in zip(path, path[1:]):
        for step in range(_BETWEEN):
            share = step / _BETWEEN
            found.add(road.cell((ax + (bx - ax) * share, ay + (by - ay) * share)))
    return frozenset(found)
