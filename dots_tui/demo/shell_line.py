"""Reads the few shell lines our own client sends; there is no shell in the embedded cloud.

Understood: one simple command with quoted words, an optional ``2>&1`` behind it, and the guard of
`dots_tui.remote.guard` around it. Everything else is refused, so that a line that would mean something else to a
real shell is noticed here.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from dots_tui.remote.guard import unguarded

JOIN = " 2>&1"
OPERATORS = set("();<>|&")
EXPANSIONS = set("$`")


class NotUnderstood(Exception):
    """The line is no simple command."""


@dataclass(frozen=True)
class ShellLine:
    """A command: `joined` when its streams go to one, `guarded` when it ends with its standard input."""

    words: list[str]
    joined: bool
    guarded: bool


def read_line(line: str) -> ShellLine:
    """The command in *line*. Raises NotUnderstood."""
    inner = unguarded(line)
    command = (line if inner is None else inner).strip()
    joined = command.endswith(JOIN)
    if joined:
        command = command[: -len(JOIN)]
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        words = list(lexer)
    except ValueError as error:
        raise NotUnderstood(f"{error}: {line}") from error
    if not words:
        raise NotUnderstood("an empty command")
    for word in words:
        if set(word) <= OPERATORS or EXPANSIONS & set(word):
            raise NotUnderstood(f"{word!r} in: {line}")
    return ShellLine(words, joined, inner is not None)
