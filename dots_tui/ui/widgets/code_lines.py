"""Edits of whole lines in a text area: new lines, indentation, comments, and texts put in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets.text_area import Selection

from dots_tui.ui.widgets.line_edits import INDENT, indent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from textual.widgets import TextArea

Place = tuple[int, int]
"""Row and column of a character, both from 0."""


class CodeLines:
    """The lines of `area`. `one_step` groups changes into one step of its history."""

    def __init__(self, area: TextArea, one_step: Callable[[], AbstractContextManager[None]]) -> None:
        self._area, self._one_step = area, one_step

    def take_key(self, key: str, *, python: bool) -> bool:
        """Handle enter, and tab with a selection of several lines. Return False for all other keys."""
        start, end = sorted(self._area.selection)
        if key == "tab" and start[0] != end[0]:
            self.change(indent)
        elif key == "enter":
            self._break_line(start, end, python=python)
        else:
            return False
        return True

    def _break_line(self, start: Place, end: Place, *, python: bool) -> None:
        """Start a new line with the indentation of the current one, and one level more after a colon in Python."""
        before = self._area.document.get_line(start[0])[: start[1]]
        space = before[: len(before) - len(before.lstrip(" \t"))]
        if python and before.rstrip().endswith(":"):
            space += " " * INDENT
        self._area.replace("\n" + space, start, end, maintain_selection_offset=False)

    def select_page(self, rows: int) -> None:
        """Extend the selection by so many rows, up if negative."""
        row, column = self._area.cursor_location
        row = min(max(row + rows, 0), self._area.document.line_count - 1)
        self._area.move_cursor((row, min(column, len(self._area.document.get_line(row)))), select=True)

    def put_text(self, text: str) -> None:
        """Replace the text. Unchanged parts keep their place; the cursor moves to a change of several lines."""
        area, old = self._area, self._area.text
        start, end, insert = difference(old, text)
        if start < end or insert:
            top = _place(old, start)
            area.replace(insert, top, _place(old, end), maintain_selection_offset=False)
            if "\n" in insert:
                area.move_cursor(top)

    @property
    def selected(self) -> range:
        """The rows with a selection, or the row of the cursor."""
        (top, _), (bottom, column) = sorted(self._area.selection)
        return range(top, bottom + (column > 0 or bottom == top))

    def change(self, change: Callable[[Sequence[str]], Sequence[str]]) -> None:
        """Replace the selected lines by `change(lines)`, which has as many lines, as one step."""
        area, rows = self._area, self.selected
        old = [area.document.get_line(row) for row in rows]
        new = list(change(old))
        if area.read_only or new == old:
            return
        start, end = area.selection
        with self._one_step():
            area.replace("\n".join(new), (rows[0], 0), (rows[-1], len(old[-1])), maintain_selection_offset=False)
        grown = {row: (len(now), len(now) - len(was)) for row, was, now in zip(rows, old, new)}
        area.selection = Selection(*(_moved(place, grown, cursor=start == end) for place in (start, end)))


def _moved(place: Place, grown: dict[int, Place], *, cursor: bool) -> Place:
    """Return the place of the same character after rows got the length and the growth in `grown`."""
    row, column = place
    if row not in grown:
        return place
    length, growth = grown[row]
    return row, max(0, min(length, column + growth)) if column or cursor else 0


def difference(old: str, new: str) -> tuple[int, int, str]:
    """Return the smallest change `(start, end, text)` with `old[:start] + text + old[end:] == new`."""
    start = _same(old, new)
    same = _same(old[start:][::-1], new[start:][::-1])
    return start, len(old) - same, new[start : len(new) - same]


def _same(one: str, other: str) -> int:
    """Return the length of the common beginning."""
    return next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def _place(text: str, offset: int) -> Place:
    return text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1
