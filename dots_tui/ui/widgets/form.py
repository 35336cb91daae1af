"""The settings form of a file: one drawn widget, a row a key, grouped under headings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region
from textual.message import Message

from dots_tui.ui.widgets.form_popups import PickValue, TypeValue
from dots_tui.ui.widgets.form_rows import FormLine, FormRow, arranged, wrong
from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.own_list import Own
from dots_tui.ui.widgets.row_list import MARGIN, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

NAME_SHARE = 0.55  # of the width, at most, for the names
MARKS = {"error": "bad", "warning": "warning", "info": "info"}


class EnvForm(RowList):
    """Rows of settings. Enter, space or a second click edits: a switch turns, a choice opens a list, the rest a line.

    The form changes nothing itself: it posts `Changed`, and shows what it is given with `set_rows`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lines-view--comment"}
    DEFAULT_CSS = """
    EnvForm { height: 1fr; min-height: 3; }
    EnvForm .lines-view--comment { color: $text-muted; text-style: italic; }
    EnvForm:ansi .lines-view--comment { text-style: dim italic; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "choose", "Edit", show=False)]

    class Changed(Message):
        """A value was given to a key; not posted when it is the value the file has."""

        def __init__(self, form: EnvForm, key: str, value: str) -> None:
            super().__init__()
            self.form, self.key, self.value = form, key, value

        @property
        def control(self) -> EnvForm:
            return self.form

    class EditorWanted(Message):
        """What a row stands for is too large for a row: the pane has an editor for it."""

        def __init__(self, form: EnvForm, key: str) -> None:
            super().__init__()
            self.form, self.key = form, key

        @property
        def control(self) -> EnvForm:
            return self.form

    class TrackWanted(Message):
        """The value of a track key is to be chosen: the pane has a picker that knows tracks."""

        def __init__(self, form: EnvForm, key: str) -> None:
            super().__init__()
            self.form, self.key = form, key

        @property
        def control(self) -> EnvForm:
            return self.form

    class Highlighted(Message):
        """The cursor came to another key."""

        def __init__(self, form: EnvForm, key: str) -> None:
            super().__init__()
            self.form, self.key = form, key

        @property
        def control(self) -> EnvForm:
            return self.form

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._rows: tuple[FormRow, ...] = ()
        self._free: tuple[str, ...] = ()
        self._shown: list[FormRow | FormLine] = []
        self._filter = ""
        self._key = ""
        self._names = 0

    @property
    def key(self) -> str:
        """The key the cursor is on, "" when there is none."""
        row = self._shown[self.cursor] if 0 <= self.cursor < len(self._shown) else None
        return row.name if isinstance(row, FormRow) else ""

    @property
    def rows(self) -> tuple[FormRow, ...]:
        """All rows, whatever the filter shows of them."""
        return self._rows

    def set_rows(self, rows: Sequence[FormRow], free: Sequence[str] = ()) -> None:
        """Show `rows`, in this order, and the `free` comments below; the cursor stays on its key."""
        new = (tuple(rows), tuple(free))
        if new != (self._rows, self._free):
            self._rows, self._free = new
            self._arrange()

    def start_over(self) -> None:
        """The next rows are those of another file: the cursor begins at the first."""
        self._rows, self._free, self._key = (), (), ""
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only rows with `text` in their name, group, value or help; "" shows all."""
        self._filter = text.strip().lower()
        self.empty = f"No setting matches {self._filter!r}." if self._filter else ""
        self._arrange()

    def show_key(self, key: str) -> bool:
        """Put the cursor on `key`; False when it is not shown."""
        for index, row in enumerate(self._shown):
            if isinstance(row, FormRow) and row.name == key:
                self.cursor = index
                return True
        return False

    def _arrange(self) -> None:
        key = self.key or self._key
        self._shown = list(arranged(self._rows, self._free, self._filter))
        self._names = max((len(row.label or row.name) for row in self._rows), default=0) + 2
        self.redraw()
        if not self.show_key(key) and (self._filter or self.cursor < 0):
            self.action_edge(1)
        self.highlight(self.cursor)

    def on_resize(self, _event: events.Resize) -> None:
        """The cursor stays in sight, with what stands above it."""
        self.call_after_refresh(self._keep_cursor)

    def _keep_cursor(self) -> None:
        if self.cursor >= 0:
            self.show_row(self.cursor)

    # drawing

    def line_count(self) -> int:
        return len(self._shown)

    def selectable(self, index: int) -> bool:
        return isinstance(self._shown[index], FormRow)

    def show_row(self, index: int) -> None:
        """With all headings and comments right above it, as far as they fit."""
        above = index
        while above > 0 and not self.selectable(above - 1) and index - above + 2 < self.page.height:
            above -= 1
        region = Region(0, above, 1, index - above + 1)
        self.scroll_to_region(region, animate=False, force=True, immediate=True)

    def line_text(self, index: int, width: int) -> Text:
        row = self._shown[index]
        if isinstance(row, FormLine):
            if row.kind == "heading":
                return Text(clean(row.text), style=self.tint("heading"))
            return self._cut(Text(f"# {clean(row.text)}", style=self.tint("comment")), width)
        names = self._name_width(width)
        quiet = row.value is None or row.commented
        text = Text(end="", no_wrap=True)
        name = Text(clean(row.label or row.name), style=self.tint("muted") if quiet else "")
        name.truncate(names - 1, overflow="ellipsis", pad=True)
        text.append_text(name).append(" ")
        value = self._value(row)
        if quiet:
            gap = " " if value.plain else ""
            value.append(f"{gap}{self.glyph('dot')} {'commented' if row.commented else row.origin}")
            value.stylize(self.tint("muted"))
        if row.behind:
            value.append(f"  # {clean(row.behind)}", self.tint("comment"))
        value.truncate(max(1, width - names - 4), overflow="ellipsis", pad=True)
        text.append_text(value)
        text.append(f" {self.glyph('choice')}" if row.picked else "  ", self.tint("muted"))
        if row.mark:
            text.append(f" {self.glyph(row.mark)}", self.tint(MARKS[row.mark]))
        return text

    @staticmethod
    def _cut(text: Text, width: int) -> Text:
        text.truncate(max(1, width), overflow="ellipsis")
        return text

    def _name_width(self, width: int) -> int:
        return max(4, min(self._names, int(width * NAME_SHARE)))

    def _value(self, row: FormRow) -> Text:
        if row.kind == "switch":
            return Text("[x] on" if row.on else "[ ] off")
        text = Text(clean(row.shown))
        if row.unit and row.shown:
            text.append(f" {row.unit}", self.tint("muted"))
        return text

    # editing

    def highlight(self, index: int) -> None:
        del index
        if self.key and self.key != self._key:
            self._key = self.key
            self.post_message(self.Highlighted(self, self._key))

    def choose(self, index: int) -> None:
        row = self._shown[index]
        if not isinstance(row, FormRow):
            return
        done = partial(self._changed, row)
        if row.kind == "switch":
            done("False" if row.on else "True")
            return
        names = self._name_width(self.page.width - MARGIN)
        corner = self.content_region.offset
        place = Offset(corner.x + names, corner.y + index - self.scroll_offset.y - 1)
        width = self.page.width - names
        title = row.label or row.name
        if row.kind == "track":
            self.post_message(self.TrackWanted(self, row.name))
        elif row.kind == "opens":
            self.post_message(self.EditorWanted(self, row.name))
        elif row.choices:
            judge = partial(_judged, row) if row.open or row.kind != "choice" else None
            self.app.push_screen(PickValue(title, row.choices, row.shown, place, width, judge), done)
        else:
            self.app.push_screen(TypeValue(title, row.shown, partial(wrong, row), place, width), done)

    def _changed(self, row: FormRow, value: str | None) -> None:
        if value is not None and (value != row.value or row.commented):
            self.post_message(self.Changed(self, row.name, value))


def _judged(row: FormRow, text: str) -> Own:
    """What is said of a value that is none of those to pick from."""
    problem = wrong(row, text)
    return Own(problem, not problem)
