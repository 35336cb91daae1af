"""A place in a text of shell code, and what can be seen from there: operators, reserved words, comments, lines."""

from __future__ import annotations

import re

from dots_tui.custom_files.readers.shell_words import ShellSyntaxError

_OPERATOR = re.compile(r";;&|;;|;&|&&|\|\||\|&|&>>|&>|<<<|<<-|<<|<&|<>|<\(|>>|>&|>\||>\(|[;&|()<>\n]")
_IGNORED = re.compile(r"(?:[ \t]|\\\n)*(?:#[^\n]*)?")
_RESERVED = re.compile(r"(!|\{|\}|\[\[|[a-z]+)(?=[ \t\n;&|()<>]|\Z)")


class Cursor:
    """A position that moves forward only."""

    def __init__(self, text: str, line: int) -> None:
        self.text = text
        self.position = 0
        self._line = line
        self._counted = 0

    @property
    def line(self) -> int:
        """The number of the line the position is on."""
        self._line += self.text.count("\n", self._counted, self.position)
        self._counted = self.position
        return self._line

    def at_end(self) -> bool:
        """Whether there is nothing more."""
        return self.position >= len(self.text)

    def operator(self, position: int | None = None) -> str:
        """The operator there, or ""."""
        match = _OPERATOR.match(self.text, self.position if position is None else position)
        return match.group() if match else ""

    def reserved(self) -> str:
        """The word there if it may be one with a meaning of its own, else ""."""
        match = _RESERVED.match(self.text, self.position)
        return match.group() if match else ""

    def skip_blanks(self) -> None:
        """Go over blanks, continued line ends and a comment."""
        match = _IGNORED.match(self.text, self.position)
        assert match is not None  # the pattern matches the empty text as well
        self.position = match.end()

    def skip_newlines(self) -> None:
        """Go over empty lines and comments."""
        self.skip_blanks()
        while self.text.startswith("\n", self.position):
            self.position += 1
            self.skip_blanks()

    def skip_here_document(self, end: str) -> None:
        """Go over the lines up to one that is ``end``."""
        match = re.compile(rf"\n\t*{re.escape(end)}(?=\n|\Z)").search(self.text, self.position)
        self.position = match.end() if match else len(self.text)

    def unexpected(self) -> ShellSyntaxError:
        """The error that what is there should not be there."""
        found = self.operator() or self.reserved() or "a word"
        if self.at_end() or found == "\n":
            return ShellSyntaxError("the line ends too early")
        return ShellSyntaxError(f'"{found}" in the wrong place')
