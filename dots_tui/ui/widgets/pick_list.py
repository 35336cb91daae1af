"""A list to pick one value from, with a search line above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

SEARCHED = 8  # minimum number of options for a search line

AROUND = 6  # lines of the search line, the frame and the buttons
MOST_SHOWN = 14


class Options(RowList, can_focus=False):
    """The options. The keys come from the search line, or from the list around it."""

    DEFAULT_CSS = """
    Options {
        .lines-view--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
    }
    """

    def __init__(self, options: Sequence[tuple[str, str]], current: str) -> None:
        super().__init__()
        self.all = tuple(options)
        self.shown = self.all
        self.current = current
        self.empty = "Nothing matches."

    def on_mount(self) -> None:
        self.redraw()
        values = [value for value, _ in self.shown]
        if self.current in values:
            self.cursor = values.index(self.current)

    def line_count(self) -> int:
        return len(self.shown)

    def line_text(self, index: int, width: int) -> Text:
        value, label = self.shown[index]
        text = Text(clean(label))
        if value == self.current:
            text.append(f" {self.glyph('good')}", self.tint("good"))
        text.truncate(width, overflow="ellipsis")
        return text

    def choose(self, index: int) -> None:
        self.post_message(PickList.Picked(self.shown[index][0]))

    def search(self, wanted: str) -> None:
        """Show the options that contain `wanted`; those that begin with it come first."""
        key = wanted.strip().lower()
        found = [(value, label) for value, label in self.all if key in label.lower()]
        self.shown = tuple(sorted(found, key=lambda option: not option[1].lower().startswith(key)))
        self.redraw()
        self.cursor = 0


class PickList(Vertical, can_focus=False):
    """Options (value, label) to pick one from with enter or a click; typing searches."""

    DEFAULT_CSS = """
    PickList {
        height: auto;
        Input { margin-bottom: 1; }
        &.-few Input { height: 0; margin-bottom: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
    ]

    class Picked(Message):
        """An option was picked."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    def __init__(self, options: Sequence[tuple[str, str]], current: str = "") -> None:
        super().__init__(classes="" if len(options) >= SEARCHED else "-few")
        self._options = Options(options, current)

    def compose(self) -> ComposeResult:
        yield Input(placeholder="type to search", compact=True)
        yield self._options

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.on_resize()

    def on_resize(self) -> None:
        """Show as many options as fit."""
        room = self.app.size.height - AROUND
        self._options.styles.height = max(1, min(len(self._options.all), room, MOST_SHOWN))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if not self.has_class("-few"):
            self._options.search(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._options.cursor >= 0:
            # Posted by this widget: a message a child is made to post goes no further than here.
            self.post_message(self.Picked(self._options.shown[self._options.cursor][0]))

    def action_move(self, step: int) -> None:
        """Move the cursor of the list."""
        self._options.action_move(step)

    def action_page(self, step: int) -> None:
        """Move the cursor of the list by a page."""
        self._options.action_page(step)
