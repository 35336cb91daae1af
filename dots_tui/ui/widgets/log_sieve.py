"""The filter of a log: by source, level and pattern. Pure, no Textual.

Blocks of lines are searched as a whole if possible: finding a few words in 200 KiB costs a tenth of testing each of a
thousand lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from re import Pattern
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.training.last_words import FAILURE_MARKERS
from dots_tui.training.noise import noise_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dots_tui.spool.segment import Block

EVERYTHING, RECORDS, WARNINGS, ERRORS = "everything", "records", "warnings", "errors"
LEVELS = (EVERYTHING, RECORDS, WARNINGS, ERRORS)
"""RECORDS are the lines behind lanes and charts; WARNINGS are warnings and errors."""

ERROR_WORDS = (
    b"error",
    b"exception",
    b"traceback",
    b"fatal",
    b"critical",
    b"fault_code",
    b"out of memory",
    b"oom when",
    b"killed",
    b"has died",
    b": e ",
    b"err]",
    b"core dumped",
)
"""One of these is in every error, in either case; alone it may be a word in a setting or a print."""
_ERROR = re.compile(
    rb"(?:(?<![^\n])|[\[\s(\x1b])(?:ERROR|FATAL|CRITICAL|SEVERE)(?=[\]\s:)])"  # a level
    rb"|: E \w+/"  # and that of TensorFlow
    rb"|(?:(?<![^\n])|[\s\]])(?:[Ee]rror|[Ff]atal|Err)(?: \w+){0,2}[:\]]"
    rb"|\b[\w.]*[a-z](?:Error|Exception)\b(?=[:\s(\[\]]|$)|\bException (?:\[|when |in )"
    rb"|Traceback \(most|[Aa]n error (?:occurr?ed|has)|Error (?:response|\d)|unction (?:error|exception)\b"
    rb'|_exception"|FAULT_CODE|ut of memory\b(?! \w+ error)|OOM when|\bKilled\b|core dumped|process has died'
)
"""A level, the name of an exception, or a known failure."""
WARNING_WORDS = (b"warn", b"excess worker", b"additional evaluation", b"capping iteration", b"deprecat")
RECORD_WORDS = (
    b"SIM_TRACE_LOG:",
    b"Training> ",
    b"Testing> ",
    b"Policy training> ",
    b"Checkpoint> ",
    b"Checkpoint - Restoring",
    b"Best checkpoint number",
    b" evaluation phase",
    b"[BestModelSelection]",
    b"Starting as worker ",
    b" files for checkpoint ",
    b"simapp_exception",
    b"FAULT_CODE: ",
)
_PLAIN = re.compile(r"[^\\^$.|?*+()\[\]{}]*\Z")


@dataclass(frozen=True)
class Sieve:
    """The lines that pass. `pattern` is a regular expression, or a plain text if it is not valid; "" is any line.

    A pattern without capitals ignores case; `inverse` passes the lines without it. `sources` None passes all sources.
    """

    pattern: str = ""
    inverse: bool = False
    level: str = EVERYTHING
    noise: bool = True
    """True if harmless noise passes."""
    sources: frozenset[str] | None = None

    @property
    def open(self) -> bool:
        """True if every line passes."""
        return not self.pattern and self.level == EVERYTHING and self.noise and self.sources is None


class Sifted(NamedTuple):
    """The result for one block: the numbers of the lines that pass, and the number hidden only as noise."""

    numbers: Sequence[int]
    noise: int


def sift(sieve: Sieve, block: Block, sources: frozenset[int]) -> Sifted:
    """Sift a block. `sources` are the numbers of the sieve's sources."""
    kept: set[int] | None = None
    noisy: set[int] = set()
    if sieve.level == ERRORS or sieve.level == WARNINGS or not sieve.noise:
        noisy = set(_rows(block, noise_places(block.data)))
    if sieve.level != EVERYTHING:
        kept = rows_of_level(block, sieve.level)
    if sieve.pattern:
        matching = set(Matcher(sieve.pattern).rows(block))
        if sieve.inverse:
            matching = set(range(len(block))) - matching
        kept = matching if kept is None else kept & matching
    rows: Iterable[int] = range(len(block)) if kept is None else sorted(kept)
    if sieve.sources is not None:
        whose = block.sources
        rows = [row for row in rows if whose[row] in sources]
    if not noisy:
        return Sifted([block.first + row for row in rows], 0)
    rows = list(rows)
    let_through = [block.first + row for row in rows if row not in noisy]
    return Sifted(let_through, len(rows) - len(let_through))


def rows_of_level(block: Block, level: str) -> set[int]:
    """Return the rows of a block that are records, errors, or errors and warnings; noise included."""
    if level == RECORDS:
        return set(_rows(block, _places(block.data, RECORD_WORDS)))
    low = block.data.lower()
    ends = block.ends
    candidates = set(_rows(block, _places(low, ERROR_WORDS)))
    rows = {row for row in candidates if _ERROR.search(block.data, ends[row], ends[row + 1] - 1)}
    rows.update(_rows(block, _places(block.data, FAILURE_MARKERS)))
    if level == WARNINGS:
        rows.update(_rows(block, _places(low, WARNING_WORDS)))
    return rows


def _places(data: bytes, words: Iterable[bytes]) -> Iterator[int]:
    for word in words:
        place = data.find(word)
        while place >= 0:
            yield place
            place = data.find(word, place + len(word))


def _rows(block: Block, places: Iterable[int]) -> Iterator[int]:
    ends = block.ends
    return (bisect_right(ends, place) - 1 for place in places)


def compile_search(pattern: str) -> Pattern[str]:
    """Compile a typed pattern. Lower case ignores case; an invalid regular expression is taken literally."""
    flags = re.IGNORECASE if pattern == pattern.lower() else 0
    try:
        return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError):
        return re.compile(re.escape(pattern), flags)


class Matcher:
    """A search of blocks for a typed pattern."""

    def __init__(self, pattern: str) -> None:
        text = compile_search(pattern)
        self._either = bool(text.flags & re.IGNORECASE)
        self._word = pattern.encode() if _PLAIN.match(pattern) and pattern.isascii() else b""
        self._pattern = re.compile(text.pattern.encode(), text.flags & re.IGNORECASE)

    def rows(self, block: Block) -> list[int]:
        """Return the rows that match, in order."""
        if self._word:
            data = block.data.lower() if self._either else block.data
            return sorted(set(_rows(block, _places(data, (self._word,)))))
        search = self._pattern.search
        return [row for row, line in enumerate(block.lines()) if search(line)]


class ErrorMatcher:
    """A search for errors that are not noise."""

    def rows(self, block: Block) -> list[int]:
        """Return the rows that are errors, in order."""
        return [number - block.first for number in sift(Sieve(level=ERRORS), block, frozenset()).numbers]
