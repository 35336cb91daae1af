"""The times of the lines in a spool, in compact form: three bytes per line, and a little for each second."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left, bisect_right
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECOND = len("2026-01-01T00:00:00")
DIGITS = 3
"""Digits of the fraction of a second: milliseconds."""


class Moments(NamedTuple):
    """Lines [start, stop) of a batch, printed in the same Unix `second`; `milli` has three ASCII digits of each."""

    start: int
    stop: int
    second: int
    milli: bytes

    @property
    def first(self) -> int:
        """The time of the first line, in Unix milliseconds."""
        return self.second * 1000 + int(self.milli[:DIGITS])

    @property
    def last(self) -> int:
        """The time of the last line, in Unix milliseconds."""
        return self.second * 1000 + int(self.milli[-DIGITS:])


class Times:
    """Unix milliseconds of lines, by their row."""

    def __init__(self) -> None:
        self._milli = bytearray()
        self._rows = array("I")  # first row of each new second
        self._seconds = array("q")

    def extend(self, second: int, milli: bytes) -> None:
        """Add lines of the same second; `milli` has three digits of each."""
        if not self._seconds or self._seconds[-1] != second:
            self._rows.append(len(self._milli) // DIGITS)
            self._seconds.append(second)
        self._milli += milli

    def __getitem__(self, row: int) -> int:
        """Return the time of a row; raise IndexError if there is no such row."""
        digits = self._milli[row * DIGITS : row * DIGITS + DIGITS]
        if row < 0 or not digits:
            raise IndexError(row)
        return self._seconds[bisect_right(self._rows, row) - 1] * 1000 + int(digits)


def moments(stamps: Sequence[bytes] | None, count: int) -> list[Moments]:
    """Return the times of `count` lines by Docker's `stamps` (`2026-01-01T00:00:00.123456789Z`).

    Lines without readable stamps get the current time.
    """
    if stamps is not None and len(stamps) == count:
        try:
            return [
                Moments(start, stop, unix_second(stamps[start][:SECOND]), _milli(stamps[start:stop]))
                for start, stop in same_second(stamps)
            ]
        except ValueError:
            pass
    second, fraction = divmod(int(time.time() * 1000), 1000)
    return [Moments(0, count, second, b"%03d" % fraction * count)]


def same_second(stamps: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """Yield the beginning and the end of each stretch of stamps of the same second."""
    ordered = stamps == sorted(stamps)  # nearly always, and a hundred times as fast to test as one by one
    start = 0
    while start < len(stamps):
        second = stamps[start][:SECOND]
        if ordered:
            stop = bisect_left(stamps, second + b"~", start)  # after every fraction of the second
        else:
            stop = start + 1
            while stop < len(stamps) and stamps[stop].startswith(second):
                stop += 1
        yield start, stop
        start = stop


@lru_cache(maxsize=64)
def unix_second(text: bytes) -> int:
    """Return the Unix second of the first 19 characters of a stamp. Raise ValueError."""
    moment = datetime.fromisoformat(text.decode("ascii")).replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


def seconds_of(stamp: bytes) -> float:
    """Return the Unix seconds of a whole stamp, with its fraction. Raise ValueError."""
    return unix_second(stamp[:SECOND]) + float(b"0" + stamp[SECOND : len(stamp) - 1])


def _milli(stamps: Sequence[bytes]) -> bytes:
    """Return the milliseconds of stamps of equal length. Raise ValueError if they are invalid."""
    whole, length = b"".join(stamps), len(stamps[0])
    if len(whole) != length * len(stamps):
        raise ValueError("stamps of several lengths")
    milli = bytearray(DIGITS * len(stamps))
    for digit in range(DIGITS):
        milli[digit::DIGITS] = whole[SECOND + 1 + digit :: length]
    if not milli.isdigit():
        raise ValueError("a stamp without milliseconds")
    return bytes(milli)
