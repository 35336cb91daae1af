"""A window on a spool that stays fluent whatever arrives; the log viewer adds searching and copying.

It reads the page it shows, ten times a second at most, and only when something changed. Lines are never mounted,
copied or wrapped, so a million of them cost what forty cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.strip import Strip

from dots_tui.widgets.glyphs import clean
from dots_tui.widgets.lines_view import LinesView
from dots_tui.widgets.log_paint import HIGHLIGHTS, line_text, window
from dots_tui.widgets.log_rows import LogRows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from re import Pattern

    from dots_tui.spool import Spool, SpoolLine

FRAME = 0.1  # seconds between paints: frames cost, lines do not
UNFOCUSED = 5  # so many times slower while the terminal has no focus
LABEL_WIDTH = 8
STEP = 8  # cells a press of left or right scrolls


class LogWindow(LinesView, can_focus=True):
    """Lines of a `Spool`, newest at the bottom.

    It follows the newest line until the reader scrolls up; then it says how many lines came since, and follows
    again at the end or with ``f``.

    *label* shortens a source's name for the column on the left ("deepracer-0_robomaker.1.abc" -> "W0"), *shorten*
    a line for showing it (searching looks at the whole line).
    *highlights* has groups named like the tints they are painted in.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"log-window--match", "log-window--mark", "log-window--notice"}
    DEFAULT_CSS = """
    LogWindow {
        overflow: scroll scroll;
        scrollbar-size-horizontal: 0;
        .log-window--match { background: $warning; color: $text; text-style: bold; }
        .log-window--mark { background: $panel; text-style: bold; }
        .log-window--notice { background: $primary-muted; color: $text-primary; text-style: bold; }
        &:ansi .log-window--match, &:ansi .log-window--notice {
            background: $background;
            color: $foreground;
            text-style: reverse;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "follow", "Follow", show=False, id="log.follow"),
    ]

    # Both scroll bars are always there (the horizontal one has no height), so a change of this size, ten times a
    # second, needs no new layout of the screen.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    following: reactive[bool] = reactive(True)
    """Whether the newest line is kept in view."""

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
        self._label = label
        self._shorten = shorten
        self._label_width = 0
        self._highlights = highlights
        self._widest = 0
        self._loaded: dict[int, SpoolLine] = {}
        self._matches: Pattern[str] | None = None
        self._mark: int | None = None
        self._paused_at = 0
        self._own_scroll = False
        self._ticks = 0

    def on_mount(self) -> None:
        self.set_interval(FRAME, self._tick)

    @property
    def new_lines(self) -> int:
        """Lines that arrived since the view was paused; 0 while it follows."""
        return 0 if self.following or self.rows is None else self.rows.total - self._paused_at

    def set_spool(self, spool: Spool | None) -> None:
        """Show another spool, from its end and without filter."""
        self._show(None if spool is None else LogRows(spool))

    def show_sources(self, sources: Collection[str] | None) -> None:
        """Show only the lines of *sources* (the names given to `Spool.append`); None shows all."""
        if self.rows is not None:
            self._show(LogRows(self.rows.spool, sources))

    def _show(self, rows: LogRows | None) -> None:
        self.rows = rows
        self._mark = None
        self._widest = 0
        self.following = True
        self.redraw()

    # what arrives

    def line_count(self) -> int:
        return 0 if self.rows is None else len(self.rows)

    def redraw(self) -> None:
        self._strips.clear()
        self._take_over()

    def _tick(self) -> None:
        self._ticks += 1
        if self.rows is None or not self.is_on_screen or (not self.app.app_focus and self._ticks % UNFOCUSED):
            return
        if self.rows.stale or self.virtual_size.width != self._widest:
            self._take_over()

    def _take_over(self) -> None:
        """Take over what arrived, keep the newest line or the lines being read in view, and paint."""
        dropped = 0
        if self.rows is not None:
            dropped = self.rows.update()
            self._measure_labels(self.rows.spool.sources())
        self._loaded = {}
        # While paused there is one row more, so that the notice never lies on the last line.
        self._own_scroll = True
        self.virtual_size = Size(self._widest, self.line_count() + (not self.following))
        if self.following:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        elif dropped:
            self.scroll_to(y=max(0, self.scroll_offset.y - dropped), animate=False, force=True)
        self._own_scroll = False
        self.refresh()

    def _measure_labels(self, sources: Collection[str]) -> None:
        width = min(LABEL_WIDTH, max((len(self._label(source)) for source in sources), default=-1)) + 1
        if width != self._label_width:
            self._label_width = width
            self._strips.clear()

    def watch_virtual_size(self, size: Size) -> None:
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = size.height

    def watch_following(self) -> None:
        if self.rows is not None:
            self._paused_at = self.rows.total
        self._take_over()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._own_scroll or round(old_value) == round(new_value):
            return
        if old_value > new_value < self.max_scroll_y:  # equal: only pushed up because the page grew
            self.following = False
        elif new_value >= self.max_scroll_y - (not self.following):
            self.following = True

    # painting

    def render_line(self, y: int) -> Strip:
        if not self.following and y == self.page.height - 1 and self.line_count():
            return self._notice(self.page.width)
        return super().render_line(y)

    def line_strip(self, index: int, width: int) -> Strip:
        assert self.rows is not None
        number = self.rows.number(index)
        key = (number, width, self.scroll_offset.x * 2 + (number == self._mark))
        strip = self._strips.get(key)
        if strip is None:
            line = self._line(index)
            if line is None:
                return Strip.blank(width, self._base)
            if len(self._strips) > 1000:
                self._strips.clear()
            strip = self._strips[key] = self._paint(line, width)
        return strip

    def _line(self, row: int) -> SpoolLine | None:
        """The line of *row*; on a miss the whole page is read at once."""
        assert self.rows is not None
        if row not in self._loaded:
            top = self.scroll_offset.y
            self._loaded = self.rows.page(min(row, top), max(row + 1, top + self.page.height))
        return self._loaded.get(row)

    def _text(self, line: SpoolLine) -> tuple[str, str]:
        """The label, padded to its column, and the harmless text."""
        width = self._label_width
        return clean(self._label(line.source))[: max(0, width - 1)].ljust(width), self._shorten(clean(line.text))

    def _paint(self, line: SpoolLine, width: int) -> Strip:
        label, body = self._text(line)
        base = self._base
        if line.number == self._mark:
            label = label[:-1] + self.glyph("cursor")
            base = self._base + self.get_component_rich_style("log-window--mark")
        search = self._matches and (self._matches, self.get_component_rich_style("log-window--match"))
        text = line_text(body, label, self.tint, self._highlights, search)
        selection = self.text_selection
        span = None if selection is None else selection.get_span(line.number)
        if span is not None:
            start, end = span
            selected = self.screen.get_component_rich_style("screen--selection")
            text.stylize(selected, start, len(text) if end < 0 else end)
        self._widest = max(self._widest, text.cell_len)
        cut = self.glyph("cut")
        return window(text, self.app.console, base, len(label), self.scroll_offset.x, width, line.number, cut)

    def _notice(self, width: int) -> Strip:
        new = self.new_lines
        arrived = f"{new:,} new line{'' if new == 1 else 's'}" if new else "no new lines"
        dot = self.glyph("dot")
        text = Text(f" paused {dot} {arrived} {dot} f follows ")
        return self._strip(text, width, self.get_component_rich_style("log-window--notice"))

    # keys

    def action_follow(self) -> None:
        """Follow, or pause where we are."""
        self.following = not self.following

    def action_scroll_end(self) -> None:
        self.following = True

    def action_scroll_left(self) -> None:
        self.scroll_relative(x=-STEP, animate=False)

    def action_scroll_right(self) -> None:
        self.scroll_relative(x=STEP, animate=False)
