"""A value along the lap: its mean between minimum and maximum, or with another mean below it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from textual.message import Message

from dots_tui.ui.widgets.chart import Series, plot
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text
    from textual import events


@dataclass(frozen=True)
class ProfilePoint:
    """One position along the lap."""

    distance_m: float
    mean: float
    low: float = math.nan
    """nan hides it."""
    high: float = math.nan


class LapProfile(Drawing):
    """A chart along the distance of the lap in meters. A click posts `DistanceChosen`."""

    DEFAULT_CSS = """
    LapProfile { height: 5; overflow: hidden; }
    """

    class DistanceChosen(Message):
        """A place along the lap was clicked."""

        def __init__(self, distance_m: float) -> None:
            super().__init__()
            self.distance_m = distance_m

    _points: tuple[ProfilePoint, ...] = ()
    _names: tuple[str, str] = ("", "")
    _marks: tuple[tuple[str, float], ...] = ()
    _axis: tuple[int, int] = (0, 0)
    """First column and width of the plot."""

    def show(self, points: Sequence[ProfilePoint], names: tuple[str, str] = ("mean", "least and most")) -> None:
        """Show these points by rising distance; `names` label the mean and the lines around it."""
        if (tuple(points), names) != (self._points, self._names):
            self._points, self._names = tuple(points), names
            self.redraw()

    def set_marks(self, marks: Sequence[tuple[str, float]]) -> None:
        """Put single characters on distances of the axis; the first is drawn on top."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.redraw()

    def on_click(self, event: events.Click) -> None:
        place, (first, width) = event.get_content_offset(self), self._axis
        if self._points and place is not None and width > 1:
            low, high = self._points[0].distance_m, self._points[-1].distance_m
            share = min(max((place.x - first) / (width - 1), 0.0), 1.0)
            self.post_message(self.DistanceChosen(low + share * (high - low)))

    def draw(self, width: int, height: int) -> list[Text]:
        means = tuple((point.distance_m, point.mean) for point in self._points)
        around = [
            Series(name, tuple((point.distance_m, value(point)) for point in self._points), under=True)
            for name, value in ((self._names[1], _low), ("", _high))
        ]
        shown = [one for one in around if any(math.isfinite(y) for _, y in one.points)]
        plain = ascii_only(self.app)
        styles = [self.tint("accent"), self.tint("muted"), self.tint("muted")]
        lines = plot(
            [Series(self._names[0], means), *shown],
            width,
            height,
            styles=styles,
            axis=self.tint("muted"),
            ascii_only=plain,
        )
        if lines:
            rule = lines[-2].plain.find("|" if plain else "│") if len(lines) > 1 else -1
            self._axis = (rule + 1, width - rule - 1)
            self._mark(lines[-1])
        return lines

    def _mark(self, axis: Text) -> None:
        """Put the marks on the last row."""
        first, width = self._axis
        low, high = self._points[0].distance_m, self._points[-1].distance_m
        if width < 1 or high <= low:
            return
        end = f"{high:.0f} m"
        axis.plain = " " * first + end.rjust(width) if len(end) < width else " " * (first + width)
        for sign, distance in reversed(self._marks):
            share = min(max((distance - low) / (high - low), 0.0), 1.0)
            column = first + round(share * (width - 1))
            axis.plain = axis.plain[:column] + sign + axis.plain[column + 1 :]
            axis.stylize(self.tint("info") + Style(bold=True), column, column + 1)


def _low(point: ProfilePoint) -> float:
    return point.low


def _high(point: ProfilePoint) -> float:
    return point.high
