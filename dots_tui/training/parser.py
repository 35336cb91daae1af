"""Log bytes, in whatever pieces they arrive, to records.

A chunk is cut at its SIM_TRACE_LOG rows; the rows are read as a block (``rows``), and in what remains the markers of
all other lines are searched for, because most of it is noise (prints of the reward function, ROS chatter).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, Union

from dots_tui.training.last_words import BEGIN, TracebackReader
from dots_tui.training.lines import GROUPS, LAST_GROUPS, Line
from dots_tui.training.rows import STEP, STEP_MARKER, Rows, one

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.training.records import Record, Step

    Batch = Union[Record, Rows]

LONGEST_LINE = 64 * 1024
"""Bytes of a line that are looked at. The rest is dropped, so an endless line costs no memory."""

_MANY = 8
_MOST_CLEAN = 16

_REACH = 400
"""How far before its marker a line's expression may begin."""

# Real escape sequences, and how CloudWatch writes them.
_COLOURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|#033\[[0-9;]*m")
_ROW = re.compile(STEP_MARKER + rb"(.+)\n?")


class _Cut(NamedTuple):
    """A piece of a log, cut at its rows."""

    rows: Rows | None
    noise: Sequence[bytes]
    """What stands between them."""
    before: Sequence[int]
    """How many of the rows stand before each piece of noise."""


class Parser:
    """Reads the log of one container. One parser for each; the pieces must come in order."""

    def __init__(self) -> None:
        self.failures = 0
        """Lines that looked like records but could not be read."""
        self._tracebacks = TracebackReader()
        self._clean: set[bytes] = set()  # pieces without a marker that come again and again
        self._carry = b""  # the beginning of a line whose end has not come yet

    def feed(self, chunk: bytes) -> list[Record]:
        """The records that are complete with this piece of the log, in their order."""
        return list(_one_by_one(self.batches(chunk)))

    def close(self) -> list[Record]:
        """The record in a last line that has no newline: a file ends like that, a stream only pauses."""
        return list(_one_by_one(self.rest()))

    def batches(self, chunk: bytes) -> list[Batch]:
        """Like ``feed``, with all rows between two other records in one piece: several times as fast."""
        found: list[Batch] = []
        for start in range(0, len(chunk), LONGEST_LINE):
            text = self._whole_lines(chunk[start : start + LONGEST_LINE])
            if text:
                found += self._read(text)
        return found

    def rest(self) -> list[Batch]:
        """Like ``close``, in the manner of ``batches``."""
        text, self._carry = self._carry, b""
        return self._read(text) if text else []

    def _whole_lines(self, piece: bytes) -> bytes:
        """The lines that end in this piece; what follows the last newline waits for the next one."""
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
        # A single byte is looked for fifty times as fast as four, and most logs have no # at all.
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
        """All records but the rows, each with the index of the piece it stands in."""
        odd = [index for index, piece in enumerate(noise) if piece not in self._clean]
        if not odd:
            return []
        pieces = [noise[index] for index in odd]
        if len(pieces) >= _MANY and len(self._clean) < _MOST_CLEAN:
            self._learn(pieces)
        text = b"\n".join(pieces)
        found = list(self._marked(text, 0, GROUPS))
        # What a container prints before a row is not its last word.
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
        self, text: bytes, start: int, groups: Sequence[tuple[bytes, Sequence[Line]]]
    ) -> Iterator[tuple[int, Record]]:
        """Place and record of each line of the groups in a text, from `start` on."""
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
        """Between most rows stands the same: the names of launch processes, or an empty line. No need to look twice."""
        for piece, count in Counter(pieces).most_common(2):
            if count >= _MANY and not any(line.marker in piece for _, lines in GROUPS for line in lines):
                self._clean.add(piece)

    def _one(self, text: bytes, place: int, line: Line) -> Record | None:
        """The record whose marker stands at *place*, if the line has it."""
        start = max(text.rfind(b"\n", 0, place) + 1, place - _REACH)
        end = text.find(b"\n", place)
        match = line.pattern.search(text, start, end if end >= 0 else len(text))
        try:
            if match is not None and match.start() <= place < match.end():
                return line.make(match)
        except (ValueError, RecursionError):  # the latter from JSON that is nested without end
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
