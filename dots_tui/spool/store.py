"""Log lines of several sources in one bounded file on disk; memory holds only the end of each line.

A followed training can print millions of lines, and attaching to it replays them all at once.
Readers append whole batches from their own threads; the log viewer reads only the page it shows.
"""

from __future__ import annotations

import os
import tempfile
import threading
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.problems import SingleCodeProblem
from dots_tui.spool.segment import Block, Segment
from dots_tui.spool.times import DIGITS, Moments, moments

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

MEBIBYTE = 1 << 20
LONGEST_LINE = 16 * 1024
"""Maximum bytes kept of one line; the rest is cut, so that one endless line cannot fill a page."""
MOST_LINES = 4_000_000
"""Maximum number of lines, whatever the size of the file: each costs nine bytes of memory."""
MOST_SOURCES = 1 << 16
LATE_MS = 2_000
"""A batch that begins this much before the newest line is late. Live lines are always slightly out of order."""
CUT_MARK = b" ... (cut)"
_with_newline = (1).__add__


class SpoolProblem(SingleCodeProblem):
    """The spool cannot keep its input."""

    CODE = "no-spool"


class SpoolLine(NamedTuple):
    """One line: its source, its text (undecodable bytes replaced), its number from 0, and its time.

    The time is the time of printing in Unix seconds, or of arrival if that is unknown.
    """

    source: str
    text: str
    number: int
    time: float


class Spool:
    """Lines of several sources, numbered from 0 in the order they were appended.

    The lines live in two files of at most half of `max_bytes` each. When the newer file is full the
    older one is dropped, `first` moves on, and line numbers do not change.

    Without `path` the files are private and have no name: nothing is left behind even if the
    program is killed. With `path` the newest lines are in `path`, the previous ones in `path` +
    ".old"; both are readable by their owner only and stay after `close`.

    Thread-safe. Raise `SpoolProblem` if the file cannot be created.
    """

    def __init__(self, path: Path | None = None, max_bytes: int = 256 * MEBIBYTE) -> None:
        self._path = path
        self._half = min(max(2, max_bytes // 2), (1 << 32) - 1)
        self._half_lines = MOST_LINES // 2
        self._longest = min(LONGEST_LINE, self._half - 1)
        self._lock = threading.RLock()
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._closed = False
        self._newest = 0
        self._late: list[tuple[int, int]] = []
        self.lost = 0
        """Number of lines that could not be kept (disk full, or appended after `close`); they have no number."""
        self.problem: SpoolProblem | None = None
        """The reason why lines are being lost at the moment, else None."""
        try:
            self._segments = [Segment(self._open(), 0)]
        except OSError as error:
            raise self._explain(error) from error

    def __len__(self) -> int:
        """Return the number of lines ever kept: the index of the next one."""
        return self._segments[-1].stop

    @property
    def first(self) -> int:
        """The index of the oldest line in the spool; equal to `len()` if it is empty."""
        return self._segments[0].first

    def append(self, source: str, lines: Sequence[bytes], stamps: Sequence[bytes] | None = None) -> None:
        """Add whole `lines` (without newline) of `source`, oldest first; `stamps` are Docker's times of them.

        Raise `SpoolProblem` once if they cannot be written. After that, lines are dropped and
        counted in `lost` until writing works again, so that a full disk stops no reader.
        """
        if not lines:
            return
        when = moments(stamps, len(lines))
        with self._lock:
            if self._closed:
                self.lost += len(lines)
                return
            before = len(self)
            try:
                number = self._number(source)
                for printed in when:
                    self._write(number, lines[printed.start : printed.stop], printed)
            except OSError as error:
                self.lost += before + len(lines) - len(self)
                known, self.problem = self.problem, self._explain(error)
                if known is None:
                    raise self.problem from error
            else:
                self.problem = None
            self._note_late(before, when[0].first, when[-1].last)

    def _note_late(self, start: int, begun: int, ended: int) -> None:
        """Store the lines that are older than their predecessors, so that a view can sort them."""
        stop = len(self)
        if begun < self._newest - LATE_MS and stop > start:
            if self._late and self._late[-1][1] == start and begun >= self.time(start - 1):
                self._late[-1] = (self._late[-1][0], stop)
            else:
                self._late.append((start, stop))
        self._newest = max(self._newest, ended)

    def line(self, index: int) -> SpoolLine:
        """Return the line with this number; raise IndexError if it is not in the spool (any more)."""
        found = self.lines(index, index + 1)
        if not found:
            raise IndexError(f"line {index} is not held")
        return found[0]

    def lines(self, start: int, stop: int) -> list[SpoolLine]:
        """Return the available lines of [start, stop), oldest first, with their numbers in `SpoolLine.number`."""
        found: list[SpoolLine] = []
        while (block := self.block(start, stop)) is not None:
            for row, data in enumerate(block.lines()):
                number = block.first + row
                text = data.decode("utf-8", "replace")
                found.append(SpoolLine(self._names[block.sources[row]], text, number, self.time(number) / 1000))
            start = block.first + len(block)
        return found

    def block(self, start: int, stop: int) -> Block | None:
        """Return the first available lines of [start, stop) that are in one file; None if there is none."""
        with self._lock:
            for segment in self._segments:
                low, high = max(start, segment.first), min(stop, segment.stop)
                if low < high:
                    return segment.block(low, high)
        return None

    def time(self, number: int) -> int:
        """Return the time of the line with this number, in Unix milliseconds; 0 if it is not available."""
        segments = self._segments
        segment = segments[-1] if number >= segments[-1].first else segments[0]
        try:
            return segment.time(number) if number >= segment.first else 0
        except IndexError:
            return 0

    def late(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Return the lines of [start, stop) that are older than their predecessors, as ranges of numbers.

        They come from a connection that was cut, or from a long log that is read while another is
        followed.
        """
        with self._lock:
            return [(max(low, start), min(high, stop)) for low, high in self._late if low < stop and high > start]

    def sources(self) -> tuple[str, ...]:
        """Return the names of all sources seen, in order of appearance."""
        return tuple(self._names)

    def source_numbers(self, names: Collection[str]) -> frozenset[int]:
        """Return the numbers of these sources in a `Block`."""
        return frozenset(self._numbers[name] for name in names if name in self._numbers)

    def close(self) -> None:
        """Close the files and delete private ones. Lines appended later are dropped and counted."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            stop = len(self)
            for segment in self._segments:
                os.close(segment.descriptor)
            self._segments = [Segment(-1, stop)]

    def _number(self, source: str) -> int:
        """Return the small number stored per line for the name of its source."""
        number = self._numbers.get(source)
        if number is None:
            number = len(self._names)
            if number >= MOST_SOURCES:
                return MOST_SOURCES - 1
            self._numbers[source] = number
            self._names.append(source)
        return number

    def _write(self, source: int, lines: Sequence[bytes], printed: Moments) -> None:
        milli, longest = printed.milli, self._longest
        if max(map(len, lines)) > longest:
            keep = max(0, longest - len(CUT_MARK))
            lines = [line if len(line) <= longest else line[:keep] + CUT_MARK[:longest] for line in lines]
        while lines:
            segment = self._segments[-1]
            ends = list(accumulate(map(_with_newline, map(len, lines)), initial=segment.ends[-1]))[1:]
            count = min(bisect_right(ends, self._half), self._half_lines - len(segment.sources))
            if count:
                segment.write(lines[:count], ends[:count], source, printed.second, milli[: count * DIGITS])
                lines, milli = lines[count:], milli[count * DIGITS :]
            if lines:
                self._rotate()

    def _rotate(self) -> None:
        """Start a new file; drop the file before the current one."""
        fresh = Segment(self._open(), len(self))
        for segment in self._segments[:-1]:
            os.close(segment.descriptor)
        self._segments = [self._segments[-1], fresh]
        first = self.first
        self._late = [late for late in self._late if late[1] > first]

    def _open(self) -> int:
        """Return a descriptor of a new empty file, private in either case."""
        if self._path is None:
            with tempfile.TemporaryFile(prefix="dots-tui-", buffering=0) as file:
                return os.dup(file.fileno())
        if self._path.exists():
            self._path.replace(f"{self._path}.old")
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)

    def _explain(self, error: OSError) -> SpoolProblem:
        where = self._path or f"a temporary file in {tempfile.gettempdir()}"
        return SpoolProblem(
            f"Log lines cannot be kept in {where}: {error.strerror or error}.",
            "Free some disk space or set TMPDIR to a folder with room; the run itself is not affected.",
        )
