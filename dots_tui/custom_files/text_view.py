"""A file's bytes as text for an editor, and an edited text back to bytes: lines not touched keep every byte.

An editor shows lines joined by one kind of newline and only what can be decoded. Files have mixed line
ends, byte order marks and stray bytes; only the lines that were changed are written anew.
"""

from __future__ import annotations

import re

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_BOM = b"\xef\xbb\xbf"
_SEPARATORS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\ufffd")
"""An editor takes these for line ends, which they are for no reader of the files."""


def _split(data: bytes) -> list[bytes]:
    """The lines of ``data`` with their line ends; what follows the last line end (maybe nothing) is the last line."""
    lines = []
    position = 0
    while True:
        match = _LINE.match(data, position)
        assert match is not None  # the pattern matches the empty text as well
        lines.append(match.group())
        if not match.group().endswith((b"\r", b"\n")):
            return lines
        position = match.end()


def _shown(line: bytes) -> str:
    return line.rstrip(b"\r\n").decode("utf-8", "replace").translate(_SEPARATORS)


def to_text(data: bytes) -> str:
    """``data`` as an editor shows it: without byte order mark, lines joined by ``\\n``, stray bytes as U+FFFD."""
    return "\n".join(_shown(line) for line in _split(data.removeprefix(_BOM)))


def apply_text(data: bytes, text: str) -> bytes:
    """``data`` after its text was edited to ``text`` (``\\n`` between lines).

    Only lines between the first and the last difference are written, in UTF-8 and with the line end the
    file uses at that place; all others keep their bytes. ``apply_text(data, to_text(data)) == data``.
    """
    bom = _BOM if data.startswith(_BOM) else b""
    old = _split(data[len(bom) :])
    shown = [_shown(line) for line in old]
    new = text.split("\n")
    start = 0
    while start < min(len(shown), len(new)) and shown[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(shown), len(new)) - start and shown[-1 - end] == new[-1 - end]:
        end += 1
    newline = _newline_of(old)
    kept_head, kept_tail = old[:start], old[len(old) - end :]
    middle = [line.encode("utf-8", "surrogatepass") for line in new[start : len(new) - end]]
    if kept_tail:
        middle = [line + newline for line in middle]
    elif middle:
        middle = [line + newline for line in middle[:-1]] + middle[-1:]
        kept_head = _ended(kept_head, newline)
    else:
        # The lines at the end are gone: what is last now was followed by them, and is followed by nothing.
        kept_head = [*kept_head[:-1], kept_head[-1].rstrip(b"\r\n")] if kept_head else []
    lines = kept_head + middle + kept_tail
    if len(_split(b"".join(lines))) != len(new):
        # A line that ends with a lone CR got next to an empty one that ends with LF: only one kind of end keeps both.
        lines = [b"\n".join(line.rstrip(b"\r\n") for line in lines)]
    return bom + b"".join(lines)


def _newline_of(lines: list[bytes]) -> bytes:
    for line in lines:
        if line.endswith(b"\r\n"):
            return b"\r\n"
        if line.endswith((b"\n", b"\r")):
            return line[-1:]
    return b"\n"


def _ended(lines: list[bytes], newline: bytes) -> list[bytes]:
    """``lines`` with a line end after the last, which other lines now follow."""
    if lines and not lines[-1].endswith((b"\r", b"\n")):
        return [*lines[:-1], lines[-1] + newline]
    return lines
