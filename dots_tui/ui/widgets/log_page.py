"""How the lines of a log view look and where each stands on the page: columns in front, signs, wrapped lines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.reactive import reactive
from textual.strip import Strip

from dots_tui.training.noise import noise_in
from dots_tui.ui.widgets.glyphs import FIRST_DATE, age, clean, span
from dots_tui.ui.widgets.lines_view import LinesView
from dots_tui.ui.widgets.log_paint import HIGHLIGHTS, Window, line_text
from dots_tui.ui.widgets.log_rows import LogRows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from re import Pattern

    from dots_tui.spool.store import Spool, SpoolLine

LABEL_WIDTH = 8
NO_TIMES, CLOCK, AGE = "off", "clock", "age"
TIME_WIDTH = 9
MOST_LOADED = 1000  # lines kept to paint them again


class LogPage(LinesView):
    """Lines of a `Spool` as they are painted.

    *label* shortens a source's name for the column on the left ("deepracer-0_robomaker.1.abc" -> "W0"), *shorten*
    a line for showing it (searching looks at the whole line).
    *highlights* has groups named like the tints they are painted in.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"log-page--match", "log-page--mark", "log-page--notice"}
    DEFAULT_CSS = """
    LogPage {
        overflow: scroll scroll;
        scrollbar-size-horizontal: 0;
        .log-page--match { background: $warning; color: $text; text-style: bold; }
        .log-page--mark { background: $panel; text-style: bold; }
        .log-page--notice { background: $primary-muted; color: $text-primary; text-style: bold; }
        &:ansi .log-page--match, &:ansi .log-page--notice {
            background: $background;
            color: $foreground;
            text-style: reverse;
        }
    }
    """
    wrap: reactive[bool] = reactive(False)
    """Whether long lines go on in the next row, instead of being cut."""
    times: reactive[str] = reactive(NO_TIMES)
    """What stands in front of a line: nothing, the local time of day (CLOCK) or how long ago it was (AGE)."""

    def __init__(
        self,
        spool: Spool | None = None,
        *,
        label: Callable[[str], str] = str,
        shorten: Callable[[str], str] = str,
        highlights: Pattern[str] = HIGHLIGHTS,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.rows = None if spool is None else LogRows(spool)
        self.bookmarks: set[int] = set()
        """Numbers of the lines that carry a bookmark."""
        self._label = label
        self._shorten = shorten
        self._label_width = 0
        self._highlights = highlights
        self._widest = 0
        self._loaded: dict[int, SpoolLine] = {}
        self._layout: tuple[tuple[int, ...], list[tuple[int, int]]] | None = None
        self._matches: Pattern[str] | None = None
        self._mark: int | None = None

    @property
    def mark(self) -> int | None:
        """The number of the line that was found or clicked last, None before that."""
        return self._mark

    def line_count(self) -> int:
        return 0 if self.rows is None else len(self.rows)

    def watch_times(self) -> None:
        self.redraw()

    # which line is where

    def _top_for(self, row: int, room: int) -> int:
        """The first row of a page on which *row* ends within *room* cells from the top."""
        if not self.wrap:
            return max(0, row - room + 1)
        top = max(0, row)
        room -= self._parts(top)
        while top > 0 and room >= self._parts(top - 1):
            top -= 1
            room -= self._parts(top)
        return top

    def _parts(self, row: int) -> int:
        """How many rows of the screen a wrapped line takes; never more than a page has."""
        line = self._line(row)
        if line is None:
            return 1
        prefix, body = self._text(line)
        window = Window(self.page.width, len(prefix), 0, 0)
        return max(1, min(self.page.height - 1, -(-Text(body).cell_len // window.room)))

    def place(self, y: int) -> tuple[int, int]:
        """What is painted at *y*: the row and, of a wrapped line, which part of it."""
        top = self.scroll_offset.y
        if not self.wrap:
            return top + y, 0
        key = (top, *self.page, self.line_count())
        if self._layout is None or self._layout[0] != key:
            places: list[tuple[int, int]] = []
            row = top
            while len(places) < self.page.height:
                places += [(row, part) for part in range(self._parts(row) if row < self.line_count() else 1)]
                row += 1
            self._layout = (key, places)
        return self._layout[1][y] if y < len(self._layout[1]) else (self.line_count(), 0)

    def _measure_labels(self, sources: Collection[str]) -> None:
        width = min(LABEL_WIDTH, max((len(self._label(source)) for source in sources), default=-1)) + 1
        if width != self._label_width:
            self._label_width = width
            self._strips.clear()

    # painting

    def _row_strip(self, index: int, part: int, width: int) -> Strip:
        assert self.rows is not None
        number = self.rows.number(index)
        signs = (number == self._mark) + 2 * (number in self.bookmarks)
        key = (number, width, (part if self.wrap else self.scroll_offset.x) * 4 + signs)
        strip = self._strips.get(key)
        if strip is None:
            line = self._line(index)
            if line is None:
                return Strip.blank(width, self._base)
            if len(self._strips) > 1000:
                self._strips.clear()
            strip = self._strips[key] = self._paint(line, part, width)
        return strip

    def _line(self, row: int) -> SpoolLine | None:
        """The line of *row*; on a miss the whole page is read at once."""
        assert self.rows is not None
        if row not in self._loaded:
            top = self.scroll_offset.y
            near = row if abs(row - top) > self.page.height else top
            if len(self._loaded) > MOST_LOADED:
                self._loaded.clear()
            self._loaded.update(self.rows.page(min(row, near), max(row + 1, near + self.page.height)))
        return self._loaded.get(row)

    def _text(self, line: SpoolLine) -> tuple[str, str]:
        """What stands in front, padded to its columns, and the harmless text."""
        width = self._label_width
        label = clean(self._label(line.source))[: max(0, width - 1)].ljust(width)
        return self._time(line.time) + label, self._shorten(clean(line.text))

    def _time(self, moment: float) -> str:
        if self.times == NO_TIMES:
            return ""
        if moment < FIRST_DATE:
            return (span(moment) if moment else "").rjust(TIME_WIDTH - 1) + " "
        if self.times == AGE:
            return age(time.time() - moment).rjust(TIME_WIDTH - 1) + " "
        return time.strftime("%H:%M:%S ", time.localtime(moment))

    def _paint(self, line: SpoolLine, part: int, width: int) -> Strip:
        label, body = self._text(line)
        base = self._base
        marked, kept = line.number == self._mark, line.number in self.bookmarks
        if marked or kept:
            label = label[:-1] + self.glyph("checking" if marked and kept else "cursor" if marked else "active")
        if marked:
            base = self._base + self.get_component_rich_style("log-page--mark")
        search = self._matches and (self._matches, self.get_component_rich_style("log-page--match"))
        quiet = noise_in(line.text.encode()) is not None
        text = line_text(body, label, self.tint, self._highlights, search, quiet=quiet)
        selection = self.text_selection
        span = None if selection is None else selection.get_span(line.number)
        if span is not None:
            start, end = span
            selected = self.screen.get_component_rich_style("screen--selection")
            text.stylize(selected, start, len(text) if end < 0 else end)
        self._widest = max(self._widest, text.cell_len)
        window = Window(width, len(label), self.scroll_offset.x, line.number)
        if not self.wrap:
            return window.strip(text, self.app.console, base, self.glyph("cut"))
        window = window._replace(x=part * window.room)
        if part:
            return window.continued(text, self.app.console, base)
        return window.strip(text, self.app.console, base, "")
