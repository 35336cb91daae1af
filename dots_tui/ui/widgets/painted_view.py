"""The base of widgets that paint their own lines, in the colors of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual.scroll_view import ScrollView

from dots_tui.ui.widgets.glyphs import ascii_only, glyph
from dots_tui.ui.widgets.line_strips import LineStrips

if TYPE_CHECKING:
    from textual.geometry import Region, Size
    from textual.strip import Strip

TINTS = ("muted", "good", "warning", "bad", "info", "accent", "heading", "comment", "cursor")
_COLORS = """
PaintedView {
    scrollbar-size-vertical: 1;
    overflow-x: hidden;
    .lines-view--muted { color: $text-muted; }
    .lines-view--good { color: $text-success; }
    .lines-view--warning { color: $text-warning; }
    .lines-view--bad { color: $text-error; }
    .lines-view--info { color: $text-primary; }
    .lines-view--accent { color: $text-accent; }
    .lines-view--heading { color: $text-primary; text-style: bold; }
    .lines-view--comment { color: $text-muted; text-style: italic; }
    .lines-view--cursor {
        background: $block-cursor-blurred-background;
        color: $block-cursor-blurred-foreground;
        text-style: $block-cursor-blurred-text-style;
    }
    &:focus .lines-view--cursor {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
    &:ansi .lines-view--muted { text-style: dim; }
    &:ansi .lines-view--comment { text-style: dim italic; }
    &:ansi .lines-view--info, &:ansi .lines-view--heading { color: $text-secondary; }
}
"""


class PaintedView(ScrollView):
    """A scrolling view painted through Textual's Line API.

    Colors come from `tint` and `block`, which read the component classes `lines-view--*`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines-view--{name}" for name in TINTS}
    DEFAULT_CSS = _COLORS

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(name=name, id=id, classes=classes)
        self.strips = LineStrips(self)

    @property
    def page(self) -> Size:
        """The cells that lines are painted in: the content without the scroll bars."""
        return self.scrollable_content_region.size

    def tint(self, name: str) -> Style:
        """Return the foreground and text style of the component class `lines-view--<name>`, without background."""
        style = self.block(name)
        return style.without_color + Style(color=style.color)

    def block(self, name: str) -> Style:
        """Return the whole style of the component class `lines-view--<name>`, background included."""
        return self.get_component_rich_style(f"lines-view--{name}")

    def glyph(self, name: str) -> str:
        """Return the sign called `name`, or its stand-in if the terminal shows only ASCII."""
        return glyph(name, ascii_only(self.app))

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.strips.forget()

    def render_lines(self, crop: Region) -> list[Strip]:
        self.strips.begin_frame()
        return super().render_lines(crop)
