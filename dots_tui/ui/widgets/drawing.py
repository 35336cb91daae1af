"""A picture made of text: the base of the chart, the track map, the lanes and the stack events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.ui.widgets.lines_view import LinesView

if TYPE_CHECKING:
    from rich.text import Text
    from textual.geometry import Size


class Drawing(LinesView, can_focus=False):
    """Drawn as a whole for the size it has, again when size, theme or data change, and never in between.

    A subclass implements `draw` and calls `redraw` when its data changed. What is higher than the widget scrolls.
    """

    _drawn: list[Text] | None = None
    _drawn_for: Size | None = None

    def draw(self, width: int, height: int) -> list[Text]:
        """The lines of the picture for `width` by `height` cells; an empty list shows `empty`."""
        raise NotImplementedError

    def line_count(self) -> int:
        return len(self._lines())

    def line_text(self, index: int, width: int) -> Text:  # noqa: ARG002 - drawn for that width
        return self._lines()[index].copy()

    def redraw(self) -> None:
        self._drawn = None
        super().redraw()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn = None

    def _lines(self) -> list[Text]:
        page = self.page
        if self._drawn is None or self._drawn_for != page:
            if page.width < 1 or page.height < 1:
                return []
            if self._drawn is not None:  # a scroll bar came or went: the height may be another now
                self.call_after_refresh(self.redraw)
            self._drawn, self._drawn_for = self.draw(*page), page
        return self._drawn
