"""Lines of shell code taken apart into commands as bash does it, as far as an env file can come to them.

Known are assignments, simple commands, redirections, pipes, ``;`` ``&`` ``&&`` ``||``, subshells and ``{ }`` groups.
Loops, conditions and functions are recognised and not followed (:class:`NotFollowed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Union

from dots_tui.custom_files.readers.shell_words import ShellSyntaxError, Word, read_word, skip_group

DEEPEST = 20
"""Groups within groups are followed this far."""

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?)=")
_OPERATOR = re.compile(r";;&|;;|;&|&&|\|\||\|&|&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||[;&|()<>\n]")
_REDIRECTIONS = frozenset({"<", ">", ">>", "<<", "<<-", "<<<", "<&", ">&", "<>", ">|", "&>", "&>>"})
_NUMBER_BEFORE = re.compile(r"[0-9]+(?=[<>])")
_COMMENT = re.compile(r"#[^\n]*")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_NOT_FOLLOWED = frozenset({"if", "for", "while", "until", "case", "select", "function", "[[", "coproc"})
_MISPLACED = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", "in"} - {"in"})
DECLARING = frozenset({"export", "declare", "typeset", "readonly", "local"})
"""Builtins whose arguments are assignments."""


class NotFollowed(Exception):
    """A loop, a condition or a function: the model stops here."""


class Redirection(NamedTuple):
    operator: str
    target: Word


class Assignment(NamedTuple):
    """``NAME=value``, ``NAME+=value`` or an element of a list."""

    name: str
    append: bool
    element: bool
    value: Word


@dataclass(frozen=True)
class Simple:
    """Assignments, then maybe a command with its arguments."""

    line: int
    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirections: tuple[Redirection, ...]


@dataclass(frozen=True)
class Group:
    """``( ... )`` or ``{ ... }``."""

    line: int
    chains: tuple[Chain, ...]
    subshell: bool


Command = Union[Simple, Group]


class Pipeline(NamedTuple):
    commands: tuple[Command, ...]
    negated: bool


class Chain(NamedTuple):
    """Pipelines with the && and || between them."""

    pipelines: tuple[Pipeline, ...]
    operators: tuple[str, ...]
    background: bool


def as_assignment(word: Word) -> Assignment | None:
    """``word`` as an assignment, or None when it is not one."""
    match = _ASSIGNMENT.match(word.source)
    first = word.pieces[0] if word.pieces else None
    # The name and the equals sign must stand there unquoted, that is, in one piece of text.
    if match is None or first is None or not first.source_text.startswith(match.group()):
        return None
    return Assignment(match.group(1), bool(match.group(3)), match.group(2) is not None, word.without(match.end()))


class ShellCode:
    """A text of shell code, read one complete line of commands at a time."""

    def __init__(self, text: str, line: int = 1) -> None:
        self._text = text
        self._position = 0
        self._line = line
        self._counted = 0
        self._depth = 0

    @property
    def line(self) -> int:
        """The line that is being read."""
        self._line += self._text.count("\n", self._counted, self._position)
        self._counted = self._position
        return self._line

    def lines(self) -> Iterator[tuple[Chain, ...]]:
        """The commands of each line, or of several lines that belong together.

        Raises ShellSyntaxError, or NotFollowed, where the reading ends; what was given before that counts.
        """
        while True:
            self._skip_newlines()
            if self._position >= len(self._text):
                return
            yield self._chains("\n")

    def _chains(self, closer: str) -> tuple[Chain, ...]:
        """Commands up to ``closer``: a newline (or the end of the text), ")" or "}"."""
        chains: list[Chain] = []
        while True:
            chain = self._chain()
            operator = self._operator()
            background = operator == "&"
            chains.append(chain._replace(background=background))
            if operator in (";", "&"):
                self._position += 1
                self._skip_blanks()
                operator = self._operator()
                if operator in (";", "&"):
                    raise self._unexpected()
            if operator == "\n" and closer != "\n":
                self._skip_newlines()
            if self._closes(closer):
                return tuple(chains)
            if operator not in ("", "\n") and not self._starts_command():
                raise self._unexpected()

    def _closes(self, closer: str) -> bool:
        at_end = self._position >= len(self._text)
        if closer == "\n":
            return at_end or self._text[self._position] == "\n"
        if at_end:
            raise ShellSyntaxError("the file ends within a command")
        if self._text[self._position] != closer:
            return False
        self._position += 1
        return True
