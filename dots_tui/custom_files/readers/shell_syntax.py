"""Lines of shell code taken apart into commands as bash does it, as far as an env file can come to them.

Known are assignments, simple commands, redirections, pipes, ``;`` ``&`` ``&&`` ``||``, subshells and ``{ }`` groups.
Loops, conditions and functions are recognised and not followed (:class:`NotFollowed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Union

from dots_tui.custom_files.readers.shell_cursor import Cursor
from dots_tui.custom_files.readers.shell_words import ShellSyntaxError, ShellWord, Text, read_word, skip_group

DEEPEST = 20
"""Groups within groups are followed this far."""
DECLARING = frozenset({"export", "declare", "typeset", "readonly", "local"})
"""Builtins whose arguments are assignments."""

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?)=")
_REDIRECTIONS = frozenset({"<", ">", ">>", "<<", "<<-", "<<<", "<&", ">&", "<>", ">|", "&>", "&>>"})
_NUMBER_BEFORE = re.compile(r"[0-9]+(?=[<>])")
_FUNCTION = re.compile(r"\([ \t]*\)[ \t\n]*(?:\{[ \t\n]|\()")
_NOT_FOLLOWED = frozenset({"if", "for", "while", "until", "case", "select", "function", "[[", "coproc"})
_MISPLACED = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", "!"})
_ENDS_EARLY = "the file ends within a command"


class NotFollowed(Exception):
    """A loop, a condition or a function: the model stops here. The message is the word it starts with."""


class Redirection(NamedTuple):
    """``<file``, ``>file`` and their kin."""

    operator: str
    target: ShellWord


class Assignment(NamedTuple):
    """``NAME=value``, ``NAME+=value`` or, as an ``element`` of a list, ``NAME[0]=value``."""

    name: str
    append: bool
    element: bool
    value: ShellWord


class Simple(NamedTuple):
    """Assignments, then maybe a command with its arguments."""

    line: int
    assignments: tuple[Assignment, ...]
    words: tuple[ShellWord, ...]
    redirections: tuple[Redirection, ...]


class Group(NamedTuple):
    """``( ... )`` or ``{ ... }``."""

    line: int
    chains: tuple[Chain, ...]
    subshell: bool


Command = Union[Simple, Group]


class Pipeline(NamedTuple):
    """Commands with ``|`` between them; none at all after a lone ``!``."""

    commands: tuple[Command, ...]
    negated: bool


class Chain(NamedTuple):
    """Pipelines with the ``&&`` and ``||`` between them."""

    pipelines: tuple[Pipeline, ...]
    operators: tuple[str, ...]
    background: bool = False


def as_assignment(word: ShellWord) -> Assignment | None:
    """``word`` as an assignment, or None when it is not one."""
    match = _ASSIGNMENT.match(word.source)
    first = word.pieces[0] if word.pieces else None
    # Name and equals sign must stand there unquoted, that is, in one piece of plain text.
    if match is None or not isinstance(first, Text) or not first.text.startswith(match.group()) or first.quoted:
        return None
    rest = Text(first.text[match.end() :], False)
    pieces = (rest, *word.pieces[1:]) if rest.text else word.pieces[1:]
    value = ShellWord(pieces, word.source[match.end() :])
    return Assignment(match.group(1), bool(match.group(3)), match.group(2) is not None, value)


class ShellCode:
    """A text of shell code, read one complete line of commands at a time."""

    def __init__(self, text: str, line: int = 1) -> None:
        self._at = Cursor(text, line)
        self._depth = 0
        self._here_documents: list[str] = []

    @property
    def line(self) -> int:
        """The number of the line that is being read."""
        return self._at.line

    def lines(self) -> Iterator[tuple[Chain, ...]]:
        """The commands of each line, or of several lines that belong together.

        Raises ShellSyntaxError, or NotFollowed, where the reading ends; what was given before that counts.
        """
        while True:
            self._at.skip_newlines()
            if self._at.at_end():
                return
            chains = self._chains("\n")
            while self._here_documents:
                self._at.skip_here_document(self._here_documents.pop(0))
            yield chains

    def _chains(self, closer: str) -> tuple[Chain, ...]:
        """Commands up to ``closer``: a newline (or the end of the text), ")" or "}"."""
        chains: list[Chain] = []
        while True:
            chain = self._chain()
            operator = self._at.operator()
            chains.append(chain._replace(background=operator == "&"))
            if operator in (";", "&"):
                self._at.position += 1
                self._at.skip_blanks()
            elif operator not in ("\n", closer) and not self._at.at_end():
                raise self._at.unexpected()
            if closer != "\n":
                self._at.skip_newlines()
            if self._closes(closer):
                return tuple(chains)

    def _closes(self, closer: str) -> bool:
        if closer == "\n":
            return self._at.at_end() or self._at.text[self._at.position] == "\n"
        if self._at.at_end():
            raise ShellSyntaxError(_ENDS_EARLY)
        if self._at.text[self._at.position] != closer or (closer == "}" and self._at.reserved() != "}"):
            return False
        self._at.position += 1
        return True

    def _chain(self) -> Chain:
        pipelines = [self._pipeline()]
        operators = []
        while self._at.operator() in ("&&", "||"):
            operators.append(self._at.operator())
            self._next_line_belongs()
            pipelines.append(self._pipeline())
        return Chain(tuple(pipelines), tuple(operators))

    def _next_line_belongs(self) -> None:
        """Step over an operator after which the command may go on in the next line."""
        self._at.position += len(self._at.operator())
        self._at.skip_newlines()
        if self._at.at_end():
            raise ShellSyntaxError(_ENDS_EARLY)

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._at.reserved() in ("!", "time"):
            negated ^= self._at.reserved() == "!"
            self._at.position += len(self._at.reserved())
            self._at.skip_blanks()
            if self._at.at_end() or self._at.operator() in ("\n", ";"):
                return Pipeline((), negated)
        commands = [self._command()]
        while self._at.operator() in ("|", "|&"):
            self._next_line_belongs()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        reserved = self._at.reserved()
        if reserved in _NOT_FOLLOWED or self._at.text.startswith("((", self._at.position):
            raise NotFollowed(reserved or "((")
        if reserved in _MISPLACED:
            raise self._at.unexpected()
        if reserved == "{" or self._at.operator() == "(":
            return self._group()
        return self._simple()

    def _group(self) -> Group:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotFollowed("(")
        line, opener = self.line, self._at.text[self._at.position]
        self._at.position += 1
        self._at.skip_newlines()
        if self._at.at_end():
            raise ShellSyntaxError(_ENDS_EARLY)
        chains = self._chains(")" if opener == "(" else "}")
        self._depth -= 1
        self._at.skip_blanks()
        while self._redirects():
            self._redirection()
            self._at.skip_blanks()
        return Group(line, chains, opener == "(")

    def _simple(self) -> Simple:
        line = self.line
        assignments: list[Assignment] = []
        words: list[ShellWord] = []
        redirections: list[Redirection] = []
        while not self._at.at_end():
            if self._redirects():
                redirections.append(self._redirection())
            elif self._at.operator() in ("<(", ">("):
                words.append(self._process_substitution())
            elif self._at.operator():
                break
            else:
                word = self._word(not words or words[0].source in DECLARING)
                assignment = None if words else as_assignment(word)
                if assignment is None:
                    words.append(word)
                else:
                    assignments.append(assignment)
            self._at.skip_blanks()
        if len(words) == 1 and not assignments and _FUNCTION.match(self._at.text, self._at.position):
            raise NotFollowed(words[0].source + "()")
        if not assignments and not words and not redirections:
            raise self._at.unexpected()
        if self._at.operator() == "(":
            raise self._at.unexpected()
        return Simple(line, tuple(assignments), tuple(words), tuple(redirections))

    def _word(self, list_allowed: bool = False) -> ShellWord:
        word, self._at.position = read_word(self._at.text, self._at.position, list_allowed)
        return word

    def _process_substitution(self) -> ShellWord:
        start, self._at.position = self._at.position, skip_group(self._at.text, self._at.position + 2, ")")
        source = self._at.text[start : self._at.position]
        return ShellWord((Text(source, True),), source)

    def _redirects(self) -> bool:
        number = _NUMBER_BEFORE.match(self._at.text, self._at.position)
        return self._at.operator(number.end() if number else None) in _REDIRECTIONS

    def _redirection(self) -> Redirection:
        number = _NUMBER_BEFORE.match(self._at.text, self._at.position)
        self._at.position = number.end() if number else self._at.position
        operator = self._at.operator()
        self._at.position += len(operator)
        self._at.skip_blanks()
        if self._at.at_end() or self._at.operator():
            raise self._at.unexpected()
        target = self._word()
        if operator in ("<<", "<<-"):
            self._here_documents.append(re.sub(r"['\"\\]", "", target.source))
        return Redirection(operator, target)
