"""Which comments of an env file belong to which of its keys.

To a key belong the comment behind its value and the comment lines right above it, up to a blank line or another
key. A commented-out ``#KEY=value`` is a key that is switched off, not a comment; the one of the same key may stand
between a key and its comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dots_tui.custom_files.env_file import EnvFile

_MARKS = "# \t"
_FRAMES = "#=-*_~ \t"


@dataclass(frozen=True)
class KeyNote:
    """What a racer wrote about one key, without the number signs."""

    above: tuple[str, ...] = ()
    """The comment lines above the key, those without a word (rules, empty ones) left out."""
    behind: str = ""
    """The comment behind the value."""

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, a line each."""
        return (*self.above, self.behind) if self.behind else self.above


@dataclass(frozen=True)
class Comments:
    """The comments of an env file."""

    of_keys: Mapping[str, KeyNote]
    """By key; keys without a comment are not in it."""
    free: tuple[str, ...]
    """The comment lines that belong to no key, in the order of the file."""


def comments(env: EnvFile) -> Comments:
    """The comments of ``env``, each with its key.

    The key's last line that is in effect counts; for one that is only commented out, its last line.
    """
    lines = {entry.key: entry.line for entry in env.entries if entry.commented}
    lines.update({entry.key: entry.line for entry in env.entries if not entry.commented})
    taken: set[int] = set()
    found = {}
    for key, line in lines.items():
        above = _above(env, key, line)
        taken.update(above)
        entry = env.lines[line - 1].entry
        texts = tuple(filter(None, (_words(env.lines[number - 1].text) for number in above)))
        note = KeyNote(texts, _words(entry.comment) if entry is not None else "")
        if note.lines:
            found[key] = note
    free = (line.text for line in env.lines if line.kind == "comment" and not line.entry and line.number not in taken)
    return Comments(found, tuple(filter(None, map(_words, free))))


def _above(env: EnvFile, key: str, line: int) -> list[int]:
    """The numbers of the comment lines right above ``line``, the line of ``key``, from top to bottom."""
    found = []
    for other in reversed(env.lines[: line - 1]):
        if other.kind != "comment" or (other.entry is not None and other.entry.key != key):
            break
        if other.entry is None:
            found.append(other.number)
    return found[::-1]


def _words(comment: str) -> str:
    """A comment without its number sign, and without a frame drawn around it; "" when nothing is left."""
    text = comment.strip().lstrip(_MARKS).rstrip()
    return text if len(text.strip(_FRAMES)) == len(text) else text.strip(_FRAMES)
