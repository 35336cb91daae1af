"""Charts of text: a braille line chart, sparklines and bars. No library, twenty lines each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.reactive import reactive

from dots_tui.ui.widgets.canvas import LETTERS, Canvas
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EIGHTHS_UP = "▁▂▃▄▅▆▇█"
EIGHTHS_RIGHT = "▏▎▍▌▋▊▉█"
STEPS_ASCII = "_.-~=+*#"
SIGNS = ("━", "┅")  # the second series is dotted, so that color is not the only difference
UNDER_SIGN, UNDER_EVERY = "┈", 3


@dataclass(frozen=True)
class Series:
    """A line of a chart: its name in the legend and its points (x, y) by rising x. A nan is a gap."""

    name: str
    points: tuple[tuple[float, float], ...]
    under: bool = False
    """True if the series is drawn sparsely under the others for comparison. Such series come last."""

    @classmethod
    def of(cls, name: str, values: Iterable[float], start: int = 1) -> Series:
        """A series of values at x = `start`, `start` + 1, ..."""
        return cls(name, tuple((float(x), float(y)) for x, y in enumerate(values, start)))


def bar(fraction: float, width: int, ascii_only: bool = False) -> str:
    """Return `fraction` (0 to 1; nan is empty) as a bar of `width` cells, to an eighth of a cell."""
    if math.isnan(fraction) or width < 1:
        return " " * max(0, width)
    fraction = min(1.0, max(0.0, fraction))
    if ascii_only:
        return ("#" * round(fraction * width)).ljust(width)
    whole, eighths = divmod(round(fraction * width * 8), 8)
    return ("█" * whole + (EIGHTHS_RIGHT[eighths - 1] if eighths else "")).ljust(width)


def sparkline(values: Sequence[float], width: int, ascii_only: bool = False) -> str:
    """Return `values` as at most `width` columns; values that share a column are averaged, nan is a blank."""
    if width < 1:
        return ""
    if len(values) > width:
        cuts = [round(part * len(values) / width) for part in range(width + 1)]
        values = [_mean(values[low:high]) for low, high in zip(cuts, cuts[1:])]
    known = [value for value in values if _drawable(value)]
    if not known:
        return " " * len(values)
    low, high = min(known), max(known)
    steps = STEPS_ASCII if ascii_only else EIGHTHS_UP
    scale = (len(steps) - 1) / (high - low) if high > low else 0.0
    return "".join(steps[round((value - low) * scale)] if _drawable(value) else " " for value in values)


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if _drawable(value)]
    return sum(known) / len(known) if known else math.nan


def short(value: float) -> str:
    """A number for an axis: three digits or so, no trailing zeros, thousands as k."""
    size = abs(value)
    if size >= 1e6:
        return f"{value:.1e}".replace("e+0", "e").replace("e+", "e")
    if size >= 10_000:
        return f"{value / 1000:.0f}k"
    if size >= 100:
        return f"{value:.0f}"
    if 0 < size < 0.01:
        return f"{value:.0e}".replace("e-0", "e-")
    return f"{value:.{1 if size >= 10 else 2}f}".rstrip("0").rstrip(".")


def plot(
    series: Sequence[Series],
    width: int,
    height: int,
    *,
    y_range: tuple[float, float] | None = None,
    styles: Sequence[Style] = (),
    axis: Style | None = None,
    ascii_only: bool = False,
) -> list[Text]:
    """A line chart as `height` rows of at most `width` cells, or [] when no series has a finite point.

    The first row is the legend and the last one the x axis, where there is room for them. `y_range` fixes the
    y axis (it still grows to hold all points). `styles` are those of the series, `axis` that of the frame.
    """
    points = [[(x, y) for x, y in one.points if _drawable(x)] for one in series]
    xs = [x for one in points for x, y in one if _drawable(y)]
    ys = [y for one in points for x, y in one if _drawable(y)]
    if not xs or width < 1 or height < 1:
        return []
    axis = axis or Style()
    styles = [styles[index] if index < len(styles) else Style() for index in range(len(series))]
    low, high = _range(ys, y_range)
    legend = height >= 4 and any(one.name for one in series)
    ticks = height >= 3
    rows = height - legend - ticks
    labels = _labels(low, high, rows)
    gutter = max(map(len, labels)) + 1
    if gutter + 4 > width:
        labels, gutter = [""] * rows, 0
    canvas = Canvas(width - gutter, rows, len(series))
    every = [UNDER_EVERY if one.under else 1 + index % 2 for index, one in enumerate(series)]
    _draw(canvas, points, (min(xs), max(xs)), (low, high), every)
    rule = ("|" if ascii_only else "│") if gutter else ""
    lines = [_legend(series, styles, ascii_only)] if legend else []
    for label, row in zip(labels, canvas.rows(styles, ascii_only)):
        head = Text(label.rjust(gutter - 1) + rule if gutter else "", axis, end="", no_wrap=True)
        lines.append(Text(end="", no_wrap=True).append_text(head).append_text(row))
    if ticks:
        lines.append(Text(" " * gutter + _x_ticks(min(xs), max(xs), width - gutter), axis, end="", no_wrap=True))
    return lines


def _drawable(value: float) -> bool:
    """Whether `value` is a number whose distance to another such number is one too."""
    return abs(value) < 1e300


def _range(ys: Sequence[float], wanted: tuple[float, float] | None) -> tuple[float, float]:
    low, high = min(ys), max(ys)
    if wanted is not None:
        low, high = min(low, wanted[0]), max(high, wanted[1])
    if high - low <= max(abs(low), abs(high)) * 1e-9 or high - low < 1e-12:
        pad = abs(low) * 0.1 if abs(low) > 1e-9 else 1.0
        low, high = low - pad, high + pad
    return low, high


def _labels(low: float, high: float, rows: int) -> list[str]:
    """The label of each row: the top, the bottom and, with room, the middle."""
    labels = [""] * rows
    if rows:
        labels[-1] = short(low)
        labels[0] = short(high)
    if rows >= 5 and rows % 2:
        labels[rows // 2] = short((low + high) / 2)
    return labels


def _x_ticks(low: float, high: float, width: int) -> str:
    left, right = short(low), short(high)
    if left == right or len(left) + len(right) + 1 > width:
        return left[:width]
    middle = short((low + high) / 2)
    gap = width - len(left) - len(right)
    if (high - low) % 2 == 0 and gap > len(middle) + 6:
        return left + middle.center(gap) + right
    return left + " " * gap + right


def _legend(series: Sequence[Series], styles: Sequence[Style], ascii_only: bool) -> Text:
    text = Text(end="", no_wrap=True)
    for index, one in enumerate(series):
        if not one.name:
            continue
        sign = LETTERS[index % len(LETTERS)] if ascii_only else UNDER_SIGN if one.under else SIGNS[index % len(SIGNS)]
        text.append(f"{'  ' if text else ''}{sign} {one.name}", styles[index])
    return text


def _draw(
    canvas: Canvas,
    series: Sequence[Sequence[tuple[float, float]]],
    xs: tuple[float, float],
    ys: tuple[float, float],
    every: Sequence[int],
) -> None:
    """Draw the lines of all series into `canvas`, whose edges are `xs` and `ys`; of each line `every` so many dots."""
    right, bottom = 2 * canvas.width - 1, 4 * canvas.height - 1
    x_scale = right / (xs[1] - xs[0]) if xs[1] - xs[0] > 1e-12 else 0.0
    y_scale = bottom / (ys[1] - ys[0])
    for layer, points in enumerate(series):
        previous: tuple[float, float] | None = None
        for x, y in points:
            if not _drawable(y):
                previous = None
                continue
            here = ((x - xs[0]) * x_scale, bottom - (y - ys[0]) * y_scale)
            canvas.line(previous or here, here, layer, every=every[layer])
            if len(points) == 1:  # a single dot is easily overlooked
                canvas.line((here[0], here[1] - 1), (here[0] + 1, here[1] - 1), layer)
            previous = here


class Chart(Drawing):
    """A line chart of one or two series; it follows its `series` and its size."""

    DEFAULT_CSS = """
    Chart { height: 10; overflow: hidden; }
    """

    series: reactive[tuple[Series, ...]] = reactive(())
    y_range: reactive[tuple[float, float] | None] = reactive(None)
    """The least range of the y axis, e.g. (0, 100) for per cent."""

    def watch_series(self) -> None:
        self.redraw()

    def watch_y_range(self) -> None:
        self.redraw()

    def draw(self, width: int, height: int) -> list[Text]:
        inks = ("accent", "good", "info", "warning")
        styles = [self.tint("muted" if one.under else inks[index % len(inks)]) for index, one in enumerate(self.series)]
        return plot(
            self.series,
            width,
            height,
            y_range=self.y_range,
            styles=styles,
            axis=self.tint("muted"),
            ascii_only=ascii_only(self.app),
        )
