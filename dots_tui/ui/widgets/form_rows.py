"""The lines of the settings form: rows of settings, headings and comments."""

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
    """One setting of the form."""

    name: str
    group: str = ""
    kind: str = "text"
    """One of "choice", "track" and "opens" (the pane has something for them), "switch", "number", "text" and "json"
    (a value as it is written in JSON)."""
    choices: tuple[str, ...] = ()
    """The values of a choice, or suggestions for a number."""
    value: str | None = None
    """The value in the file, None if the file does not have the key."""
    default: str = ""
    """The value that applies without one."""
    unit: str = ""
    help: str = ""
    mark: str = ""
    """The severity of the worst finding: "error", "warning", "info", or "" for none."""
    commented: bool = False
    """True if the file has the key only in a comment."""
    minimum: float | None = None
    maximum: float | None = None
    integer: bool = False
    label: str = ""
    """The text shown instead of the name."""
    origin: str = "default"
    """The source of `default`, in a word or two."""
    open: bool = False
    """True if a choice accepts values besides `choices`."""
    above: tuple[str, ...] = ()
    """The comment lines above the key."""
    behind: str = ""
    """The comment behind the value."""

    @property
    def shown(self) -> str:
        """The value, or the default."""
        return self.default if self.value is None else self.value

    @property
    def unset(self) -> bool:
        """True if the file does not set the key."""
        return self.value is None or self.commented

    @property
    def on(self) -> bool:
        """True if a switch is on."""
        return self.shown.strip().lower() in TRUE

    @property
    def picked(self) -> bool:
        """True if a list or an editor opens for the row."""
        return self.kind in ("choice", "track", "opens") or (bool(self.choices) and self.kind != "switch")

    def matches(self, wanted: str) -> bool:
        """Return True if any text of the row contains `wanted`, in lower case."""
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
    """Yield the lines of the form: rows under their groups and comments; at the end comments without a row.

    With `wanted`, in lower case, only the lines that contain it.
    """
    group = ""
    for row in rows:
        if wanted and not row.matches(wanted):
            continue
        if row.group != group:
            group = row.group
            yield FormLine(group, "heading")
        comment = " ".join(row.above)
        if comment and comment.lower() != group.lower():  # the heading says it already
            yield FormLine(comment, "comment")
        yield row
    found = [text for text in free if wanted in text.lower()]
    if found:
        yield FormLine("Comments without a key", "heading")
        yield from (FormLine(text, "comment") for text in found)


def wrong(row: FormRow, text: str) -> str:
    """Return the problem of `text` as a typed value of a row, "" if there is none."""
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
    raise ValueError(f"{word} is not a number")
