"""A list of drawn rows with a cursor: the base of the findings list and of the settings form."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import reactive

from dots_tui.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip

MARGIN = 2  # cells before every row: the cursor's sign, so that the cursor shows without colors


class RowList(LinesView, can_focus=True):
    """Rows with a cursor. Keys: arrows, page, home, end move; enter chooses. A click moves, a second one chooses.

    A subclass makes the rows as `LinesView` says, may forbid some (`selectable`, e.g. headings), and acts on
    `choose`. `cursor` is -1 when no row can have it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "edge(1)", "First", show=False),
        Binding("end", "edge(-1)", "Last", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    cursor: reactive[int] = reactive(-1)

    def selectable(self, index: int) -> bool:  # noqa: ARG002 - for subclasses
        """True if the cursor may stand on row `index`."""
        return True

    def choose(self, index: int) -> None:
        """Row `index` was chosen with enter or a second click."""

    def highlight(self, index: int) -> None:
        """The cursor moved to row `index` (-1: to none)."""

    def redraw(self) -> None:
        super().redraw()
        self.cursor = self._nearest(self.cursor)

    def validate_cursor(self, cursor: int) -> int:
        return max(-1, min(cursor, self.line_count() - 1))

    def watch_cursor(self, _old: int, new: int) -> None:
        self._strips.clear()
        if new >= 0:
            self.show_row(new)
        self.highlight(new)

    def show_row(self, index: int) -> None:
        """Scroll row `index` into view, together with a heading right above it."""
        above = 1 if index > 0 and not self.selectable(index - 1) else 0
        self.scroll_to_region(Region(0, index - above, 1, 1 + above), animate=False, force=True, immediate=True)

    def action_move(self, step: int) -> None:
        """Move to the next row in the direction of `step` that may be selected."""
        found = self._next(self.cursor + step, step)
        if found >= 0:
            self.cursor = found

    def action_page(self, step: int) -> None:
        """Move a page up (-1) or down (1)."""
        if self.line_count():
            wanted = self.cursor + step * max(1, self.page.height - 1)
            self.cursor = self._nearest(max(0, min(wanted, self.line_count() - 1)))

    def action_edge(self, step: int) -> None:
        """Move to the first (1) or the last (-1) row."""
        self.cursor = self._next(0 if step > 0 else self.line_count() - 1, step)

    def action_choose(self) -> None:
        """Choose the row of the cursor."""
        if self.cursor >= 0:
            self.choose(self.cursor)

    def on_click(self, event: events.Click) -> None:
        index = event.get_content_offset_capture(self).y + self.scroll_offset.y
        if index >= self.line_count() or not self.selectable(index):
            return
        if index == self.cursor:
            self.choose(index)
        else:
            self.cursor = index

    def line_strip(self, index: int, width: int) -> Strip:
        key = (index, width, int(index == self.cursor))
        strip = self._strips.get(key)
        if strip is None:
            text = self.line_text(index, max(0, width - MARGIN))
            marked = index == self.cursor
            text.pad_left(MARGIN)
            if marked:
                text.plain = self.glyph("cursor") + text.plain[1:]
            strip = self._strips[key] = self._strip(text, width, self.block("cursor") if marked else None)
        return strip

    def _next(self, start: int, step: int) -> int:
        """The first selectable row from `start` in the direction of `step`, or -1."""
        stop = self.line_count() if step > 0 else -1
        return next((index for index in range(start, stop, step) if self.selectable(index)), -1)

    def _nearest(self, index: int) -> int:
        """`index` itself if selectable, else the next below, else the next above, else -1."""
        if not self.line_count():
            return -1
        index = max(0, min(index, self.line_count() - 1))
        below = self._next(index, 1)
        return below if below >= 0 else self._next(index, -1)
