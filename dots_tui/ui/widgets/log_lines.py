"""A window on a spool that stays responsive at any rate of lines.

It reads the page it shows, ten times a second at most, and only when something changed. Lines are never mounted or
copied, and only those on the page are wrapped, so a million of them cost as much as forty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.geometry import Size
from textual.reactive import Reactive, reactive
from textual.strip import Strip

from dots_tui.ui.widgets.log_columns import AGE, LogColumns
from dots_tui.ui.widgets.log_copy import selected_text
from dots_tui.ui.widgets.log_pace import FRAME, LogPace
from dots_tui.ui.widgets.log_page import LogPage
from dots_tui.ui.widgets.log_paint import HIGHLIGHTS
from dots_tui.ui.widgets.log_painter import LinePart, LogPainter
from dots_tui.ui.widgets.painted_view import PaintedView

if TYPE_CHECKING:
    from re import Pattern

    from textual import events
    from textual.selection import Selection

    from dots_tui.ui.widgets.log_rows import LogRows

STEP = 8  # cells a press of left or right scrolls


class LogLines(PaintedView, can_focus=True):
    """The rows of a log, newest at the bottom. It follows the newest until the reader scrolls up or clicks a line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"log-view--match", "log-view--mark", "log-view--notice"}
    DEFAULT_CSS = """
    LogLines {
        overflow: scroll scroll;
        scrollbar-size-horizontal: 0;
        .log-view--match { background: $warning; color: $text; text-style: bold; }
        .log-view--mark { background: $panel; text-style: bold; }
        .log-view--notice { background: $primary-muted; color: $text-primary; text-style: bold; }
        &:ansi .log-view--match, &:ansi .log-view--notice {
            background: $background;
            color: $foreground;
            text-style: reverse;
        }
    }
    """
    # Both scroll bars are always there (the horizontal one has no height), so a change of this size, ten times a
    # second, needs no new layout of the screen.
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    following: reactive[bool] = reactive(True)
    """True if the newest line is kept in view."""
    wrap: reactive[bool] = reactive(False)
    """True if long lines continue in the next row instead of being cut."""
    remark: reactive[str] = reactive("")
    """What the last row says beside the news while paused; if set, it is shown while following too."""
    empty: reactive[str] = reactive("")
    """The sentence shown while there are no lines."""

    def __init__(self, columns: LogColumns, highlights: Pattern[str] = HIGHLIGHTS) -> None:
        super().__init__()
        self.columns = columns
        self.mark: int | None = None
        """Number of the line that was found or clicked last."""
        self.bookmarks: set[int] = set()
        self.painter = LogPainter(self, columns, highlights)
        self._page = LogPage(self.painter)
        self._pace = LogPace()
        self._paused_at = 0
        self._own_scroll = False

    def on_mount(self) -> None:
        self.set_interval(FRAME, self.tick)

    def on_unmount(self) -> None:
        if self.rows is not None:
            self.rows.close()

    def start_with(self, rows: LogRows) -> None:
        """Show these rows first; for use before the widget is mounted."""
        self._page.rows = rows

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        return "" if self.rows is None else selected_text(self.rows, self.columns, selection), "\n"

    def show(self, rows: LogRows | None) -> None:
        """Show other rows, from their end."""
        if self.rows is not None:
            self.rows.close()
        self._page.rows, self.mark, self.painter.widest = rows, None, 0
        self.following = True
        self.redraw()

    @property
    def rows(self) -> LogRows | None:
        """The rows shown, None if there is no log."""
        return self._page.rows

    @property
    def new_lines(self) -> int:
        """Lines that arrived since the view was paused; 0 while it follows."""
        return 0 if self.following or self.rows is None else max(0, self.rows.total - self._paused_at)

    # -- what arrives -----------------------------------------------------------------------------

    def redraw(self) -> None:
        """Paint everything again."""
        self.strips.forget()
        self.take_over()

    def selection_updated(self, selection: Selection | None) -> None:
        del selection
        self.strips.forget()
        self.refresh()

    def tick(self) -> None:
        """Paint what arrived, unless this frame is left out."""
        if not self._pace.tick(focused=self.app.app_focus) or self.rows is None or not self.is_on_screen:
            return
        if self._pace.flooded(len(self.rows.spool)):
            return
        if self.columns.times == AGE and self._pace.ages():
            self.redraw()
        elif self.rows.stale or (not self.wrap and self.virtual_size.width != self.painter.widest):
            self.take_over()

    def take_over(self) -> None:
        """Take over what arrived, keep the newest line or the lines being read in view, and paint."""
        top = None if self.following else self.page_now.top_number
        if self.rows is not None:
            self.rows.update()
            if self.columns.measure(self.rows.spool.sources()):
                self.strips.forget()
        self._page.forget()
        self._own_scroll = True
        self.virtual_size = Size(0 if self.wrap else self.painter.widest, self.page_now.height())
        if self.following:
            self.scroll_to(y=self.max_scroll_y, animate=False, force=True)
        elif self.rows is not None and top is not None and top != self.page_now.top_number:
            self.scroll_to(y=self.rows.row(top), animate=False, force=True)
        self._own_scroll = False
        self.refresh()

    def show_number(self, number: int) -> None:
        """Mark the line with this number and pause with it in the middle."""
        self.mark = number
        self.following = False
        self.take_over()
        if self.rows is not None:
            page = self.page_now
            self._own_scroll = True
            self.scroll_to(y=page.top_for(self.rows.row(number), page.size.height // 2 + 1), animate=False, force=True)
            self._own_scroll = False

    # -- changes of the view ----------------------------------------------------------------------

    def on_resize(self, _event: events.Resize) -> None:
        self.redraw()

    def watch_virtual_size(self, size: Size) -> None:
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = size.height

    def watch_following(self) -> None:
        if self.rows is not None:
            self._paused_at = self.rows.total
        self.take_over()

    def watch_wrap(self) -> None:
        self.scroll_to(x=0, animate=False, force=True)
        self.painter.widest = 0
        self.redraw()

    def watch_remark(self) -> None:
        self.take_over()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._own_scroll or round(old_value) == round(new_value):
            return
        if old_value > new_value < self.max_scroll_y:  # equal: only pushed up because the page grew
            self.following = False
        elif not self.following and old_value < new_value >= self.max_scroll_y - 1:
            # Not here: this may be a step of an animation of the very scrolling that following corrects.
            self.call_next(self.action_scroll_end)

    def action_scroll_end(self) -> None:
        self.following = True

    def action_scroll_left(self) -> None:
        self.scroll_relative(x=-STEP, animate=False)

    def action_scroll_right(self) -> None:
        self.scroll_relative(x=STEP, animate=False)

    @property
    def page_now(self) -> LogPage:
        """The page as it is scrolled now."""
        page = self._page
        page.top, page.size, page.wrap = self.scroll_offset.y, self.page, self.wrap
        page.noticed = bool(not self.following or self.remark) and page.count > 0
        return page

    # -- painting ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        page = self.page_now
        width = page.size.width
        if not page.count:
            return self.strips.sentence(self.empty, y, width, self.tint("muted"))
        if page.noticed and y == page.size.height - 1:
            return self.strips.paint(self._notice(), width, self.get_component_rich_style("log-view--notice"))
        row, part = page.place(y)
        line = page.line(row)
        if line is None:
            return self.strips.blank(width)
        at = part if self.wrap else self.scroll_offset.x
        signs = LinePart(self.wrap, at, line.number == self.mark, line.number in self.bookmarks)
        return self.painter.strip(line, signs, width)

    def _notice(self) -> Text:
        new = self.new_lines
        arrived = f"{new:,} new line{'' if new == 1 else 's'}" if new else "no new lines"
        parts = [] if self.following else ["paused", arrived, "f follows"]
        return Text(" " + f" {self.glyph('dot')} ".join([*parts, *filter(None, [self.remark])]) + " ")
