"""Parser for the few shell lines that our client sends; the embedded cloud has no shell.

It understands one simple command with quoted words, an optional `2>&1` after it, and the guard of
`dots_tui.remote.guard` around it. Everything else is refused, so that a test notices a line with another meaning in a
real shell.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from dots_tui.remote.guard import unguarded

JOIN = " 2>&1"
OPERATORS = set("();<>|&")
EXPANSIONS = set("$`")


class NotUnderstood(Exception):
    """The line is not a simple command."""


@dataclass(frozen=True)
class ShellLine:
    """A command: `joined` if both its streams go to one, `guarded` if it ends with its standard input."""

    words: list[str]
    joined: bool
    guarded: bool


def read_line(line: str) -> ShellLine:
    """Return the command in `line`. Raises NotUnderstood."""
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
