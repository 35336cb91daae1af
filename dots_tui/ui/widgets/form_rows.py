"""What the settings form shows: rows, and lines between them that say something and cannot be changed."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

INTEGER = re.compile(r"[+-]?[0-9]+")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
TRUE = ("true", "1", "yes", "on")


@dataclass(frozen=True)
class FormRow:
    """One setting as the form shows it."""

    name: str
    group: str = ""
    kind: str = "text"
    """One of "choice", "track" and "opens" (the pane has something for them), "switch", "number", "text" and "json"
    (a value as it is written in JSON)."""
    choices: tuple[str, ...] = ()
    """The values of a choice; of a number those worth suggesting."""
    value: str | None = None
    """The value the file gives it, None when the file does not have the key."""
    default: str = ""
    """What holds without one."""
    unit: str = ""
    help: str = ""
    mark: str = ""
    """The worst finding about it: "error", "warning", "info", or "" for none."""
    commented: bool = False
    """The file has the key only in a comment."""
    minimum: float | None = None
    maximum: float | None = None
    integer: bool = False
    label: str = ""
    """What is shown in place of the name."""
    origin: str = "default"
    """Where `default` comes from, in a word or two."""
    open: bool = False
    """A choice that takes other values than `choices`, too."""
    above: tuple[str, ...] = ()
    """The comment lines above the key."""
    behind: str = ""
    """The comment behind the value."""

    @property
    def shown(self) -> str:
        """The value, or what holds without one."""
        return self.default if self.value is None else self.value

    @property
    def unset(self) -> bool:
        """True if the file does not set the key."""
        return self.value is None or self.commented

    @property
    def on(self) -> bool:
        """Whether a switch is on."""
        return self.shown.strip().lower() in TRUE

    @property
    def picked(self) -> bool:
        """Whether a list to pick from, or something larger, opens for it."""
        return self.kind in ("choice", "track", "opens") or (bool(self.choices) and self.kind != "switch")

    def matches(self, wanted: str) -> bool:
        """Whether `wanted`, in lower case, is in anything that is known of the row."""
        words = (self.name, self.label, self.group, self.shown, self.help, *self.above, self.behind)
        return any(wanted in text.lower() for text in words)


class FormLine(NamedTuple):
    """A line between the rows: the name of a group ("heading"), or a comment ("comment")."""

    text: str
    kind: str


class FormLayout:
    """The lines of the form: rows under their groups, the comments, and what a filter leaves of them."""

    def __init__(self) -> None:
        self.rows: tuple[FormRow, ...] = ()
        self.free: tuple[str, ...] = ()
        """Comments without a row."""
        self.lines: tuple[FormRow | FormLine, ...] = ()
        """The visible lines."""
        self.filter = ""
        """Lower-case text that the visible lines contain; "" for all lines."""
        self.names = 0
        """Cells of the longest name, with a gap."""

    def arrange(self) -> None:
        """Make `lines` of the current rows, comments and filter."""
        self.lines = tuple(_arranged(self.rows, self.free, self.filter))
        self.names = max((len(row.label or row.name) for row in self.rows), default=0) + 2

    def row(self, index: int) -> FormRow | None:
        """Return the row at line `index`, if a row is there."""
        line = self.lines[index] if 0 <= index < len(self.lines) else None
        return line if isinstance(line, FormRow) else None

    def index(self, key: str) -> int:
        """Return the line of the row of `key`, -1 if it is not visible."""
        return next((at for at, row in enumerate(self.lines) if isinstance(row, FormRow) and row.name == key), -1)

    def above(self, index: int, height: int) -> int:
        """Return the first of the headings and comments directly above line `index`, as far as `height` lines allow."""
        first = index
        while first > 0 and self.row(first - 1) is None and index - first + 2 < height:
            first -= 1
        return first


def _arranged(rows: Sequence[FormRow], free: Sequence[str], wanted: str) -> Iterator[FormRow | FormLine]:
    """The lines of the form: rows under their groups and comments; at the end comments without a row.

    With `wanted`, in lower case, only what has it in it.
    """
    group = ""
    for row in rows:
        if wanted and not row.matches(wanted):
            continue
        if row.group != group:
            group = row.group
            yield FormLine(group, "heading")
        comment = " ".join(row.above)
        if comment and comment.lower() != group.lower():  # said by the heading already
            yield FormLine(comment, "comment")
        yield row
    found = [text for text in free if wanted in text.lower()]
    if found:
        yield FormLine("Comments without a key", "heading")
        yield from (FormLine(text, "comment") for text in found)


def wrong(row: FormRow, text: str) -> str:
    """What speaks against `text` as the value of a row that is typed; "" when nothing does."""
    if row.kind == "json":
        try:
            json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            return f"Not valid JSON: {error}."
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


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")
