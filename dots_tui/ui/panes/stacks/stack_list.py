"""The list of stacks: one line per stack, with as many columns as fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Callable

from rich.text import Text
from textual.message import Message

from dots_tui.app.runs.stack_facts import SOON_MINUTES, minutes_left, price
from dots_tui.ui.panes.stacks import columns, stack_words
from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from dots_tui.app.runs.run_verdict import RunWords
    from dots_tui.aws.stacks import Stack


class StackChosen(Message):
    """Enter, or a second click, on a stack."""


class StackHighlighted(Message):
    """The cursor is on another stack."""


class StackList(RowList):
    """Stacks with a cursor that stays on its stack when the list is read again."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._stacks: tuple[Stack, ...] = ()
        self._cells: list[dict[str, str]] = []
        self.price_of: stack_words.PriceOf = price
        """Returns the hourly price of a training."""
        self.words_of: Callable[[Stack], RunWords | None] = lambda _: None
        """Returns the status of a run; None if it is not watched."""
        self.progress_of: Callable[[Stack], str] = lambda _: ""
        """Returns the progress of a creation or deletion: "3 of 9"; "" if there is none."""

    @property
    def selected(self) -> Stack | None:
        """The stack under the cursor."""
        return self._stacks[self.cursor - 1] if 0 < self.cursor <= len(self._stacks) else None

    def set_stacks(self, stacks: Sequence[Stack]) -> None:
        """Show these stacks."""
        before = self.selected
        self._stacks = tuple(stack_words.in_order(stacks))
        self._cells = []
        self.tick()
        ids = [stack.id for stack in self._stacks]
        if before is not None and before.id in ids:
            self.cursor = ids.index(before.id) + 1
        elif self.cursor > 0:
            self.post_message(StackHighlighted())

    def select(self, name: str) -> bool:
        """Move the cursor to the stack `name`. Return False if there is none."""
        names = [stack.name for stack in self._stacks]
        if name not in names:
            return False
        self.cursor = names.index(name) + 1
        return True

    def tick(self) -> None:
        """Draw the rows again if time has changed them."""
        now = datetime.now(timezone.utc)
        rows = [
            columns.cells(stack, now, self.price_of, self.words_of(stack), self.progress_of(stack))
            for stack in self._stacks
        ]
        cells = [{key: clean(value) for key, value in row.items()} for row in rows]
        if cells != self._cells:
            self._cells = cells
            self.redraw()

    # -- rows: the first one is the heading -----------------------------------------------------------

    def line_count(self) -> int:
        return len(self._stacks) + 1 if self._stacks else 0

    def selectable(self, index: int) -> bool:
        return index > 0

    def choose(self, index: int) -> None:  # noqa: ARG002 - `selected` returns it
        self.post_message(StackChosen())

    def highlight(self, index: int) -> None:  # noqa: ARG002 - `selected` returns it
        self.post_message(StackHighlighted())

    def line_text(self, index: int, width: int) -> Text:
        pieces = []
        for name, cells in columns.fitting(self._cells, width).items():
            piece = Text(name, self.tint("muted")) if index == 0 else self._cell(index - 1, name)
            if name in columns.RIGHT:
                piece.pad_left(max(0, cells - piece.cell_len))
            piece.truncate(cells, overflow="ellipsis", pad=True)
            pieces.append(piece)
        return Text("  ", end="", no_wrap=True).join(pieces)

    def _cell(self, row: int, name: str) -> Text:
        stack, value = self._stacks[row], self._cells[row][name]
        if name == "state":
            state = stack_words.health(stack, datetime.now(timezone.utc), self.words_of(stack))
            return Text(f"{self.glyph(state.sign)} {value}", self.tint(state.tint))
        text = Text(value)
        words = self.words_of(stack)
        if name == "verdict" and words is not None and not self.progress_of(stack):
            text.stylize(self.tint(words.tone) if words.tone else "")
        if name == "left" and value:
            minutes = minutes_left(stack, datetime.now(timezone.utc))
            if minutes is not None and minutes < SOON_MINUTES:
                text.stylize(self.tint("warning"))
        return text
