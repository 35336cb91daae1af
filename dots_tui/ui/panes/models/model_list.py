"""The list of models: a family tree with as many columns as fit."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.message import Message

from dots_tui.app.models import model_words as words
from dots_tui.ui.widgets.glyphs import ascii_only, clean
from dots_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.app.models.bucket_model import BucketModel, ModelKey
    from dots_tui.app.models.family import FamilyRow

_FIRST_TO_GO = ("race", "size", "last", "track", "age", "iter", "best lap", "state")
"""Columns that are left out in a narrow terminal, in this order."""
_LONGEST = {"model": 40, "track": 24, "state": 26}
_GAP = 2
_ASCII_BRANCHES = str.maketrans("│├└…", "|++~")


class ModelList(RowList):
    """Models with a cursor that stays on its model when the list changes."""

    class ModelMoved(Message):
        """The cursor is on another model."""

    class ModelChosen(Message):
        """Enter, or a second click, on a model."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._rows: tuple[FamilyRow, ...] = ()
        self._cells: list[dict[str, str]] = []
        self._columns: dict[str, int] = {}

    @property
    def selected(self) -> FamilyRow | None:
        """The row under the cursor."""
        return self._rows[self.cursor - 1] if 0 < self.cursor <= len(self._rows) else None

    @property
    def visible_models(self) -> list[ModelKey]:
        """The models in the visible part of the list, the one under the cursor first."""
        top = max(0, int(self.scroll_offset.y) - 1)
        shown = self._rows[top : top + max(1, self.page.height)]
        rows = [*([self.selected] if self.selected is not None else []), *shown]
        return [one.key for row in rows for one in (row.model, *row.segments)]

    def set_rows(self, rows: Sequence[FamilyRow]) -> None:
        """Show these rows. Only changed lines are painted anew."""
        before = self.selected
        now = datetime.now(timezone.utc)
        self._rows = tuple(rows)
        self._cells = [{name: clean(cell) for name, cell in words.cells(row, now).items()} for row in rows]
        if ascii_only(self.app):
            for cells in self._cells:
                cells["model"] = cells["model"].translate(_ASCII_BRANCHES)
        self._columns = {}
        self.redraw()
        keys = [row.model.key for row in self._rows]
        if before is not None and before.model.key in keys:
            self.cursor = keys.index(before.model.key) + 1
            self.strips.forget()
            self.refresh()
        if before is None or self.selected is None or self.selected.model.key != before.model.key:
            self.post_message(self.ModelMoved())

    def select(self, model: BucketModel) -> None:
        """Put the cursor on a model, if it is in the list."""
        for at, row in enumerate(self._rows):
            if model.key in (row.model.key, *(one.key for one in row.segments)):
                self.cursor = at + 1

    # -- rows: the first one is the heading -----------------------------------------------------------

    def line_count(self) -> int:
        return len(self._rows) + 1 if self._rows else 0

    def selectable(self, index: int) -> bool:
        return index > 0

    def choose(self, index: int) -> None:  # noqa: ARG002 - it is the selected one
        self.post_message(self.ModelChosen())

    def highlight(self, index: int) -> None:  # noqa: ARG002 - asked for with `selected`
        self.post_message(self.ModelMoved())

    def line_text(self, index: int, width: int) -> Text:
        if self._columns.get("") != width:
            self._columns = {"": width, **_fitting(self._cells, width)}
        pieces = []
        for name, cells in self._columns.items():
            if name:
                text = Text(name, self.tint("muted")) if index == 0 else self._cell(index - 1, name)
                if name in words.RIGHT:
                    text.pad_left(max(0, cells - text.cell_len))
                text.truncate(cells, overflow="ellipsis", pad=True)
                pieces.append(text)
        return Text(" " * _GAP, end="", no_wrap=True).join(pieces)

    def _cell(self, row: int, name: str) -> Text:
        text = Text(self._cells[row][name])
        if name == "state" and text.plain:
            running = bool(self._rows[row].model.running)
            sign, tint = ("active", "good") if running else ("warning", "warning")
            return Text(f"{self.glyph(sign)} {text.plain}", self.tint(tint))
        return text


def _fitting(cells: Sequence[dict[str, str]], width: int) -> dict[str, int]:
    """Return the columns that fit in `width` cells, with their widths. Empty columns are left out."""
    widths = {
        name: min(
            _LONGEST.get(name, 20), max([len(name) if name != "state" else 7, *(cell_len(row[name]) for row in cells)])
        )
        for name in words.COLUMNS
        if name in ("model", "best") or any(row[name] for row in cells)
    }
    if "state" in widths:
        widths["state"] += 2  # its sign
    for name in _FIRST_TO_GO:
        if sum(widths.values()) + _GAP * (len(widths) - 1) <= width:
            break
        widths.pop(name, None)
    spare = width - sum(widths.values()) - _GAP * (len(widths) - 1)
    if spare < 0:
        widths["model"] = max(8, widths["model"] + spare)
    return widths
