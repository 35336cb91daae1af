"""One file of a spool: the lines in it, and where each ends, whose it is and when it was printed, in memory."""

from __future__ import annotations

import os
import time
from array import array
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_MS = 2**31 - 1  # 24 days; a clock that was set further back or ahead counts as that


class Block(NamedTuple):
    """Lines that stand behind each other in a file, as they were appended.

    Line ``first + i`` is ``data[ends[i]:ends[i + 1] - 1]``; a newline follows it. ``sources`` holds the number of
    each line's source.
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
    """One file and where its lines end. *ends* starts with 0: row ``i`` is ``ends[i]:ends[i + 1] - 1``.

    A line costs ten bytes of memory: four for its end, four for its time (milliseconds since the segment's first
    line), two for its source. The file must stay below 4 GiB.
    """

    def __init__(self, descriptor: int, first: int) -> None:
        self.descriptor = descriptor
        self.first = first
        self.ends = array("I", [0])
        self.sources = array("H")
        self._times = array("i")
        self._base = 0

    @property
    def stop(self) -> int:
        """The index after the last line."""
        return self.first + len(self.sources)

    def write(self, lines: Sequence[bytes], ends: Sequence[int], source: int, times: Sequence[int]) -> None:
        """Write *lines* behind the last good one, then note where they end; an OSError leaves no trace.

        *times* are Unix milliseconds, one a line.
        """
        data = memoryview(b"\n".join(lines) + b"\n")
        at = self.ends[-1]
        while data:
            written = os.pwrite(self.descriptor, data, at)
            data = data[written:]
            at += written
        if not self.sources:
            self._base = times[0]
        base = self._base
        since = [moment - base for moment in times]
        if max(since) > _MOST_MS or min(since) < -_MOST_MS:
            since = [max(-_MOST_MS, min(_MOST_MS, moment)) for moment in since]
        self._times.extend(since)
        self.ends.extend(ends)
        self.sources.extend([source] * len(lines))

    def block(self, start: int, stop: int) -> Block:
        """The lines of [start, stop), which must be held here, in one read."""
        low, high = start - self.first, stop - self.first
        base = self.ends[low]
        data = os.pread(self.descriptor, self.ends[high] - base, base)
        return Block(start, data, [end - base for end in self.ends[low : high + 1]], self.sources[low:high])

    def time(self, number: int) -> int:
        """When this line was printed, in Unix milliseconds."""
        return self._base + self._times[number - self.first]


def milliseconds(stamps: Sequence[bytes] | None, count: int) -> list[int]:
    """Unix milliseconds of Docker's timestamps (``2026-01-01T00:00:00.123456789Z``), or now for *count* lines.

    Lines whose times cannot be read count as printed now.
    """
    if stamps is not None and len(stamps) == count:
        try:
            if stamps[0][:19] == stamps[-1][:19]:
                base = _second(stamps[0][:19])
                return [base + int(stamp[20:23]) for stamp in stamps]
            return [_second(stamp[:19]) + int(stamp[20:23]) for stamp in stamps]
        except ValueError:
            pass
    return [int(time.time() * 1000)] * count


@lru_cache(maxsize=64)
def _second(text: bytes) -> int:
    moment = datetime.fromisoformat(text.decode("ascii")).replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 1000
