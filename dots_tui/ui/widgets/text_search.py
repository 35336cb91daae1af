"""Finding and replacing in the lines of a text. Pure, no Textual."""

from __future__ import annotations

import re
from dataclasses import dataclass
from re import Pattern
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.problems import SingleCodeProblem

if TYPE_CHECKING:
    from collections.abc import Sequence


class SearchProblem(SingleCodeProblem):
    """An invalid regular expression or replacement."""

    CODE = "bad-pattern"


class Hit(NamedTuple):
    """Characters [start, end) of line `row`, all counted from 0."""

    row: int
    start: int
    end: int


@dataclass(frozen=True)
class Query:
    """What is looked for. Nothing crosses the end of a line, and what matches no character is no hit."""

    text: str
    regex: bool = False
    exact: bool = False
    """True if capitals must be as typed always; else what is typed without any finds either case."""

    @property
    def either_case(self) -> bool:
        """True if the search ignores case."""
        return not self.exact and self.text == self.text.lower()

    def pattern(self) -> Pattern[str]:
        """Return the compiled pattern. Raises SearchProblem."""
        flags = re.IGNORECASE if self.either_case else 0
        try:
            return re.compile(self.text if self.regex else re.escape(self.text), flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise SearchProblem(f"not a regular expression: {error}") from None

    def replaced(self, lines: Sequence[str], template: str, only: Hit | None = None) -> tuple[list[str], int]:
        """`lines` with the hits, or with `only` one of them, replaced; and how many that were.

        In a regular expression `\\1` and `\\g<name>` of `template` stand for the groups. Raises SearchProblem.
        """
        pattern = self.pattern()
        result, count = [], 0
        for row, line in enumerate(lines):
            parts, at = [], 0
            for match in pattern.finditer(line) if only is None or row == only.row else ():
                if match.end() == match.start() or (only is not None and match.span() != only[1:]):
                    continue
                parts += [line[at : match.start()], self._fill(match, template)]
                at = match.end()
                count += 1
            result.append("".join([*parts, line[at:]]))
        return result, count

    def _fill(self, match: re.Match[str], template: str) -> str:
        if not self.regex:
            return template
        try:
            return match.expand(template)
        except (re.error, IndexError) as error:
            raise SearchProblem(f"not a replacement: {error}") from None


def find_hits(lines: Sequence[str], pattern: Pattern[str]) -> list[Hit]:
    """Return all hits, in text order."""
    return [
        Hit(row, *match.span())
        for row, line in enumerate(lines)
        for match in pattern.finditer(line)
        if match.end() > match.start()
    ]


def step_from(hits: Sequence[Hit], place: tuple[int, int], step: int) -> int:
    """The index of the first hit after `place` (1), at or after it (0), or before it (-1); round the end.

    There must be one. `place` is a row and a column.
    """
    if step < 0:
        before = [index for index, hit in enumerate(hits) if (hit.row, hit.start) < place]
        return before[-1] if before else len(hits) - 1
    after = (index for index, hit in enumerate(hits) if (hit.row, hit.start) >= (place[0], place[1] + step))
    return next(after, 0)
