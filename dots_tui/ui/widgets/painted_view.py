"""The base of widgets that paint their own lines: the theme's colors, and text made into strips."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dots_tui.ui.widgets.glyphs import ascii_only, glyph

if TYPE_CHECKING:
    from textual.geometry import Region, Size

TINTS = ("muted", "good", "warning", "bad", "info", "accent", "heading", "cursor")


class PaintedView(ScrollView):
    """A scrolling view painted through Textual's Line API, in the colors of the theme.

    Colors come from `tint` and `block`, which read the component classes `lines-view--*`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines-view--{name}" for name in TINTS}
    DEFAULT_CSS = """
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
        &:ansi .lines-view--info, &:ansi .lines-view--heading { color: $text-secondary; }
    }
    """

    _base = Style()

    @property
    def page(self) -> Size:
        """The cells that lines are painted in: the content without the scroll bars."""
        return self.scrollable_content_region.size

    def tint(self, name: str) -> Style:
        """Return the foreground and text style of the component class `lines-view--<name>`, without background."""
        style = self.get_component_rich_style(f"lines-view--{name}")
        return style.without_color + Style(color=style.color)

    def block(self, name: str) -> Style:
        """Return the whole style of the component class `lines-view--<name>`, background included."""
        return self.get_component_rich_style(f"lines-view--{name}")

    def glyph(self, name: str) -> str:
        """Return the sign called `name`, or its stand-in if the terminal shows only ASCII."""
        return glyph(name, ascii_only(self.app))

    def forget_strips(self) -> None:
        """Drop the strips kept for painting again: the colors or the text changed."""

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.forget_strips()

    def render_lines(self, crop: Region) -> list[Strip]:
        # rich_style walks all ancestors; once a frame is cheap, once a line is not.
        base = self.rich_style
        if base != self._base:
            self._base = base
            self.forget_strips()
        return super().render_lines(crop)

    def _strip(self, text: Text, width: int, style: Style | None = None) -> Strip:
        """Return `text` on the widget's own colors, or on `style`, which wins over the colors of the text."""
        text.no_wrap = True
        text.end = ""
        if "…" in text.plain and ascii_only(self.app):
            text.plain = text.plain.replace("…", "~")
        if style is not None:
            text.stylize(style)
        text.stylize_before(text.style)
        text.stylize_before(self._base)
        # Rich gives an empty text a segment without a style, on which Textual's filter for NO_COLOR fails.
        strip = Strip([segment for segment in text.render(self.app.console) if segment.text], text.cell_len)
        return strip.crop_extend(0, width, self._base if style is None else self._base + style)

    def _empty_line(self, sentence: str, y: int, width: int) -> Text:
        """Return line `y` of the sentence shown while there is nothing else."""
        if not sentence or width < 1:
            return Text()
        wrapped = Text(sentence, style=self.tint("muted")).wrap(self.app.console, width)
        return wrapped[y] if y < len(wrapped) else Text()
