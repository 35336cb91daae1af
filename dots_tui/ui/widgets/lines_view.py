"""What the drawn widgets share: lines painted through Textual's Line API, in the colours of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dots_tui.ui.widgets.glyphs import ascii_only, glyph

if TYPE_CHECKING:
    from textual import events
    from textual.geometry import Region

TINTS = ("muted", "good", "warning", "bad", "info", "accent", "heading", "cursor")


class LinesView(ScrollView):
    """A scrolling view of lines that are made when they are shown.

    A subclass says how many lines there are (`line_count`) and makes each (`line_text`); it calls `redraw` when
    they changed. Colours are had with `tint`, from the component classes ``lines-view--*``.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines-view--{name}" for name in TINTS}
    DEFAULT_CSS = """
    LinesView {
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

    empty: reactive[str] = reactive("")
    """What is shown while there are no lines: one sentence that says what to do next."""

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._base = Style()
        self._strips: dict[tuple[int, int, int], Strip] = {}

    def line_count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def line_text(self, index: int, width: int) -> Text:
        """Line *index*, counted from 0, made for *width* cells; what is longer is cut."""
        raise NotImplementedError

    @property
    def page(self) -> Size:
        """The cells lines are painted in: the content without the scroll bars."""
        return self.scrollable_content_region.size

    def tint(self, name: str) -> Style:
        """The foreground and text style of the component class ``lines-view--<name>``, without background."""
        style = self.get_component_rich_style(f"lines-view--{name}")
        return style.without_color + Style(color=style.color)

    def block(self, name: str) -> Style:
        """The whole style, background included, of the component class ``lines-view--<name>``."""
        return self.get_component_rich_style(f"lines-view--{name}")

    def glyph(self, name: str) -> str:
        """The sign called *name* in what this app's terminal can show."""
        return glyph(name, ascii_only(self.app))

    def redraw(self) -> None:
        """The lines changed: make and paint them again."""
        self._strips.clear()
        self.virtual_size = Size(self.page.width, self.line_count())
        self.refresh()

    def on_resize(self, _event: events.Resize) -> None:
        self.redraw()

    def watch_empty(self) -> None:
        self._strips.clear()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        # rich_style walks all ancestors; once a frame is cheap, once a line is not.
        base = self.rich_style
        if base != self._base:
            self._base = base
            self._strips.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.page.width
        if not self.line_count():
            return self._strip(self._empty_line(y, width), width)
        if index >= self.line_count():
            return Strip.blank(width, self._base)
        return self.line_strip(index, width)

    def line_strip(self, index: int, width: int) -> Strip:
        """Line *index* ready to paint, from the cache when it was painted before."""
        key = (index, width, 0)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) > 1000:
                self._strips.clear()
            strip = self._strips[key] = self._strip(self.line_text(index, width), width)
        return strip

    def _strip(self, text: Text, width: int, style: Style | None = None) -> Strip:
        """*text* on the widget's own colours (or on *style*, which wins over those of the text)."""
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

    def _empty_line(self, y: int, width: int) -> Text:
        if not self.empty or width < 1:
            return Text()
        wrapped = Text(self.empty, style=self.tint("muted")).wrap(self.app.console, width)
        return wrapped[y] if y < len(wrapped) else Text()
