"""The output of a command that ran on the instance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.ui.widgets.glyphs import clean

if TYPE_CHECKING:
    from dots_tui.app.runs.actions import InstanceAction


class OutputScreen(ModalScreen[None]):
    """The output of a command that ran on the instance."""

    DEFAULT_CSS = """
    OutputScreen { align: center middle; }
    OutputScreen > VerticalScroll {
        width: 92%; max-width: 110; height: auto; max-height: 90%;
        border: round $border; border-title-color: $text; border-subtitle-color: $text-muted;
        background: $surface; padding: 0 2;
    }
    OutputScreen.-bad > VerticalScroll { border: round $error; }
    OutputScreen Static { height: auto; margin-bottom: 1; }
    """
    BINDINGS = [
        Binding("escape,enter,q", "close", "Close", key_display="esc"),
        Binding("y", "copy", "Copy", show=False),
    ]

    def __init__(self, action: InstanceAction, head: str, output: str, *, bad: bool) -> None:
        super().__init__(classes="-bad" if bad else "")
        self._action, self._head = action, head
        self._output = "\n".join(clean(line) for line in output.splitlines())

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self._action.title
            box.border_subtitle = "y copies   esc closes"
            yield Static(Text(self._head, "bold"), markup=False)
            yield Static(Text(f"$ {self._action.shown}", "dim"), markup=False)
            yield Static(Text(self._output), markup=False)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_close(self) -> None:
        self.dismiss(None)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._output)
        self.notify("The output was sent to the terminal's clipboard.", timeout=3)
