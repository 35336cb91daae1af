"""A scrolling view of lines that are made when they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.reactive import reactive

from dots_tui.ui.widgets.painted_view import PaintedView

if TYPE_CHECKING:
    from rich.text import Text
    from textual import events
    from textual.strip import Strip


class LinesView(PaintedView):
    """A scrolling view of lines that are made when they are shown.

    A subclass returns the number of lines (`line_count`) and makes each line (`line_text`). It calls `redraw` after
    a change.
    """

    empty: reactive[str] = reactive("")
    """The sentence shown while there are no lines; it says what to do next."""

    def line_count(self) -> int:
        """Return the number of lines."""
        raise NotImplementedError

    def line_text(self, index: int, width: int) -> Text:
        """Return line `index` (from 0), made for `width` cells; anything longer is cut."""
        raise NotImplementedError

    def line_strip(self, index: int, width: int) -> Strip:
        """Return line `index` ready to paint."""
        return self.strips.paint(self.line_text(index, width), width)

    def redraw(self) -> None:
        """Make and paint the lines again, because they changed."""
        self.strips.forget()
        self.virtual_size = Size(self.page.width, self.line_count())
        self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        self.redraw()

    def watch_empty(self) -> None:
        self.strips.forget()

    def render_line(self, y: int) -> Strip:
        index, width = y + self.scroll_offset.y, self.page.width
        if not self.line_count():
            return self.strips.sentence(self.empty, y, width, self.tint("muted"))
        if index >= self.line_count():
            return self.strips.blank(width)
        return self.strips.kept((index, width), lambda: self.line_strip(index, width))
