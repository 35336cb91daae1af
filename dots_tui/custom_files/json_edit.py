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


def gap_of(text: str, start: int | None = None) -> str:
    """What stands between an opening brace or bracket (that at the top) and what is first: newline and indentation."""
    start = top(text) if start is None else start
    end = _skip(text, start + 1)
    return text[start + 1 : end] if text[end] not in "}]" else ""


def put(text: str, key: str, literal: str, after: str = "", start: int | None = None) -> str:
    """``text`` with the member ``key`` of the object that starts at ``start`` (that at the top) being ``literal``.

    A key that is not there is added, behind the member ``after`` or else as the last one, indented as the first.
    """
    start = top(text) if start is None else start
    old = member(text, start, key)
    if old is not None:
        return text[: old.start] + literal + text[old.end :]
    return _added(text, start, f"{json.dumps(key)}: {literal}", member(text, start, after))


def append(text: str, start: int, literal: str) -> str:
    """``text`` with ``literal`` as the last element of the list that starts at ``start``."""
    return _added(text, start, literal, None)


def _added(text: str, start: int, added: str, behind: Member | None) -> str:
    there = members(text, start)
    if not there:
        return text[: start + 1] + added + text[_skip(text, start + 1) :]
    place = (behind or there[-1]).end
    return f"{text[:place]},{gap_of(text, start) or ' '}{added}{text[place:]}"


def without(text: str, start: int, one: Member) -> str:
    """``text`` without ``one`` of the members of the object or list that starts at ``start``, and without its comma."""
    there = members(text, start)
    index = there.index(one)
    if len(there) == 1:
        return text[: start + 1] + text[_skip(text, one.end) :]
    if index == len(there) - 1:
        return text[: there[index - 1].end] + text[one.end :]
    return text[: one.key_start] + text[there[index + 1].key_start :]


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    assert match is not None  # the pattern matches nothing, too
    return match.end()
