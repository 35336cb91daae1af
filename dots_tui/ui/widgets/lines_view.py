"""A scrolling view of lines that are made when they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip

from dots_tui.ui.widgets.painted_view import PaintedView

if TYPE_CHECKING:
    from textual import events

MOST_STRIPS = 1000
"""Painted lines kept to paint them again."""


class LinesView(PaintedView):
    """A scrolling view of lines that are made when they are shown.

    A subclass says how many lines there are (`line_count`) and makes each (`line_text`); it calls `redraw` when
    they changed.
    """

    empty: reactive[str] = reactive("")
    """The sentence shown while there are no lines; it says what to do next."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._strips: dict[tuple[int, int, int], Strip] = {}

    def line_count(self) -> int:
        """Return how many lines there are."""
        raise NotImplementedError

    def line_text(self, index: int, width: int) -> Text:
        """Return line `index` (from 0), made for `width` cells; anything longer is cut."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Make and paint the lines again, because they changed."""
        self._strips.clear()
        self.virtual_size = Size(self.page.width, self.line_count())
        self.refresh()

    def forget_strips(self) -> None:
        self._strips.clear()

    def on_resize(self, _event: events.Resize) -> None:
        self.redraw()

    def watch_empty(self) -> None:
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.page.width
        if not self.line_count():
            return self._strip(self._empty_line(self.empty, y, width), width)
        if index >= self.line_count():
            return Strip.blank(width, self._base)
        return self.line_strip(index, width)

    def line_strip(self, index: int, width: int) -> Strip:
        """Return line `index` ready to paint, from the cache if it was painted before."""
        key = (index, width, 0)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) > MOST_STRIPS:
                self._strips.clear()
            strip = self._strips[key] = self._strip(self.line_text(index, width), width)
        return strip
