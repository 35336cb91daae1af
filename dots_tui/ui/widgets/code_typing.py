"""A text area in which one types code: indentation, whole lines at once, comments."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.keys import KEY_NAME_REPLACEMENTS
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from dots_tui.ui.widgets.line_edits import INDENT, has_comments, indent, outdent, toggle_comment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual import events


class CodeTyping(TextArea):
    """Enter keeps the indentation, tab and `shift+tab` indent and outdent lines, escape is left to the pane."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+tab", "outdent", "Outdent", show=False, id="editor.outdent"),
        # What Textual's text area leaves out of the usual keys.
        Binding("ctrl+home", "text_end(-1)", "To the first line", show=False, id="editor.text-start"),
        Binding("ctrl+end", "text_end(1)", "To the last line", show=False, id="editor.text-end"),
        Binding("ctrl+shift+home", "text_end(-1, True)", "Select to the first line", show=False),
        Binding("ctrl+shift+end", "text_end(1, True)", "Select to the last line", show=False),
        Binding("shift+pageup", "select_page(-1)", "Select a page up", show=False),
        Binding("shift+pagedown", "select_page(1)", "Select a page down", show=False),
        Binding("ctrl+delete", "delete_word_right", "Delete to the end of the word", show=False),
    ]

    file_name = ""

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        # Of "slash" and the like Textual does not know the character, and would show it as a key to press.
        typed = key == "enter" or key in KEY_NAME_REPLACEMENTS.values()
        return (typed and not self.read_only) or super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Before Textual's text area has it: escape moves the focus there, and tab replaces what is selected."""
        if event.key == "escape":
            event.prevent_default()  # and is not stopped: the pane has a command for it
        elif self.read_only:
            return
        elif event.key == "enter":
            self._taken(event)
            self._new_line()
        elif event.key == "tab" and self.selection.start[0] != self.selection.end[0]:
            self._taken(event)
            self.action_indent()

    def _taken(self, event: events.Key) -> None:
        event.prevent_default()
        event.stop()

    def _new_line(self) -> None:
        start, end = sorted(self.selection)
        before = self.document.get_line(start[0])[: start[1]]
        space = before[: len(before) - len(before.lstrip(" \t"))]
        if self.file_name.endswith(".py") and before.rstrip().endswith(":"):
            space += " " * INDENT
        self.replace("\n" + space, start, end, maintain_selection_offset=False)

    def put_text(self, text: str) -> None:
        """Show `text` instead: what is the same stays where it is, the cursor goes to what is not."""
        old = self.text
        start, end, insert = difference(old, text)
        if start < end or insert:
            top = _place(old, start)
            self.replace(insert, top, _place(old, end), maintain_selection_offset=False)
            if "\n" in insert:
                self.move_cursor(top)  # where the differences begin

    # far away

    def action_text_end(self, way: int, select: bool = False) -> None:
        """To the beginning (-1) or the end (1) of the text; with `select`, selecting what lies between."""
        self.move_cursor((0, 0) if way < 0 else self.document.end, select=select)

    def action_select_page(self, way: int) -> None:
        """Select a page up (-1) or down (1)."""
        row, column = self.cursor_location
        row = min(max(row + way * max(1, self.content_size.height), 0), self.document.line_count - 1)
        self.move_cursor((row, min(column, len(self.document.get_line(row)))), select=True)

    # whole lines

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """What is done inside is taken back by itself, not with the typing around it."""
        self.history.checkpoint()
        yield
        self.history.checkpoint()

    def selected_rows(self) -> range:
        """The lines that something is selected in, or the one the cursor is in."""
        (top, _), (bottom, column) = sorted(self.selection)
        return range(top, bottom + (column > 0 or bottom == top))

    def change_lines(self, change: Callable[[Sequence[str]], Sequence[str]]) -> None:
        """Put `change` of the selected lines in their place as one step; as many lines as there were."""
        rows = self.selected_rows()
        old = [self.document.get_line(row) for row in rows]
        new = list(change(old))
        if self.read_only or new == old:
            return
        start, end = self.selection
        with self.one_step():
            self.replace("\n".join(new), (rows[0], 0), (rows[-1], len(old[-1])), maintain_selection_offset=False)

        def moved(place: tuple[int, int]) -> tuple[int, int]:
            """Where the same character is now."""
            row, column = place
            if row not in rows:
                return place
            was, now = old[row - rows[0]], new[row - rows[0]]
            return row, max(0, min(len(now), column + len(now) - len(was))) if column or start == end else 0

        self.selection = Selection(moved(start), moved(end))

    def action_indent(self) -> None:
        """The selected lines, or the cursor's, four spaces further in."""
        self.change_lines(indent)

    def action_outdent(self) -> None:
        """The selected lines, or the cursor's, up to four spaces further out."""
        self.change_lines(outdent)

    def action_toggle_comment(self) -> None:
        """Comment the selected lines, or the cursor's, out or bring them back."""
        if has_comments(self.file_name):
            self.change_lines(toggle_comment)


def difference(old: str, new: str) -> tuple[int, int, str]:
    """`start`, `end` and a text: `old[:start] + text + old[end:]` is `new`, with as little text as it takes."""
    start = _same(old, new)
    same = _same(old[start:][::-1], new[start:][::-1])
    return start, len(old) - same, new[start : len(new) - same]


def _same(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def _place(text: str, offset: int) -> tuple[int, int]:
    """Row and column of `offset`, both from 0."""
    return text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1
