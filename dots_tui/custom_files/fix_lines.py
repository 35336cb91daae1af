"""Mechanical fixes of how a line of an env file is written. What bash makes of the line stays as it was.

Each fixer takes a line and the keys that are set, and gives the lines to put in its place, or None when it cannot.
The aim is the form all readers agree on: KEY=value from column 1 to the end of the line, no quotes but where they are
needed, and comments only with # in column 1. The words of a comment stay, so that a setting that is commented out is
restored by deleting the #.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Callable, Optional

from dots_tui.custom_files.env_file import POSITIONS_KEY, EnvLine, read_line
from dots_tui.custom_files.words import BLANKS, write_word

Lines = Optional[tuple[str, ...]]
LineFixer = Callable[[EnvLine, Collection[str]], Lines]

_EXPORT = re.compile(r"[ \t]*export[ \t]+")
_CUT_SHORT = re.compile(r"[A-Za-z0-9_./:,+@%;&|()<>-]+")
POSITIONS = re.compile(r"[0-9.,;+-]*")


def commented_out(line: EnvLine) -> tuple[str, ...]:
    """The line as a comment; deleting the # gives it back."""
    return (f"#{line.text}",)


def _inline_comment(line: EnvLine, _: Collection[str]) -> Lines:
    entry = line.entry
    if entry is None or not entry.comment:
        return None
    text = line.text.rstrip(BLANKS)
    comment = entry.comment.lstrip("#").strip(BLANKS)
    return f"# {comment}" if comment else "#", text[: len(text) - len(entry.comment)].rstrip(BLANKS)


def _indented_comment(line: EnvLine, _: Collection[str]) -> Lines:
    return (line.text.strip(BLANKS),) if line.kind == "comment" else None


def _spaces_around_equals(line: EnvLine, _: Collection[str]) -> Lines:
    entry = line.entry
    if entry is None or entry.problem or any(char in entry.raw for char in ";&|<>()`"):
        return None
    key, _equals, value = line.text.partition("=")
    comes = value.lstrip(BLANKS)
    return (key.rstrip(BLANKS) + "=" + (value if comes.startswith("#") else comes),)


def _export_prefix(line: EnvLine, _: Collection[str]) -> Lines:
    if line.entry is None or line.entry.problem:
        return None
    return (_EXPORT.sub("", line.text, count=1),)


def _indented_key(line: EnvLine, _: Collection[str]) -> Lines:
    return (line.text.lstrip(BLANKS),)


def _trailing_blank(line: EnvLine, _: Collection[str]) -> Lines:
    return (line.text.rstrip(BLANKS),)


def with_value(line: EnvLine, written: str) -> Lines:
    """The line with ``written`` in the place of its value; None when the value is not one word."""
    entry = line.entry
    if entry is None or entry.problem:
        return None
    start = entry.start - line.start
    return (line.text[:start] + written + line.text[start + len(entry.raw) :],)


def _needless_quotes(line: EnvLine, _: Collection[str]) -> Lines:
    entry = line.entry
    return with_value(line, entry.value) if entry is not None and write_word(entry.value) == entry.value else None


def _shell_character(line: EnvLine, _: Collection[str]) -> Lines:
    """Only a value that can hardly be meant as anything but text is put in quotes."""
    entry = line.entry
    if entry is None or not _CUT_SHORT.fullmatch(entry.raw):
        return None
    return with_value(line, write_word(entry.value, '"'))


def _worker_quotes(line: EnvLine, keys: Collection[str]) -> Lines:
    entry = line.entry
    if entry is not None and entry.key == POSITIONS_KEY and POSITIONS.fullmatch(entry.value):
        return with_value(line, f'"{entry.value}"')
    return _needless_quotes(line, keys)


def _worker_line(line: EnvLine, keys: Collection[str]) -> Lines:
    """An empty line goes; a line that sets a key begins with it and ends with its value.

    A line that sets another name beside one that sets the key becomes a comment: its value has never counted.
    """
    if line.kind == "blank":
        return ()
    entry = line.entry
    if line.kind != "entry" or entry is None:
        return None
    if (entry.exported or entry.indent or entry.spaces[0]) and entry.key in keys:
        return commented_out(line)
    for wrong, fixer in (
        (entry.exported, _export_prefix),
        (any(entry.spaces), _spaces_around_equals),
        (bool(entry.indent), _indented_key),
        (bool(entry.trailing), _trailing_blank),
    ):
        lines = fixer(line, keys) if wrong else (line.text,)
        if lines is None:
            return None
        line = read_line(lines[0], line.number, line.start)
    return (line.text,)


FORMAT: Mapping[str, LineFixer] = {
    "inline-comment": _inline_comment,
    "indented-comment": _indented_comment,
    "export-prefix": _export_prefix,
    "indented-key": _indented_key,
    "trailing-blank": _trailing_blank,
    "needless-quotes": _needless_quotes,
    "worker-comment": _inline_comment,
    "worker-quotes": _worker_quotes,
}
"""Fixers by the code of the finding that leave alone what bash reads."""
VALUE: Mapping[str, LineFixer] = {
    "spaces-around-equals": _spaces_around_equals,
    "shell-character": _shell_character,
    "worker-line": _worker_line,
}
"""Fixers of lines that their reader does not take as they are meant; what it reads of them changes."""
