"""Log lines of several sources in one bounded file on disk; only where each line ends stays in memory.

A followed training can print millions of lines, and attaching to it replays them all at once. Readers append
whole batches from their own threads; the log viewer reads the page it shows and nothing else.
"""

from __future__ import annotations

import os
import tempfile
import threading
from array import array
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path
    from re import Pattern

MEBIBYTE = 1 << 20
LONGEST_LINE = 16 * 1024
"""Bytes of one line that are kept; what is longer is cut, so that one runaway line cannot fill a page."""
MOST_LINES = 4_000_000
"""Lines kept at most, whatever the size of the file: each costs ten bytes of memory."""
MOST_SOURCES = 1 << 16
BLOCK = 1024  # lines read at once while searching
CUT_MARK = b" ... (cut)"


class SpoolProblem(Exception):
    """The spool cannot keep what it was given: the message says what, where and what to do."""


class SpoolLine(NamedTuple):
    """One line: its source, its text (undecodable bytes replaced) and its number, counted from 0 for ever."""

    source: str
    text: str
    number: int


class _Raw(NamedTuple):
    number: int
    source: int
    data: bytes


class _Segment:
    """One file and where its lines end. *ends* starts with 0: row ``i`` is ``ends[i]:ends[i + 1] - 1``."""

    def __init__(self, descriptor: int, first: int) -> None:
        self.descriptor = descriptor
        self.first = first
        self.ends = array("Q", [0])
        self.sources = array("H")

    @property
    def stop(self) -> int:
        """The index after the last line."""
        return self.first + len(self.sources)

    def write(self, lines: Sequence[bytes], ends: Sequence[int], source: int) -> None:
        """Write *lines* behind the last good one, then note where they end; an OSError leaves no trace."""
        data = memoryview(b"\n".join(lines) + b"\n")
        at = self.ends[-1]
        while data:
            written = os.pwrite(self.descriptor, data, at)
            data = data[written:]
            at += written
        self.ends.extend(ends)
        self.sources.extend([source] * len(lines))

    def read(self, start: int, stop: int) -> list[_Raw]:
        """The lines of [start, stop), which must be held here, in one read."""
        low, high = start - self.first, stop - self.first
        base = self.ends[low]
        data = os.pread(self.descriptor, self.ends[high] - base, base)
        ends = self.ends[low : high + 1]
        return [
            _Raw(start + row, self.sources[low + row], data[ends[row] - base : ends[row + 1] - base - 1])
            for row in range(high - low)
        ]


class Spool:
    """Lines of several sources, numbered from 0 in the order they were appended.

    The lines live in two files of at most half of *max_bytes* each. When the newer one is full the older one
    is dropped, `first` moves on, and line numbers stay what they were.

    Without *path* the files are private and have no name: nothing is left behind even if the program is
    killed. With *path* the newest lines are in *path*, what was there before in *path* + ".old"; both are
    readable by their owner only and stay after `close`.

    Every method may be called from any thread. Raises `SpoolProblem` when the file cannot be made.
    """

    def __init__(self, path: Path | None = None, max_bytes: int = 256 * MEBIBYTE) -> None:
        self._path = path
        self._half = max(2, max_bytes // 2)
        self._half_lines = MOST_LINES // 2
        self._longest = min(LONGEST_LINE, self._half - 1)
        self._lock = threading.RLock()
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._closed = False
        self.lost = 0
        """Lines that could not be kept (disk full, or appended after `close`); they have no number."""
        self.problem: SpoolProblem | None = None
        """Why lines are being lost at the moment, else None."""
        try:
            self._segments = [_Segment(self._open(), 0)]
        except OSError as error:
            raise self._explain(error) from error

    def __len__(self) -> int:
        """How many lines were ever kept: the index of the next one."""
        return self._segments[-1].stop

    @property
    def first(self) -> int:
        """The index of the oldest line still held; equal to ``len()`` when none is."""
        return self._segments[0].first

    def append(self, source: str, lines: Sequence[bytes]) -> None:
        """Add whole *lines* (without newline) of *source*.

        Raises `SpoolProblem` once when they cannot be written. After that lines are dropped and counted in
        `lost` until writing works again, so that a full disk stops no reader.
        """
        if not lines:
            return
        with self._lock:
            if self._closed:
                self.lost += len(lines)
                return
            before = len(self)
            try:
                self._write(self._number(source), lines)
            except OSError as error:
                self.lost += before + len(lines) - len(self)
                known, self.problem = self.problem, self._explain(error)
                if known is None:
                    raise self.problem from error
            else:
                self.problem = None

    def line(self, index: int) -> SpoolLine:
        """The line with this number; IndexError when it is not held (any more)."""
        found = self.lines(index, index + 1)
        if not found:
            raise IndexError(f"line {index} is not held")
        return found[0]

    def lines(self, start: int, stop: int) -> list[SpoolLine]:
        """The lines of [start, stop) that are held, oldest first; `SpoolLine.number` says which they are."""
        with self._lock:
            raw = self._read(start, stop)
        return [SpoolLine(self._names[line.source], line.data.decode("utf-8", "replace"), line.number) for line in raw]

    def sources(self) -> tuple[str, ...]:
        """The names of all sources seen, in order of appearance."""
        return tuple(self._names)

    def indexes(self, sources: Collection[str], start: int, stop: int) -> array[int]:
        """The numbers of the held lines of [start, stop) that come from *sources*; reads no file."""
        found = array("Q")
        with self._lock:
            wanted = {self._numbers[name] for name in sources if name in self._numbers}
            for segment in self._segments:
                low, high = max(start, segment.first), min(stop, segment.stop)
                if low < high:
                    part = segment.sources[low - segment.first : high - segment.first]
                    found.extend(index for index, source in enumerate(part, low) if source in wanted)
        return found

    def search(
        self,
        pattern: Pattern[bytes],
        start: int,
        step: int = 1,
        *,
        sources: Collection[str] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> int | None:
        """The number of the first line from *start* on (itself included) in which *pattern* is found.

        *step* 1 looks towards newer lines, -1 towards older ones. Only lines of *sources* count when given.
        *stopped* is asked between blocks; when it says so the search ends with None. A million lines take
        about a second, so the user interface calls this in a thread.
        """
        forward = step > 0
        at = max(start, self.first) if forward else min(start, len(self) - 1)
        while not stopped():
            with self._lock:
                block = self._read(at, at + BLOCK) if forward else self._read(at - BLOCK + 1, at + 1)
                numbers = None if sources is None else {self._numbers.get(name, -1) for name in sources}
            if not block:
                return None
            for line in block if forward else reversed(block):
                if (numbers is None or line.source in numbers) and pattern.search(line.data):
                    return line.number
            at = block[-1].number + 1 if forward else block[0].number - 1
        return None

    def close(self) -> None:
        """Let go of the files; private ones are gone then. Lines appended later are dropped and counted."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            stop = len(self)
            for segment in self._segments:
                os.close(segment.descriptor)
            self._segments = [_Segment(-1, stop)]

    def _number(self, source: str) -> int:
        """The small number kept for each line instead of its source's name."""
        number = self._numbers.get(source)
        if number is None:
            number = len(self._names)
            if number >= MOST_SOURCES:
                return MOST_SOURCES - 1
            self._numbers[source] = number
            self._names.append(source)
        return number

    def _write(self, source: int, lines: Sequence[bytes]) -> None:
        longest = self._longest
        if max(map(len, lines)) > longest:
            keep = max(0, longest - len(CUT_MARK))
            lines = [line if len(line) <= longest else line[:keep] + CUT_MARK[:longest] for line in lines]
        while lines:
            segment = self._segments[-1]
            ends = list(accumulate((len(line) + 1 for line in lines), initial=segment.ends[-1]))[1:]
            count = min(bisect_right(ends, self._half), self._half_lines - len(segment.sources))
            if count:
                segment.write(lines[:count], ends[:count], source)
                lines = lines[count:]
            if lines:
                self._rotate()

    def _rotate(self) -> None:
        """Start a new file; the one before the current one is dropped."""
        fresh = _Segment(self._open(), len(self))
        for segment in self._segments[:-1]:
            os.close(segment.descriptor)
        self._segments = [self._segments[-1], fresh]

    def _read(self, start: int, stop: int) -> list[_Raw]:
        found: list[_Raw] = []
        for segment in self._segments:
            low, high = max(start, segment.first), min(stop, segment.stop)
            if low < high:
                found += segment.read(low, high)
        return found

    def _open(self) -> int:
        """A descriptor of a new empty file, private in either case."""
        if self._path is None:
            with tempfile.TemporaryFile(prefix="dots-tui-", buffering=0) as file:
                return os.dup(file.fileno())
        if self._path.exists():
            self._path.replace(f"{self._path}.old")
        return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)

    def _explain(self, error: OSError) -> SpoolProblem:
        where = self._path or f"a temporary file in {tempfile.gettempdir()}"
        return SpoolProblem(
            f"Log lines cannot be kept in {where}: {error.strerror or error}. "
            "Free some disk space or set TMPDIR to a folder with room; the run itself is not affected."
        )
