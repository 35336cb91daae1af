"""Lines of shell code taken apart into commands as bash does it, as far as an env file can come to them.

Known are assignments, simple commands, redirections, pipes, ``;`` ``&`` ``&&`` ``||``, subshells and ``{ }`` groups.
Loops, conditions and functions are recognised and not followed (:class:`NotFollowed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Union

from dots_tui.custom_files.readers.shell_words import ShellSyntaxError, Text, Word, read_word, skip_group

DEEPEST = 20
"""Groups within groups are followed this far."""
DECLARING = frozenset({"export", "declare", "typeset", "readonly", "local"})
"""Builtins whose arguments are assignments."""

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?)=")
_OPERATOR = re.compile(r";;&|;;|;&|&&|\|\||\|&|&>>|&>|<<<|<<-|<<|<&|<>|<\(|>>|>&|>\||>\(|[;&|()<>\n]")
_REDIRECTIONS = frozenset({"<", ">", ">>", "<<", "<<-", "<<<", "<&", ">&", "<>", ">|", "&>", "&>>"})
_NUMBER_BEFORE = re.compile(r"[0-9]+(?=[<>])")
_FUNCTION = re.compile(r"\([ \t]*\)[ \t\n]*(?:\{[ \t\n]|\()")
_IGNORED = re.compile(r"(?:[ \t]|\\\n)*(?:#[^\n]*)?")
_RESERVED = re.compile(r"(!|\{|\}|\[\[|[a-z]+)(?=[ \t\n;&|()<>]|\Z)")
_NOT_FOLLOWED = frozenset({"if", "for", "while", "until", "case", "select", "function", "[[", "coproc"})
_MISPLACED = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}", "!"})
_ENDS_EARLY = "the file ends within a command"


class NotFollowed(Exception):
    """A loop, a condition or a function: the model stops here. The message is the word it starts with."""


class Redirection(NamedTuple):
    """``<file``, ``>file`` and their kin."""

    operator: str
    target: Word


class Assignment(NamedTuple):
    """``NAME=value``, ``NAME+=value`` or, as an ``element`` of a list, ``NAME[0]=value``."""

    name: str
    append: bool
    element: bool
    value: Word


class Simple(NamedTuple):
    """Assignments, then maybe a command with its arguments."""

    line: int
    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
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


def as_assignment(word: Word) -> Assignment | None:
    """``word`` as an assignment, or None when it is not one."""
    match = _ASSIGNMENT.match(word.source)
    first = word.pieces[0] if word.pieces else None
    # Name and equals sign must stand there unquoted, that is, in one piece of plain text.
    if match is None or not isinstance(first, Text) or not first.text.startswith(match.group()) or first.quoted:
        return None
    rest = Text(first.text[match.end() :], False)
    pieces = (rest, *word.pieces[1:]) if rest.text else word.pieces[1:]
    value = Word(pieces, word.source[match.end() :])
    return Assignment(match.group(1), bool(match.group(3)), match.group(2) is not None, value)


class ShellCode:
    """A text of shell code, read one complete line of commands at a time."""

    def __init__(self, text: str, line: int = 1) -> None:
        self._text = text
        self._position = 0
        self._line = line
        self._counted = 0
        self._depth = 0
        self._here_documents: list[str] = []

    @property
    def line(self) -> int:
        """The number of the line that is being read."""
        self._line += self._text.count("\n", self._counted, self._position)
        self._counted = self._position
        return self._line

    def lines(self) -> Iterator[tuple[Chain, ...]]:
        """The commands of each line, or of several lines that belong together.

        Raises ShellSyntaxError, or NotFollowed, where the reading ends; what was given before that counts.
        """
        while True:
            self._skip_newlines()
            if self._at_end():
                return
            chains = self._chains("\n")
            self._skip_here_documents()
            yield chains

    def _chains(self, closer: str) -> tuple[Chain, ...]:
        """Commands up to ``closer``: a newline (or the end of the text), ")" or "}"."""
        chains: list[Chain] = []
        while True:
            chain = self._chain()
            operator = self._peek()
            chains.append(chain._replace(background=operator == "&"))
            if operator in (";", "&"):
                self._position += 1
                self._skip_blanks()
            elif operator not in ("\n", closer) and not self._at_end():
                raise self._unexpected()
            if closer != "\n":
                self._skip_newlines()
            if self._closes(closer):
                return tuple(chains)

    def _closes(self, closer: str) -> bool:
        if closer == "\n":
            return self._at_end() or self._text[self._position] == "\n"
        if self._at_end():
            raise ShellSyntaxError(_ENDS_EARLY)
        if self._text[self._position] != closer or (closer == "}" and self._reserved() != "}"):
            return False
        self._position += 1
        return True

    def _chain(self) -> Chain:
        pipelines = [self._pipeline()]
        operators = []
        while self._peek() in ("&&", "||"):
            operators.append(self._peek())
            self._next_line_belongs()
            pipelines.append(self._pipeline())
        return Chain(tuple(pipelines), tuple(operators))

    def _next_line_belongs(self) -> None:
        """Step over an operator after which the command may go on in the next line."""
        self._position += len(self._peek())
        self._skip_newlines()
        if self._at_end():
            raise ShellSyntaxError(_ENDS_EARLY)

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._reserved() in ("!", "time"):
            negated ^= self._reserved() == "!"
            self._position += len(self._reserved())
            self._skip_blanks()
            if self._at_end() or self._peek() in ("\n", ";"):
                return Pipeline((), negated)
        commands = [self._command()]
        while self._peek() in ("|", "|&"):
            self._next_line_belongs()
            commands.append(self._command())
        return Pipeline(tuple(commands), negated)

    def _command(self) -> Command:
        reserved = self._reserved()
        if reserved in _NOT_FOLLOWED or self._text.startswith("((", self._position):
            raise NotFollowed(reserved or "((")
        if reserved in _MISPLACED:
            raise self._unexpected()
        if reserved == "{" or self._peek() == "(":
            return self._group()
        return self._simple()

    def _group(self) -> Group:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotFollowed("(")
        line, opener = self.line, self._text[self._position]
        self._position += 1
        self._skip_newlines()
        if self._at_end():
            raise ShellSyntaxError(_ENDS_EARLY)
        chains = self._chains(")" if opener == "(" else "}")
        self._depth -= 1
        self._skip_blanks()
        while self._redirects():
            self._redirection()
            self._skip_blanks()
        return Group(line, chains, opener == "(")

    def _simple(self) -> Simple:
        line = self.line
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        while not self._at_end():
            if self._redirects():
                redirections.append(self._redirection())
            elif self._peek() in ("<(", ">("):
                words.append(self._process_substitution())
            elif self._peek():
                break
            else:
                word = self._word(not words or words[0].source in DECLARING)
                assignment = None if words else as_assignment(word)
                if assignment is None:
                    words.append(word)
                else:
                    assignments.append(assignment)
            self._skip_blanks()
        if len(words) == 1 and not assignments and _FUNCTION.match(self._text, self._position):
            raise NotFollowed(words[0].source + "()")
        if not assignments and not words and not redirections:
            raise self._unexpected()
        if self._peek() == "(":
            raise self._unexpected()
        return Simple(line, tuple(assignments), tuple(words), tuple(redirections))

    def _word(self, list_allowed: bool = False) -> Word:
        word, self._position = read_word(self._text, self._position, list_allowed)
        return word

    def _process_substitution(self) -> Word:
        start, self._position = self._position, skip_group(self._text, self._position + 2, ")")
        source = self._text[start : self._position]
        return Word((Text(source, True),), source)

    def _redirects(self) -> bool:
        number = _NUMBER_BEFORE.match(self._text, self._position)
        return self._peek(number.end() if number else None) in _REDIRECTIONS

    def _redirection(self) -> Redirection:
        number = _NUMBER_BEFORE.match(self._text, self._position)
        self._position = number.end() if number else self._position
        operator = self._peek()
        self._position += len(operator)
        self._skip_blanks()
        if self._at_end() or self._peek():
            raise self._unexpected()
        target = self._word()
        if operator in ("<<", "<<-"):
            self._here_documents.append(re.sub(r"['\"\\]", "", target.source))
        return Redirection(operator, target)

    def _skip_here_documents(self) -> None:
        for end in self._here_documents:
            match = re.compile(rf"\n\t*{re.escape(end)}(?=\n|\Z)").search(self._text, self._position)
            self._position = match.end() if match else len(self._text)
        self._here_documents.clear()

    # -- looking ahead ---------------------------------------------------------------------------

    def _at_end(self) -> bool:
        return self._position >= len(self._text)

    def _peek(self, position: int | None = None) -> str:
        """The operator at the position, or "" when there is none."""
        match = _OPERATOR.match(self._text, self._position if position is None else position)
        return match.group() if match else ""

    def _reserved(self) -> str:
        """The word at the position when it may have a meaning of its own, else ""."""
        match = _RESERVED.match(self._text, self._position)
        return match.group() if match else ""

    def _skip_blanks(self) -> None:
        match = _IGNORED.match(self._text, self._position)
        assert match is not None  # the pattern matches the empty text as well
        self._position = match.end()

    def _skip_newlines(self) -> None:
        self._skip_blanks()
        while self._text.startswith("\n", self._position):
            self._position += 1
            self._skip_blanks()

    def _unexpected(self) -> ShellSyntaxError:
        token = self._peek() or self._reserved() or "a word"
        if self._at_end() or token == "\n":
            return ShellSyntaxError("the line ends too early")
        return ShellSyntaxError(f"{token} is not expected there")
