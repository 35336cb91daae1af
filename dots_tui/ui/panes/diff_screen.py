"""A diff to look at, over everything else: what would be saved, or what an earlier version would bring back."""

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
    """The lines of a diff; the sign before a line says what it is, the colour says it again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
    ]

    def __init__(self, lines: Sequence[DiffLine]) -> None:
        super().__init__()
        self._lines = lines
        self._rows: list[tuple[str, str]] = []
        """What is painted: the kind of the line, and as much of it as fits."""

    def redraw(self) -> None:
        """A long line takes several rows: what differs may be at its end."""
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
    """Shows ``lines`` under ``title``. With ``yes`` enter answers True; escape closes and answers False."""

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
            yield Static(f"enter {self._yes}, esc leaves it" if self._yes else "esc closes", id="diff-hint")

    def on_mount(self) -> None:
        self.query_one(DiffView).focus()

    def action_answer(self, yes: bool) -> None:
        """Close; yes only counts where there is a question."""
        if self._yes or not yes:
            self.dismiss(yes)


def _parts(line: DiffLine, width: int) -> list[str]:
    """The rows of ``line``: its sign and at most ``width`` characters, further rows indented."""
    text = clean(line.text)
    if line.kind == "@":
        return [text]
    rows = [text[at : at + width] for at in range(0, len(text), width)] or [""]
    signs = [f"{line.kind} ", *["  "] * (len(rows) - 1)]
    return [sign + row for sign, row in zip(signs, rows)]
