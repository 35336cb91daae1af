"""One value in an env file as a shell word: what its quotes mean, and how to write a value so that bash reads it.

Known here are quotes, backslashes and the plain references ``$NAME``, ``${NAME}`` and ``${NAME:-default}``.
In a value, a reference stands for what it expands to; every other ``$`` is a dollar sign.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

REFERENCE = re.compile(
    r"\$(?:(?P<plain>[A-Za-z_][A-Za-z0-9_]*)"
    r"|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)(?P<default>:?-[A-Za-z0-9_./:,+@%-]*)?\})"
)
"""A reference that is expanded when read, and kept as a reference when written."""

_BARE = re.compile(r"[A-Za-z0-9_./:,+@%=#!?*^\x80-\U0010ffff-]*")
_SPECIAL_IN_DOUBLE_QUOTES = frozenset('$`"\\')
QUOTED_OR_ESCAPED = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|\\.""")
_PLAIN_RUN = re.compile(r"""[^ \t'"\\]+""")
_QUOTED_RUN = re.compile(r"""[^"\\]+""")
BLANKS = " \t"


class ValuePart(NamedTuple):
    """A stretch of a word; in a ``literal`` one, ``$`` is a dollar sign."""

    text: str
    literal: bool


class ValueWord(NamedTuple):
    """A shell word at the start of a text."""

    end: int
    """Where the word ends: at the first blank outside quotes."""
    parts: tuple[ValuePart, ...]
    """The text without quotes and backslashes, references as they are written."""
    quote: str
    """The quote around the whole word, or "" when it is bare or mixed."""
    closed: bool
    """False when a quote is not closed; ``end`` and ``parts`` mean nothing then."""


def read_word(text: str) -> ValueWord:
    """Read the word that ``text`` starts with, as bash would (an empty word is a word)."""
    parts: list[ValuePart] = []
    position = 0
    while position < len(text) and text[position] not in BLANKS:
        char = text[position]
        if char == "'":
            end = text.find("'", position + 1)
            if end < 0:
                return ValueWord(position, (), "", False)
            parts.append(ValuePart(text[position + 1 : end], True))
            position = end + 1
        elif char == '"':
            end = _read_double_quoted(text, position + 1, parts)
            if end < 0:
                return ValueWord(position, (), "", False)
            position = end
        elif char == "\\":
            parts.append(ValuePart(text[position + 1 : position + 2], True))
            position = min(position + 2, len(text))
        else:
            end = _run(_PLAIN_RUN, text, position)
            parts.append(ValuePart(text[position:end], False))
            position = end
    return ValueWord(position, _joined(parts), _quote_around(text[:position]), True)


def _run(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Where the characters of ``pattern`` that start at ``position`` end; there is at least one."""
    match = pattern.match(text, position)
    return match.end() if match else position + 1


def _read_double_quoted(text: str, position: int, parts: list[ValuePart]) -> int:
    """Append what stands up to the closing quote; returns the place behind that quote, or -1."""
    while position < len(text):
        char = text[position]
        if char == '"':
            return position + 1
        if char == "\\" and text[position + 1 : position + 2] in _SPECIAL_IN_DOUBLE_QUOTES:
            parts.append(ValuePart(text[position + 1], True))
            position += 2
        else:
            end = _run(_QUOTED_RUN, text, position)
            parts.append(ValuePart(text[position:end], False))
            position = end
    return -1


def _joined(parts: list[ValuePart]) -> tuple[ValuePart, ...]:
    """Neighbours of one kind made one, so that a reference is never cut in two."""
    return tuple(
        ValuePart("".join(part.text for part in group), literal)
        for literal, group in itertools.groupby(parts, key=lambda part: part.literal)
    )


def _quote_around(raw: str) -> str:
    """The quote style of a whole word: ' or " when nothing else is in it."""
    if len(raw) >= 2 and raw[0] == raw[-1] == "'" and "'" not in raw[1:-1]:
        return "'"
    if len(raw) >= 2 and raw[0] == raw[-1] == '"' and re.fullmatch(r'(?:[^"\\]|\\.)*', raw[1:-1]):
        return '"'
    return ""


def unquoted(raw: str) -> str:
    """What of a raw value stands outside quotes and is not escaped: there, a shell acts on ; & | ( ) < and >."""
    return QUOTED_OR_ESCAPED.sub("", raw)


def write_word(value: str, quote: str = "") -> str:
    """``value`` as bash reads it back: bare where that is possible, else in double quotes.

    ``quote`` ("'" or '"') is the style of the old value and is kept where it can be. Raises ValueError for a
    value no single line of an env file can hold.
    """
    for char, name in (("\n", "a line break"), ("\r", "a line break"), ("\0", "a NUL character")):
        if char in value:
            raise ValueError(f"the value has {name} in it, which no env file can hold; write it on one line")
    has_reference = REFERENCE.search(value) is not None
    if quote == "'" and "'" not in value and not has_reference:
        return f"'{value}'"
    if quote != '"' and _is_bare(value):
        return value
    pieces: list[str] = []
    position = 0
    for reference in REFERENCE.finditer(value):
        pieces += [_escaped(value[position : reference.start()]), reference.group()]
        position = reference.end()
    pieces.append(_escaped(value[position:]))
    return '"' + "".join(pieces) + '"'


def _is_bare(value: str) -> bool:
    """Whether bash takes ``value`` as it is. Blanks of any script count as needing quotes."""
    rest = REFERENCE.sub("", value)
    return _BARE.fullmatch(rest) is not None and not value.startswith("#") and not any(c.isspace() for c in rest)


def _escaped(text: str) -> str:
    return "".join("\\" + char if char in _SPECIAL_IN_DOUBLE_QUOTES else char for char in text)
