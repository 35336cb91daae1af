"""The parser of log bytes: chunks of any size to records.

A chunk is split at its SIM_TRACE_LOG rows. The rows are read as a block (`rows`). The rest is
searched for the markers of all other lines, because most of it is noise (prints of the reward
function, ROS output).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, Union

from dots_tui.training.last_words import BEGIN, TracebackReader
from dots_tui.training.lines import GROUPS, LAST_GROUPS, LinePattern
from dots_tui.training.rows import STEP, STEP_MARKER, Rows, one

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.training.records import Record, Step

    Batch = Union[Record, Rows]

LONGEST_LINE = 64 * 1024
"""Bytes of a line that are read. The rest is dropped, so that an endless line costs no memory."""

_MANY = 8
_MOST_CLEAN = 16

_REACH = 400
"""Maximum distance between the start of an expression and its marker."""

# Real escape sequences, and their form in CloudWatch.
_COLOURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|#033\[[0-9;]*m")
_ROW = re.compile(STEP_MARKER + rb"(.+)\n?")


class _Cut(NamedTuple):
    """A chunk of a log, split at its rows."""

    rows: Rows | None
    noise: Sequence[bytes]
    """The text between the rows."""
    before: Sequence[int]
    """The number of rows before each piece of noise."""


class Parser:
    """The parser of the log of one container. Chunks must arrive in order."""

    def __init__(self) -> None:
        self.failures = 0
        """Lines that looked like records but could not be read."""
        self._tracebacks = TracebackReader()
        self._clean: set[bytes] = set()  # common pieces without a marker
        self._carry = b""  # the beginning of an incomplete line

    def feed(self, chunk: bytes) -> list[Record]:
        """Return the records completed by this chunk, in order."""
        return list(_one_by_one(self.batches(chunk)))

    def close(self) -> list[Record]:
        """Return the record in a last line without a newline: a file can end like this, a stream only pauses."""
        return list(_one_by_one(self.rest()))

    def batches(self, chunk: bytes) -> list[Batch]:
        """Return the same as `feed`, with all rows between two other records in one batch: several times as
        fast.
        """
        found: list[Batch] = []
        for start in range(0, len(chunk), LONGEST_LINE):
            text = self._whole_lines(chunk[start : start + LONGEST_LINE])
            if text:
                found += self._read(text)
        return found

    def rest(self) -> list[Batch]:
        """Return the same as `close`, in batches."""
        text, self._carry = self._carry, b""
        return self._read(text) if text else []

    def _whole_lines(self, piece: bytes) -> bytes:
        """Return the lines that end in this chunk; keep the rest for the next chunk."""
        last = piece.rfind(b"\n")
        if last < 0:
            self._carry = (self._carry + piece)[:LONGEST_LINE]
            return b""
        if self._carry:
            first = piece.find(b"\n")
            text = (self._carry + piece[:first])[:LONGEST_LINE] + piece[first : last + 1]
        else:
            text = piece[: last + 1]
        self._carry = piece[last + 1 :]
        return text

    def _read(self, text: bytes) -> list[Batch]:
        # A search for one byte is fifty times as fast as for four, and most logs contain no #.
        if b"\x1b" in text or (b"#" in text and b"#033[" in text):
            text = _COLOURS.sub(b"", text)
        if b"\r" in text:
            text = text.replace(b"\r", b"\n")
        rows, noise, before = self._cut(text)
        found: list[Batch] = []
        done = 0
        for index, record in self._others(noise):
            if rows is not None and before[index] > done:
                found.append(rows.part(done, before[index]))
                done = before[index]
            found.append(record)
        if rows is not None and done < rows.size:
            found.append(rows.part(done, rows.size))
        return found

    def _cut(self, text: bytes) -> _Cut:
        if STEP_MARKER not in text:
            return _Cut(None, [text], [0])
        parts = _ROW.split(text)
        payloads = parts[1::2]
        if len(payloads) == text.count(STEP_MARKER):
            rows = Rows.block(payloads)
            if rows is not None:
                return _Cut(rows, parts[0::2], range(len(payloads) + 1))
        return self._cut_one_by_one(text)

    def _cut_one_by_one(self, text: bytes) -> _Cut:
        first, *pieces = text.split(STEP_MARKER)
        steps: list[Step] = []
        noise, before = [first], [0]
        for piece in pieces:
            match = STEP.match(piece)
            try:
                if match is not None:
                    steps.append(one(match))
                    piece = piece[match.end() :]
                else:
                    self.failures += 1
            except ValueError:
                self.failures += 1
            noise.append(piece)
            before.append(len(steps))
        return _Cut(Rows.of(steps) if steps else None, noise, before)

    def _others(self, noise: Sequence[bytes]) -> list[tuple[int, Record]]:
        """Return all records except rows, each with the index of its piece."""
        odd = [index for index, piece in enumerate(noise) if piece not in self._clean]
        if not odd:
            return []
        pieces = [noise[index] for index in odd]
        if len(pieces) >= _MANY and len(self._clean) < _MOST_CLEAN:
            self._learn(pieces)
        text = b"\n".join(pieces)
        found = list(self._marked(text, 0, GROUPS))
        # Text before a row is not the last word of a container.
        tail = len(text) - len(pieces[-1]) if odd[-1] == len(noise) - 1 else len(text)
        if len(noise) > 1:
            self._tracebacks.forget()
        if tail < len(text):
            found += self._marked(text, tail, LAST_GROUPS)
            if text.find(BEGIN, tail) >= 0 or self._tracebacks.waiting:
                found += ((tail + place, record) for place, record in self._tracebacks.read(text[tail:]))
        if not found:
            return []
        found.sort(key=_place)
        ends = list(accumulate(len(piece) + 1 for piece in pieces))
        return [(odd[bisect_right(ends, place)], record) for place, record in found]

    def _marked(
        self, text: bytes, start: int, groups: Sequence[tuple[bytes, Sequence[LinePattern]]]
    ) -> Iterator[tuple[int, Record]]:
        """Return position and record of each line of the groups in a text, from `start`."""
        for gate, lines in groups:
            if text.find(gate, start) < 0:
                continue
            for line in lines:
                place = text.find(line.marker, start)
                while place >= 0:
                    record = self._one(text, place, line)
                    if record is not None:
                        yield place, record
                    place = text.find(line.marker, place + len(line.marker))

    def _learn(self, pieces: Sequence[bytes]) -> None:
        """Remember common text between rows, such as names of launch processes or an empty line, to skip it next
        time.
        """
        for piece, count in Counter(pieces).most_common(2):
            if count >= _MANY and not any(line.marker in piece for _, lines in GROUPS for line in lines):
                self._clean.add(piece)

    def _one(self, text: bytes, place: int, line: LinePattern) -> Record | None:
        """Return the record whose marker is at `place`, if the line matches."""
        start = max(text.rfind(b"\n", 0, place) + 1, place - _REACH)
        end = text.find(b"\n", place)
        match = line.pattern.search(text, start, end if end >= 0 else len(text))
        try:
            if match is not None and match.start() <= place < match.end():
                return line.make(match)
        except (ValueError, RecursionError):  # RecursionError: deeply nested JSON
            pass
        if line.sure:
            self.failures += 1
        return None


def _one_by_one(batches: Sequence[Batch]) -> Iterator[Record]:
    for batch in batches:
        if isinstance(batch, Rows):
            yield from batch.steps()
        else:
            yield batch


def _place(pair: tuple[int, object]) -> int:
    return pair[0]
