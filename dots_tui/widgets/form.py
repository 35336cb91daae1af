"""The settings form of an env file: one drawn widget, a row a key, grouped under headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message

from dots_tui.widgets.form_popups import PickValue, TypeValue
from dots_tui.widgets.glyphs import clean
from dots_tui.widgets.row_list import MARGIN, RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME_SHARE = 0.55  # of the width, at most, for the names
MARKS = {"error": "bad", "warning": "warning", "info": "info"}
INTEGER = re.compile(r"[+-]?[0-9]+")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
TRUE = ("true", "1", "yes", "on")


@dataclass(frozen=True)
class Row:
    """One setting as the form shows it."""

    name: str
    group: str = ""
    kind: str = "text"
    """One of "choice", "track" (a choice with many values), "switch", "number" and "text"."""
    choices: tuple[str, ...] = ()
    value: str | None = None
    """The value the file gives it, None when the file does not have the key."""
    default: str = ""
    unit: str = ""
    help: str = ""
    mark: str = ""
    """The worst finding about it: "error", "warning", "info", or "" for none."""
    commented: bool = False
    """The file has the key only in a comment."""
    minimum: float | None = None
    maximum: float | None = None
    integer: bool = False

    @property
    def shown(self) -> str:
        """The value, or what holds without one."""
        return self.default if self.value is None else self.value

    @property
    def on(self) -> bool:
        """Whether a switch is on."""
        return self.shown.strip().lower() in TRUE


def wrong(row: Row, text: str) -> str:
    """What speaks against *text* as the value of a number or text row; "" when nothing does."""
    if row.kind != "number":
        return "" if text.isprintable() else "The value must be one line of printable characters."
    if not (INTEGER if row.integer else NUMBER).fullmatch(text):
        return f"{text!r} is not a {'whole ' if row.integer else ''}number."
    number = float(text)
    if row.minimum is not None and number < row.minimum:
        return f"At least {row.minimum:g}."
    if row.maximum is not None and number > row.maximum:
        return f"At most {row.maximum:g}."
    return ""


class EnvForm(RowList):
    """Rows of settings. Enter, space or a second click edits: a switch turns, a choice opens a list, the rest a line.

    The form changes nothing itself: it posts `Changed`, and shows what it is given with `set_rows`.
    """

    DEFAULT_CSS = """
    EnvForm { height: 1fr; min-height: 3; }
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
        self._rows: tuple[Row, ...] = ()
        self._shown: list[Row | str] = []  # rows, and the names of groups as headings
        self._filter = ""
        self._key = ""
        self._names = 0

    @property
    def key(self) -> str:
        """The key the cursor is on, "" when there is none."""
        row = self._shown[self.cursor] if 0 <= self.cursor < len(self._shown) else ""
        return row.name if isinstance(row, Row) else ""

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show *rows*, in this order; the cursor stays on its key."""
        self._rows = tuple(rows)
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only rows with *text* in their name, group, value or help; "" shows all."""
        self._filter = text.strip().lower()
        self.empty = f"No setting matches {self._filter!r}." if self._filter else ""
        self._arrange()

    def show_key(self, key: str) -> bool:
        """Put the cursor on *key*; False when it is not shown."""
        for index, row in enumerate(self._shown):
            if isinstance(row, Row) and row.name == key:
                self.cursor = index
                return True
        return False

    def _arrange(self) -> None:
        key = self.key or self._key
        self._shown = []
        group = ""
        for row in self._rows:
            if self._filter and self._filter not in f"{row.name} {row.group} {row.shown} {row.help}".lower():
                continue
            if row.group != group:
                group = row.group
                self._shown.append(group)
            self._shown.append(row)
        self._names = max((len(row.name) for row in self._rows), default=0) + 2
        self.redraw()
        if not self.show_key(key):
            self.action_edge(1)
        self.highlight(self.cursor)

    # drawing

    def line_count(self) -> int:
        return len(self._shown)

    def selectable(self, index: int) -> bool:
        return isinstance(self._shown[index], Row)

    def line_text(self, index: int, width: int) -> Text:
        row = self._shown[index]
        if isinstance(row, str):
            return Text(clean(row), style=self.tint("heading"))
        names = self._name_width(width)
        quiet = row.value is None or row.commented
        text = Text(end="", no_wrap=True)
        name = Text(row.name, style=self.tint("muted") if quiet else "")
        name.truncate(names - 1, overflow="ellipsis", pad=True)
        text.append_text(name).append(" ")
        value = self._value(row)
        if quiet:
            value.append(f" {self.glyph('dot')} {'commented' if row.commented else 'default'}")
            value.stylize(self.tint("muted"))
        value.truncate(max(1, width - names - 4), overflow="ellipsis", pad=True)
        text.append_text(value)
        text.append(f" {self.glyph('choice')}" if row.kind in ("choice", "track") else "  ", self.tint("muted"))
        if row.mark:
            text.append(f" {self.glyph(row.mark)}", self.tint(MARKS[row.mark]))
        return text

    def _name_width(self, width: int) -> int:
        return max(4, min(self._names, int(width * NAME_SHARE)))

    def _value(self, row: Row) -> Text:
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
        if not isinstance(row, Row):
            return
        done = partial(self._changed, row)
        if row.kind == "switch":
            done("False" if row.on else "True")
            return
        names = self._name_width(self.page.width - MARGIN)
        corner = self.content_region.offset
        place = Offset(corner.x + names, corner.y + index - self.scroll_offset.y - 1)
        width = self.page.width - names
        if row.kind == "track":
            self.post_message(self.TrackWanted(self, row.name))
        elif row.kind == "choice" and row.choices:
            self.app.push_screen(PickValue(row.name, row.choices, row.shown, place, width), done)
        else:
            self.app.push_screen(TypeValue(row.name, row.shown, partial(wrong, row), place, width), done)

    def _changed(self, row: Row, value: str | None) -> None:
        if value is not None and (value != row.value or row.commented):
            self.post_message(self.Changed(self, row.name, value))
