"""Syntax colors of a text that changes: only what an edit touched is lexed again. Pure, no Textual.

A line is `clean` when the lexer reached its start in its root state. Lexing after an edit begins at the last clean
line not below the edit, and ends at the first line below it that is clean now and was before: from there on the
tokens are what they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pygments.lexer import ExtendedRegexLexer

MOST_LINES = 5000
"""The maximum number of lines to highlight; lexing a longer text causes a noticeable delay."""


class Span(NamedTuple):
    """The characters [start, end) of a line and their kind, for example "keyword"."""

    start: int
    end: int
    name: str


class _Line(NamedTuple):
    spans: tuple[Span, ...]
    clean: bool


class Highlighter:
    """The spans of every line of a text. The lexer is chosen by `file_name` and imported on first use."""

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._lexer: ExtendedRegexLexer | None = None
        self._texts: list[str] = []
        self._lines: list[_Line] = []
        self.lexed = 0
        """The number of lines that the last `update` lexed."""

    def spans(self, index: int, text: str) -> tuple[Span, ...]:
        """Return the spans of line `index`; none if its text is no longer `text`."""
        if index < len(self._texts) and self._texts[index] == text:
            return self._lines[index].spans
        return ()

    def update(self, texts: Sequence[str]) -> None:
        """Set the current text, as lines without line ends."""
        new = list(texts)
        if len(new) > MOST_LINES or not self._ready():
            self._texts, self._lines, self.lexed = [], [], 0
            return
        old, before = self._texts, self._lines
        self.lexed = 0
        if new == old:
            return
        top = _common(old, new)
        bottom = _common(old[top:][::-1], new[top:][::-1])
        start = next((row for row in range(min(top, len(before) - 1), 0, -1) if before[row].clean), 0)
        self._texts, self._lines = new, before[:start]
        if new:
            self._lex(before[len(before) - bottom :])

    def _ready(self) -> bool:
        if self._lexer is None:
            from dots_tui.ui.widgets.code_lexers import lexer_for

            self._lexer = lexer_for(self._file_name)
        return self._lexer is not None

    def _lex(self, kept: Sequence[_Line]) -> None:
        """Lex from the first line without spans until the old lines `kept` (the last ones) are valid."""
        from pygments.lexer import LexerContext

        from dots_tui.ui.widgets.code_lexers import name_of

        assert self._lexer is not None
        texts, lines = self._texts, self._lines
        unchanged = len(texts) - len(kept)
        begin = sum(len(text) + 1 for text in texts[: len(lines)])  # where the current line begins
        context = LexerContext("\n".join(texts) + "\n", begin)
        spans: list[Span] = []
        clean = False
        for at, token, value in self._lexer.get_tokens_unprocessed(context=context):
            if at == begin:
                clean = len(context.stack) == 1
                row = len(lines)
                if clean and row >= unchanged and kept[row - unchanged].clean:
                    lines += kept[row - unchanged :]
                    return
            name, stop = name_of(token), at + len(value)
            while at < stop:
                end = begin + len(texts[len(lines)])
                if name and at < end:
                    spans.append(Span(at - begin, min(stop, end) - begin, name))
                if stop <= end:
                    break
                lines.append(_Line(tuple(spans), clean))
                self.lexed += 1
                at = begin = end + 1
                spans, clean = [], False


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the number of equal lines at the beginning of both texts."""
    count = 0
    for mine, theirs in zip(one, other):
        if mine != theirs:
            break
        count += 1
    return count
