"""The settings form of a file: one painted widget with a row for each key, grouped under headings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region

from dots_tui.ui.widgets.form_messages import EditorWanted, KeyHighlighted, TrackWanted, give
from dots_tui.ui.widgets.form_paint import FormPainter, name_width
from dots_tui.ui.widgets.form_popups import PickValue, Popup, TypeValue
from dots_tui.ui.widgets.form_rows import FormLayout, FormLine, FormRow, wrong
from dots_tui.ui.widgets.own_list import Own
from dots_tui.ui.widgets.row_list import MARGIN, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text
    from textual import events


class EnvForm(RowList):
    """Rows of settings. Enter, space or a second click edits: a switch flips, a choice opens a list, others a line.

    The form changes no file: it posts messages (`form_messages`) and shows the rows of `set_rows`.
    """

    DEFAULT_CSS = "EnvForm { height: 1fr; min-height: 3; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "choose", "Edit", show=False)]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self.lines = FormLayout()
        self._painter = FormPainter(self)
        self._key = ""

    @property
    def key(self) -> str:
        """The key under the cursor, "" if there is none."""
        row = self.lines.row(self.cursor)
        return row.name if row is not None else ""

    def set_rows(self, rows: Sequence[FormRow], free: Sequence[str] = ()) -> None:
        """Show `rows` in this order, and the `free` comments below; the cursor stays on its key."""
        if (tuple(rows), tuple(free)) != (self.lines.rows, self.lines.free):
            self.lines.rows, self.lines.free = tuple(rows), tuple(free)
            self._arrange()

    def start_over(self) -> None:
        """Forget the rows and the cursor: another file follows."""
        self._key = ""
        self.set_rows(())

    def set_filter(self, text: str) -> None:
        """Show only rows with `text` in their name, group, value or help; "" shows all."""
        self.lines.filter = text.strip().lower()
        self.empty = f"No setting matches {self.lines.filter!r}." if self.lines.filter else ""
        self._arrange()

    def show_key(self, key: str) -> bool:
        """Move the cursor to `key`. Return False if it is not shown."""
        if self.lines.index(key) >= 0:
            self.cursor = self.lines.index(key)
        return self.key == key

    def _arrange(self) -> None:
        key = self.key or self._key
        self.lines.arrange()
        self.redraw()
        if not self.show_key(key) and (self.lines.filter or self.cursor < 0):
            self.action_edge(1)
        self.highlight(self.cursor)

    def on_resize(self, _event: events.Resize) -> None:
        self.call_after_refresh(lambda: self.show_row(self.cursor))

    def line_count(self) -> int:
        return len(self.lines.lines)

    def selectable(self, index: int) -> bool:
        return self.lines.row(index) is not None

    def show_row(self, index: int) -> None:
        if index >= 0:
            above = self.lines.above(index, self.page.height)
            region = Region(0, above, 1, index - above + 1)
            self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def line_text(self, index: int, width: int) -> Text:
        line = self.lines.lines[index]
        if isinstance(line, FormLine):
            return self._painter.heading(line, width)
        return self._painter.row(line, name_width(self.lines.names, width), width)

    def highlight(self, index: int) -> None:  # noqa: ARG002 - the row under the cursor
        if self.key and self.key != self._key:
            self._key = self.key
            self.post_message(KeyHighlighted(self, self._key))

    def choose(self, index: int) -> None:
        row = self.lines.row(index)
        assert row is not None  # only rows are selectable
        if row.kind == "switch":
            give(self, row, "False" if row.on else "True")
        elif row.kind == "track":
            self.post_message(TrackWanted(self, row.name))
        elif row.kind == "opens":
            self.post_message(EditorWanted(self, row.name))
        else:
            self.app.push_screen(_popup(self, row, index))


def _popup(form: EnvForm, row: FormRow, index: int) -> Popup:
    """Return the list or the line that asks for the value of `row`, placed over its value on line `index`."""
    names = name_width(form.lines.names, form.page.width - MARGIN)
    corner, width = form.content_region.offset, form.page.width - names
    place = Offset(corner.x + names, corner.y + index - form.scroll_offset.y - 1)
    if not row.choices:
        return TypeValue(form, row, place, width, partial(wrong, row))
    judge = partial(_judged, row) if row.open or row.kind != "choice" else None
    return PickValue(form, row, place, width, judge)


def _judged(row: FormRow, text: str) -> Own:
    """Return the response to a typed value that is not one of the choices."""
    problem = wrong(row, text)
    return Own(problem, not problem)
