"""One file of a spool: its lines, with end, source and time of each line in memory."""

from __future__ import annotations

import os
from array import array
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.spool.times import Times

if TYPE_CHECKING:
    from collections.abc import Sequence


class Block(NamedTuple):
    """Consecutive lines of a file, in the order of appending.

    Line `first + i` is `data[ends[i]:ends[i + 1] - 1]`; a newline follows it. `sources` holds the
    source number of each line.
    """

    first: int
    data: bytes
    ends: Sequence[int]
    sources: Sequence[int]

    def __len__(self) -> int:
        return len(self.sources)

    def lines(self) -> list[bytes]:
        """The lines, without newline."""
        ends = self.ends
        return [self.data[ends[row] : ends[row + 1] - 1] for row in range(len(self.sources))]


class Segment:
    """One file and the ends of its lines. `ends` starts with 0: row `i` is `ends[i]:ends[i + 1] - 1`.

    A line costs nine bytes of memory: four for its end, three for its time, two for its source. The
    file must stay below 4 GiB.
    """

    def __init__(self, descriptor: int, first: int) -> None:
        self.descriptor = descriptor
        self.first = first
        self.ends = array("I", [0])
        self.sources = array("H")
        self._times = Times()

    @property
    def stop(self) -> int:
        """The index after the last line."""
        return self.first + len(self.sources)

    def write(self, lines: Sequence[bytes], ends: Sequence[int], source: int, second: int, milli: bytes) -> None:
        """Write `lines` after the last good one, then store their ends; an OSError leaves no trace.

        They were printed in the Unix `second`; `milli` has three digits of each.
        """
        data = memoryview(b"\n".join(lines) + b"\n")
        at = self.ends[-1]
        while data:
            written = os.pwrite(self.descriptor, data, at)
            data = data[written:]
            at += written
        self._times.extend(second, milli)
        self.ends.extend(ends)
        self.sources.extend([source] * len(lines))

    def block(self, start: int, stop: int) -> Block:
        """Return the lines of [start, stop), which must be in this segment, in one read."""
        low, high = start - self.first, stop - self.first
        base = self.ends[low]
        data = os.pread(self.descriptor, self.ends[high] - base, base)
        return Block(start, data, [end - base for end in self.ends[low : high + 1]], self.sources[low:high])

    def time(self, number: int) -> int:
        """Return the time of this line, in Unix milliseconds."""
        return self._times[number - self.first]
