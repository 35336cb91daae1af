"""A window on a spool that stays fluent whatever arrives; the log viewer adds searching, bookmarks and copying.

It reads the page it shows, ten times a second at most, and only when something changed. Lines are never mounted or
copied, and only those on the page are wrapped, so a million of them cost what forty cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.strip import Strip

from dots_tui.ui.widgets.log_page import AGE, LogPage
from dots_tui.ui.widgets.log_paint import HIGHLIGHTS
from dots_tui.ui.widgets.log_rows import OPEN, LogRows
from dots_tui.ui.widgets.log_sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from re import Pattern

    from dots_tui.spool.store import Spool

FRAME = 0.1  # seconds between paints: frames cost, lines do not
UNFOCUSED = 5  # so many times slower while the terminal has no focus
FLOOD = 2000  # lines a frame: nobody reads these, and what is not painted is left to the reader of the log
FLOODED = 4  # so many times slower then
STEP = 8  # cells a press of left or right scrolls


class LogWindow(LogPage, can_focus=True):
    """Lines of a `Spool`, newest at the bottom, those that a `Sieve` lets through (see `LogPage` for how they look).

    It follows the newest line until the reader scrolls up; then it says how many lines came since, and follows
    again at the end or with ``f``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "follow", "Follow", show=False, id="log.follow"),
    ]

    # Both scroll bars are always there (the horizontal one has no height), so a change of this size, ten times a
    # second, needs no new layout of the screen.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))

    following: reactive[bool] = reactive(True)
    """Whether the newest line is kept in view."""
    remark: reactive[str] = reactive("")
    """What the last row says beside the news while paused; where it is set, it is said while following too."""

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
        super().__init__(spool, label=label, shorten=shorten, highlights=highlights, id=id, classes=classes)
        self._paused_at = 0
        self._own_scroll = False
        self._ticks = 0
        self._came = self._floods = 0

    def on_mount(self) -> None:
        self.set_interval(FRAME, self._tick)

    def on_unmount(self) -> None:
        if self.rows is not None:
            self.rows.close()

    @property
    def new_lines(self) -> int:
        """Lines that arrived since the view was paused; 0 while it follows."""
        return 0 if self.following or self.rows is None else max(0, self.rows.total - self._paused_at)

    def set_spool(self, spool: Spool | None) -> None:
        """Show another spool, from its end and without filter or bookmarks."""
        self.bookmarks.clear()
        self._show(None if spool is None else LogRows(spool))

    def sift(self, sieve: Sieve) -> None:
        """Show only the lines that *sieve* lets through, those that are being read as far as they stay."""
        if self.rows is None or sieve == self.rows.sieve:
            return
        paused_on = None if self.following else self._mark if self._mark is not None else self._top_number()
        self._show(LogRows(self.rows.spool, sieve))
        if paused_on is not None and sieve.open:
            self.show_number(paused_on)

    def show_sources(self, sources: Collection[str] | None) -> None:
        """Show only the lines of *sources* (the names given to `Spool.append`); None shows all."""
        self.sift(OPEN if sources is None else Sieve(sources=frozenset(sources)))

    def _show(self, rows: LogRows | None) -> None:
        if self.rows is not None:
            self.rows.close()
        self.rows = rows
        self._mark = None
        self._widest = 0
        self.following = True
        self.redraw()

    # what arrives

    def redraw(self) -> None:
        self._strips.clear()
        self._take_over()

    def _tick(self) -> None:
        self._ticks += 1
        if self.rows is None or not self.is_on_screen or (not self.app.app_focus and self._ticks % UNFOCUSED):
            return
        if self._flooded():
            return
        aged = self.times == AGE and self._ticks % round(1 / FRAME) == 0
        if aged:
            self._strips.clear()
        if aged or self.rows.stale or (not self.wrap and self.virtual_size.width != self._widest):
            self._take_over()

    def _flooded(self) -> bool:
        """Whether so much keeps arriving that this frame is better left out; what comes at once is painted at once."""
        assert self.rows is not None
        came, self._came = self._came, len(self.rows.spool)
        self._floods = self._floods + 1 if self._came - came > FLOOD else 0
        return self._floods > 1 and self._floods % FLOODED != 0

    def _take_over(self) -> None:
        """Take over what arrived, keep the newest line or the lines being read in view, and paint."""
        top = None if self.following else self._top_number()
        if self.rows is not None:
            self.rows.update()
            self._measure_labels(self.rows.spool.sources())
        self._loaded = {}
        self._layout = None
        self._own_scroll = True
        self.virtual_size = Size(0 if self.wrap else self._widest, self._height())
        if self.following:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        elif self.rows is not None and top is not None and top != self._top_number():
            self.scroll_to(y=self.rows.row(top), animate=False, force=True)
        self._own_scroll = False
        self.refresh()

    def _top_number(self) -> int | None:
        """The line at the top of the page."""
        top = self.scroll_offset.y
        return self.rows.number(top) if self.rows is not None and top < len(self.rows) else None

    def watch_virtual_size(self, size: Size) -> None:
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = size.height

    def watch_following(self) -> None:
        if self.rows is not None:
            self._paused_at = self.rows.total
        self._take_over()

    def watch_wrap(self) -> None:
        self.scroll_to(x=0, animate=False, force=True)
        self._widest = 0
        self.redraw()

    def watch_remark(self) -> None:
        self._take_over()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._own_scroll or round(old_value) == round(new_value):
            return
        if old_value > new_value < self.max_scroll_y:  # equal: only pushed up because the page grew
            self.following = False
        elif not self.following and old_value < new_value >= self.max_scroll_y - 1:
            # Not here: this may be a step of an animation of the very scrolling that following puts right.
            self.call_next(self.action_scroll_end)

    # which line is where

    @property
    def _noticed(self) -> bool:
        """Whether the last row of the page is a notice."""
        return bool(not self.following or self.remark) and self.line_count() > 0

    def _height(self) -> int:
        """The height to scroll over, in lines of the log; a notice never lies on the last of them."""
        count = self.line_count()
        if not self.wrap:
            return count + self._noticed
        return self._top_for(count - 1, self.page.height - self._noticed) + self.page.height

    # painting

    def render_line(self, y: int) -> Strip:
        if self._noticed and y == self.page.height - 1:
            return self._notice(self.page.width)
        if not self.line_count():
            return super().render_line(y)
        row, part = self.place(y)
        if row >= self.line_count():
            return Strip.blank(self.page.width, self._base)
        return self._row_strip(row, part, self.page.width)

    def _notice(self, width: int) -> Strip:
        new = self.new_lines
        arrived = f"{new:,} new line{'' if new == 1 else 's'}" if new else "no new lines"
        parts = [] if self.following else ["paused", arrived, "f follows"]
        if self.remark:
            parts.append(self.remark)
        dot = self.glyph("dot")
        text = Text(" " + f" {dot} ".join(parts) + " ")
        return self._strip(text, width, self.get_component_rich_style("log-page--notice"))

    # keys

    def show_number(self, number: int) -> None:
        """Mark the line with this number and pause with it in the middle."""
        self._mark = number
        self.following = False
        self._take_over()
        if self.rows is not None:
            self._own_scroll = True
            top = self._top_for(self.rows.row(number), self.page.height // 2 + 1)
            self.scroll_to(y=top, animate=False, force=True)
            self._own_scroll = False

    def action_follow(self) -> None:
        """Follow, or pause where we are."""
        self.following = not self.following

    def action_scroll_end(self) -> None:
        self.following = True

    def action_scroll_left(self) -> None:
        self.scroll_relative(x=-STEP, animate=False)

    def action_scroll_right(self) -> None:
        self.scroll_relative(x=STEP, animate=False)
