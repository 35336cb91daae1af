"""A list of painted rows with a cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.reactive import reactive

from dots_tui.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip

MARGIN = 2
"""Cells before every row: the sign of the cursor, so that the cursor shows without colors."""
_KEYS: tuple[BindingType, ...] = (
    Binding("up,k", "move(-1)", "Up", show=False),
    Binding("down,j", "move(1)", "Down", show=False),
    Binding("pageup", "page(-1)", "Page up", show=False),
    Binding("pagedown", "page(1)", "Page down", show=False),
    Binding("home", "edge(1)", "First", show=False),
    Binding("end", "edge(-1)", "Last", show=False),
    Binding("enter", "choose", "Choose", show=False),
)


class RowList(LinesView, can_focus=True):
    """Rows with a cursor: `cursor` is an index, or -1 if no row can have it.

    A click moves the cursor, a second click chooses the row. A subclass makes the rows (see `LinesView`), may exclude
    some from the cursor (`selectable`, for example headings), and acts on `choose`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*_KEYS]
    cursor: reactive[int] = reactive(-1)

    def selectable(self, index: int) -> bool:  # noqa: ARG002 - for subclasses
        """Return True if the cursor may be on row `index`."""
        return True

    def choose(self, index: int) -> None:
        """Handle that row `index` was chosen with enter or a second click."""

    def highlight(self, index: int) -> None:
        """Handle that the cursor moved to row `index` (-1: to none)."""

    def redraw(self) -> None:
        super().redraw()
        self.cursor = _nearest(self.cursor, self.line_count(), self.selectable)

    def validate_cursor(self, cursor: int) -> int:
        return max(-1, min(cursor, self.line_count() - 1))

    def watch_cursor(self, _old: int, new: int) -> None:
        self.strips.forget()
        if new >= 0:
            self.show_row(new)
        self.highlight(new)

    def show_row(self, index: int) -> None:
        """Scroll row `index` into view, together with a heading right above it."""
        above = 1 if index > 0 and not self.selectable(index - 1) else 0
        self.scroll_to_region(Region(0, index - above, 1, 1 + above), animate=False, force=True, immediate=True)

    def action_move(self, step: int) -> None:
        """Move to the next selectable row in the direction of `step`."""
        found = _next(self.cursor + step, step, self.line_count(), self.selectable)
        self.cursor = found if found >= 0 else self.cursor

    def action_page(self, step: int) -> None:
        """Move a page up (-1) or down (1)."""
        wanted = self.cursor + step * max(1, self.page.height - 1)
        self.cursor = _nearest(wanted, self.line_count(), self.selectable)

    def action_edge(self, step: int) -> None:
        """Move to the first (1) or the last (-1) row."""
        self.cursor = _next(0 if step > 0 else self.line_count() - 1, step, self.line_count(), self.selectable)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.cursor >= 0:
            self.choose(self.cursor)

    def on_click(self, event: events.Click) -> None:
        index = event.get_content_offset_capture(self).y + self.scroll_offset.y
        if index < self.line_count() and self.selectable(index):
            if index == self.cursor:
                self.choose(index)
            else:
                self.cursor = index

    def line_strip(self, index: int, width: int) -> Strip:
        text = self.line_text(index, max(0, width - MARGIN))
        text.pad_left(MARGIN)
        if index != self.cursor:
            return self.strips.paint(text, width)
        text.plain = self.glyph("cursor") + text.plain[1:]
        return self.strips.paint(text, width, self.block("cursor"))


def _next(start: int, step: int, count: int, selectable: Callable[[int], bool]) -> int:
    """Return the first selectable of `count` rows from `start` in the direction of `step`, or -1."""
    stop = count if step > 0 else -1
    return next((index for index in range(start, stop, step) if selectable(index)), -1)


def _nearest(index: int, count: int, selectable: Callable[[int], bool]) -> int:
    """Return the selectable row at or below `index`, else the nearest one above it, else -1."""
    index = max(0, min(index, count - 1))
    below = _next(index, 1, count, selectable)
    return below if below >= 0 or not count else _next(index, -1, count, selectable)
