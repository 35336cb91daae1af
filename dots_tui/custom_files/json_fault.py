"""Where and why a text is no JSON, in words a racer understands, and the repair where there is only one.

Python's own parser names the place where it gave up, which is often a line behind the fault: a missing comma shows at
the next key. This scanner is tolerant: it goes on after comments, commas and other slips, and notes each.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

from dots_tui.custom_files.findings import shown

DEEPEST = 100
"""Brackets in each other are followed this far."""
_BLANKS = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\n]*|#[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])", re.ASCII)
_WORD = re.compile(r"[^\s,:{}\[\]\"']+")
_LITERALS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
_PYTHON = {"True": "true", "False": "false", "None": "null"}
_ODD_SIGNS = {
    "\u201c": "a typographic quote", "\u201d": "a typographic quote", "\u201e": "a typographic quote",
    "\u2018": "a typographic quote", "\u2019": "a typographic quote", "\u00a0": "a no-break space",
    "\uff1a": "a full-width colon", "\uff0c": "a full-width comma", "\ufeff": "an invisible byte order mark",
    "\u200b": "an invisible zero-width space",
}  # fmt: skip
_PAIRS = {"{": "}", "[": "]"}
_LONGEST_WORD = 30


class Slip(NamedTuple):
    """One thing that is no JSON."""

    position: int
    what: str
    """A sentence without its full stop."""
    advice: str
    cut: tuple[int, int] | None = None
    """The stretch of text to replace, where the repair is certain."""
    instead: str = ""


@dataclass(frozen=True)
class JsonFault:
    """The first fault of a text that is no JSON."""

    line: int
    """From 1."""
    message: str
    advice: str
    repairable: bool
    """Whether :func:`repaired` gives JSON."""


def fault(text: str) -> JsonFault | None:
    """The first fault of ``text``; None when it is JSON, or nothing but its place is known."""
    slips = _Scanner(text).slips()
    if not slips:
        return None
    first = slips[0]
    line = text.count("\n", 0, first.position) + 1
    return JsonFault(line, first.what, first.advice, _repaired(text, slips) is not None)


def repaired(data: bytes) -> bytes | None:
    """``data`` without comments, and with its commas right; None when that does not make it JSON."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    after = _repaired(text, _Scanner(text).slips())
    return after.encode() if after is not None else None


def _repaired(text: str, slips: list[Slip]) -> str | None:
    if not slips or any(slip.cut is None for slip in slips):
        return None
    for slip in reversed(slips):
        assert slip.cut is not None  # asked above
        start, end = slip.cut
        text = text[:start] + slip.instead + text[end:]
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return None
    return text


class _Stop(Exception):
    """The scanner does not know how to go on."""


class _Scanner:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self._text = text.removeprefix("\ufeff")
        self._shift = len(text) - len(self._text)
        self._at = 0
        self._found: list[Slip] = []

    def slips(self) -> list[Slip]:
        """Every slip up to the first one that cannot be passed over, in the order of the text."""
        try:
            self._skip()
            self._value(0)
            self._skip()
            if self._at < len(self._text):
                char = self._text[self._at]
                what = f'There is a "{char}" too many' if char in "}]," else "Something stands behind the last }"
                self._stop(self._at, what, "Delete it.")
        except _Stop:
            pass
        moved = []
        for slip in sorted(self._found, key=lambda slip: slip.position):
            cut = (slip.cut[0] + self._shift, slip.cut[1] + self._shift) if slip.cut is not None else None
            moved.append(slip._replace(position=slip.position + self._shift, cut=cut))
        return moved

    # -- notes -----------------------------------------------------------------------------------

    def _note(self, at: int, what: str, advice: str, cut: tuple[int, int] | None = None, instead: str = "") -> None:
        self._found.append(Slip(at, what, advice, cut, instead))

    def _stop(self, at: int, what: str, advice: str) -> None:
        self._note(at, what, advice)
        raise _Stop

    # -- reading ---------------------------------------------------------------------------------

    def _skip(self) -> None:
        """Pass over blanks and comments."""
        while True:
            match = _BLANKS.match(self._text, self._at)
            assert match is not None  # the pattern matches nothing, too
            self._at = match.end()
            comment = _COMMENT.match(self._text, self._at)
            if comment is None:
                return
            start = self._at
            while start and self._text[start - 1] in " \t":
                start -= 1
            self._note(self._at, "This is a comment, and JSON has none", "Delete the comment.", (start, comment.end()))
            self._at = comment.end()

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _value(self, depth: int) -> None:
        char = self._peek()
        if depth > DEEPEST:
            self._stop(self._at, "The brackets are nested too deeply", "Take the default file and change it.")
        if char in _PAIRS:
            self._members(char, depth)
        elif char == '"':
            self._string()
        elif not char:
            self._stop(len(self._text.rstrip()) - 1, "The file ends too early: a value is missing", "Add the value.")
        else:
            self._bare()

    def _string(self) -> None:
        match = _STRING.match(self._text, self._at)
        if match is None:
            self._stop(self._at, 'A text is not closed: its second " is missing', 'Add the " at the end of the text.')
            return
        self._at = match.end()

    def _bare(self) -> None:
        """A number, a literal, or something that is neither."""
        number = _NUMBER.match(self._text, self._at)
        if number is not None:
            self._at = number.end()
            return
        char, start = self._peek(), self._at
        self._odd(char, start)
        if char == "'":
            self._stop(start, "JSON has no single quotes", 'Write the text in double quotes: "...".')
        if char in ",}]":
            self._stop(start, "A value is missing", "Write the value.")
        match = _WORD.match(self._text, start)
        word = match.group() if match is not None else char
        if word in _LITERALS:
            self._at = start + len(word)
        elif word in _PYTHON:
            instead = _PYTHON[word]
            self._note(start, f"JSON has no {word}", f"Write {instead}.", (start, start + len(word)), instead)
            self._at = start + len(word)
        elif re.fullmatch(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?", word):
            self._stop(start, f"{_short(word)} is no number of JSON", "Write it as 1, 0.5 or 1e-4.")
        else:
            self._stop(
                start, f"{_short(word)} is no value of JSON", f'Write a text in double quotes: "{_short(word)}".'
            )

    def _odd(self, char: str, at: int) -> None:
        if char in _ODD_SIGNS:
            name = f"{_ODD_SIGNS[char]} (U+{ord(char):04X})"
            self._stop(at, f"There is {name}, which JSON does not know", "Type the plain ASCII sign.")

    # -- objects and lists -----------------------------------------------------------------------

    def _members(self, opener: str, depth: int) -> None:
        start = self._at
        closer = _PAIRS[opener]
        self._at += 1
        ended, comma = -1, -1
        while True:
            self._skip()
            char = self._peek()
            if not char:
                self._unclosed(start, opener)
            if char == closer:
                self._at += 1
                if comma >= 0:
                    what = f"There is a comma behind the last value, before the {closer}"
                    self._note(comma, what, "Delete the comma.", (comma, comma + 1))
                return
            if char in "}]":
                what = f'There is a "{char}" where the "{opener}" of line {self._line(start)} wants a "{closer}"'
                self._stop(self._at, what, f"Write {closer}.")
            if char == ",":
                self._note(self._at, "There is a comma too many", "Delete the comma.", (self._at, self._at + 1))
                self._at += 1
                continue
            if ended >= 0 and comma < 0:
                self._missing_comma(ended)
            if opener == "{":
                self._key()
            self._value(depth + 1)
            ended, comma = self._at, -1
            self._skip()
            if self._peek() == ",":
                comma = self._at
                self._at += 1

    def _missing_comma(self, ended: int) -> None:
        char, at = self._peek(), self._at
        self._odd(char, at)
        if char not in '"{[-0123456789tfnTFN' and not char.isalpha():
            self._stop(at, f"{_short(char)} is not expected here", "Write a comma, or delete it.")
        self._note(
            ended, "A comma is missing behind the value that ends here", "Add a comma behind it.", (ended, ended), ","
        )

    def _key(self) -> None:
        char, at = self._peek(), self._at
        self._odd(char, at)
        if char == "'":
            self._stop(at, "JSON has no single quotes", 'Write the key in double quotes: "...".')
        if char != '"':
            match = _WORD.match(self._text, at)
            word = _short(match.group() if match is not None else char)
            self._stop(at, f"The key {word} has no quotes", f'Write "{word}".')
        self._string()
        self._skip()
        char = self._peek()
        self._odd(char, self._at)
        if char == "=":
            self._note(
                self._at, "There is an = in the place of the colon", "Write a colon.", (self._at, self._at + 1), ":"
            )
        elif char != ":":
            self._stop(at, "The colon behind the key is missing", 'Write "key": value.')
        self._at += 1
        self._skip()

    def _unclosed(self, start: int, opener: str) -> None:
        closer = _PAIRS[opener]
        what = f'A {closer} is missing: the "{opener}" of line {self._line(start)} is never closed'
        self._stop(max(0, len(self._text.rstrip()) - 1), what, f"Add {closer} where it ends.")

    def _line(self, position: int) -> int:
        return self._text.count("\n", 0, position) + 1


def _short(word: str) -> str:
    text = shown(word)
    return text if len(text) <= _LONGEST_WORD else text[: _LONGEST_WORD - 1] + "…"
