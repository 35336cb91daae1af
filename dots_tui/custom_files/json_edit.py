"""Where the values of a JSON text stand, and changing one of them with every other byte kept.

For texts that :class:`~dots_tui.custom_files.json_file.JsonFile` has found to be valid.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

_BOM = "\ufeff"
_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Member(NamedTuple):
    """A member of an object, or an element of a list (which has no key)."""

    key: str
    key_start: int
    """Where the key's quote stands; for an element of a list where the value starts."""
    start: int
    end: int


def to_text(data: bytes) -> str:
    """``data`` as text, a byte order mark included. Raises UnicodeDecodeError when it is none."""
    return data.decode("utf-8")


def top(text: str) -> int:
    """Where the value at the top starts."""
    return _skip(text, len(_BOM) if text.startswith(_BOM) else 0)


def members(text: str, start: int) -> list[Member]:
    """What is in the object or list that starts at ``start``, in the order it is written."""
    is_object = text[start] == "{"
    found = []
    at = _skip(text, start + 1)
    while text[at] not in "}]":
        key, key_start = "", at
        if is_object:
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, at)
        found.append(Member(key, key_start, at, end))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def member(text: str, start: int, key: str) -> Member | None:
    """The member ``key`` of the object that starts at ``start``; the last one counts, as for json.loads."""
    return next((one for one in reversed(members(text, start)) if one.key == key), None)


def gap_of(text: str) -> str:
    """What stands between the opening brace at the top and the first key: the file's newline and indentation."""
    start = top(text)
    end = _skip(text, start + 1)
    return text[start + 1 : end] if text[end] != "}" else ""


def put(text: str, key: str, literal: str, after: str = "") -> str:
    """``text`` with the member ``key`` of the object at the top being ``literal``.

    A key that is not there is added, behind the member ``after`` or else as the last one, indented as the first.
    """
    start = top(text)
    old = member(text, start, key)
    if old is not None:
        return text[: old.start] + literal + text[old.end :]
    added = f"{json.dumps(key)}: {literal}"
    there = members(text, start)
    if not there:
        return text[: start + 1] + added + text[_skip(text, start + 1) :]
    place = (member(text, start, after) or there[-1]).end
    return f"{text[:place]},{gap_of(text) or ' '}{added}{text[place:]}"


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    assert match is not None  # the pattern matches nothing, too
    return match.end()
