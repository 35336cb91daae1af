"""The diff screen: the effect of a save, or of restoring an earlier version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from dots_tui.custom_files.diff import DiffLine
from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.lines_view import LinesView

_SIGN = "+ "
_TINTS = {"+": "good", "-": "bad", "@": "info"}


class DiffView(LinesView, can_focus=True):
    """The lines of a diff; sign and color of a line both show its kind."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
    ]

    def __init__(self, lines: Sequence[DiffLine]) -> None:
        super().__init__()
        self._lines = lines
        self._rows: list[tuple[str, str]] = []
        """The painted rows: the kind of the line, and the part that fits."""

    def redraw(self) -> None:
        """Wrap long lines into several rows: the difference may be at the end."""
        width = max(8, self.page.width - len(_SIGN))
        self._rows = [(line.kind, part) for line in self._lines for part in _parts(line, width)]
        super().redraw()

    def line_count(self) -> int:
        return len(self._rows)

    def line_text(self, index: int, width: int) -> Text:
        kind, part = self._rows[index]
        text = Text(part, style=self.tint(_TINTS[kind]) if kind in _TINTS else "")
        text.truncate(width, overflow="ellipsis")
        return text


class DiffScreen(ModalScreen[bool]):
    """A screen that shows `lines` under `title`. With `yes`, enter returns True; escape returns False."""

    DEFAULT_CSS = """
    DiffScreen { align: center middle; }
    DiffScreen #diff-box {
        width: 95%; max-width: 120; height: 90%;
        border: round $primary; border-title-color: $text-primary; border-title-style: bold;
        background: $surface; padding: 0 1;
    }
    DiffScreen DiffView { height: 1fr; }
    DiffScreen #diff-hint { height: auto; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,d", "answer(False)", "Close"),
        Binding("enter", "answer(True)", "Yes"),
    ]

    def __init__(self, title: str, lines: Sequence[DiffLine], *, yes: str = "") -> None:
        super().__init__()
        self._heading, self._lines, self._yes = title, lines, yes

    def compose(self) -> ComposeResult:
        with Vertical(id="diff-box") as box:
            box.border_title = self._heading
            yield DiffView(self._lines)
            yield Static(f"enter {self._yes}, esc changes nothing" if self._yes else "esc closes", id="diff-hint")

    def on_mount(self) -> None:
        self.query_one(DiffView).focus()

    def action_answer(self, yes: bool) -> None:
        """Close the screen; `yes` only counts if the screen asks a question."""
        if self._yes or not yes:
            self.dismiss(yes)


def _parts(line: DiffLine, width: int) -> list[str]:
    """Return the rows of `line`: its sign and at most `width` characters, further rows indented."""
    text = clean(line.text)
    if line.kind == "@":
        return [text]
    rows = [text[at : at + width] for at in range(0, len(text), width)] or [""]
    signs = [f"{line.kind} ", *["  "] * (len(rows) - 1)]
    return [sign + row for sign, row in zip(signs, rows)]
