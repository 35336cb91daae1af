"""Paints the lines of a log view, and keeps what it painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from dots_tui.training.noise import noise_in
from dots_tui.ui.widgets.log_paint import Window, line_text

if TYPE_CHECKING:
    from re import Pattern

    from textual.geometry import Size
    from textual.strip import Strip

    from dots_tui.spool.store import SpoolLine
    from dots_tui.ui.widgets.log_columns import LogColumns
    from dots_tui.ui.widgets.painted_view import PaintedView


class LinePart(NamedTuple):
    """What of a line is painted: the cell it begins with, or which part of a wrapped line; and its signs."""

    wrapped: bool
    at: int
    marked: bool
    bookmarked: bool


class LogPainter:
    """Makes strips of log lines in the colors of `view`. `highlights` has groups named like its tints."""

    def __init__(self, view: PaintedView, columns: LogColumns, highlights: Pattern[str]) -> None:
        self._view = view
        self._columns = columns
        self._highlights = highlights
        self.widest = 0
        """Cells of the widest line painted since this was set to 0."""
        self.matches: Pattern[str] | None = None
        """The pattern of the search, which is highlighted."""

    def parts(self, line: SpoolLine, page: Size) -> int:
        """Return how many screen lines a wrapped line takes; never more than a page has."""
        prefix, body = self._columns.split(line)
        window = Window(page.width, len(prefix), 0, 0)
        return max(1, min(page.height - 1, -(-Text(body).cell_len // window.room)))

    def strip(self, line: SpoolLine, part: LinePart, width: int) -> Strip:
        """Return a part of a line in `width` cells."""
        return self._view.strips.kept((line.number, width, part), lambda: self._paint(line, part, width))

    def _paint(self, line: SpoolLine, part: LinePart, width: int) -> Strip:
        view = self._view
        base = view.rich_style
        label, body = self._columns.split(line)
        if part.marked or part.bookmarked:
            sign = "checking" if part.marked and part.bookmarked else "cursor" if part.marked else "active"
            label = label[:-1] + view.glyph(sign)
        search = self.matches and (self.matches, view.get_component_rich_style("log-view--match"))
        quiet = noise_in(line.text.encode()) is not None
        text = line_text(body, label, view.tint, self._highlights, search, quiet=quiet)
        self._select(text, line.number)
        if part.marked:
            base += view.get_component_rich_style("log-view--mark")
        self.widest = max(self.widest, text.cell_len)
        window = Window(width, len(label), part.at, line.number)
        console = view.app.console
        if not part.wrapped:
            return window.strip(text, console, base, view.glyph("cut"))
        window = window._replace(x=part.at * window.room)
        return window.continued(text, console, base) if part.at else window.strip(text, console, base, "")

    def _select(self, text: Text, number: int) -> None:
        """Highlight the part of line `number` that is selected with the mouse."""
        selection = self._view.text_selection
        span = None if selection is None else selection.get_span(number)
        if span is not None:
            start, end = span
            style = self._view.screen.get_component_rich_style("screen--selection")
            text.stylize(style, start, len(text) if end < 0 else end)
