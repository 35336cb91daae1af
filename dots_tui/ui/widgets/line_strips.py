"""The painted lines of a view: text on the colors of the widget, kept to paint it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from dots_tui.ui.widgets.glyphs import ascii_only

if TYPE_CHECKING:
    from collections.abc import Hashable

    from textual.scroll_view import ScrollView

_MOST_STRIPS = 1000


class LineStrips:
    """The painted lines of `view`, kept until its text or colors change."""

    def __init__(self, view: ScrollView) -> None:
        self._view = view
        self._kept: dict[Hashable, Strip] = {}
        self._base = Style()

    def forget(self) -> None:
        """Drop the kept lines: the colors or the text changed."""
        self._kept.clear()

    def begin_frame(self) -> None:
        """Read the colors of the view. `rich_style` walks all ancestors: cheap once a frame, not once a line."""
        base = self._view.rich_style
        if base != self._base:
            self._base = base
            self.forget()

    def kept(self, key: Hashable, paint: Callable[[], Strip]) -> Strip:
        """Return the line `key`, painted if it is not kept."""
        strip = self._kept.get(key)
        if strip is None:
            if len(self._kept) > _MOST_STRIPS:
                self.forget()
            strip = self._kept[key] = paint()
        return strip

    def paint(self, text: Text, width: int, style: Style | None = None) -> Strip:
        """Return `text` on the colors of the view, or on `style`, which wins over the colors of the text."""
        text.no_wrap = True
        text.end = ""
        if "…" in text.plain and ascii_only(self._view.app):
            text.plain = text.plain.replace("…", "~")
        if style is not None:
            text.stylize(style)
        text.stylize_before(text.style)
        text.stylize_before(self._base)
        # Rich gives an empty text a segment without a style, on which Textual's filter for NO_COLOR fails.
        strip = Strip([segment for segment in text.render(self._view.app.console) if segment.text], text.cell_len)
        return strip.crop_extend(0, width, self._base if style is None else self._base + style)

    def sentence(self, words: str, y: int, width: int, style: Style) -> Strip:
        """Return line `y` of a wrapped sentence: the text of a view that has no lines."""
        wrapped = list(Text(words, style=style).wrap(self._view.app.console, max(1, width)))
        return self.paint(wrapped[y] if y < len(wrapped) else Text(), width)

    def blank(self, width: int) -> Strip:
        """Return an empty line."""
        return Strip.blank(width, self._base)
