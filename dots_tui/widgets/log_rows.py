"""Which lines of a spool are rows of the log view: all of them, or those of some sources."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from dots_tui.spool import Spool, SpoolLine


class LogRows:
    """Row numbers (0 is the oldest row held) for line numbers of a spool.

    The view sees what was there at the last `update`, so that a page does not change while it is painted.
    """

    def __init__(self, spool: Spool, sources: Collection[str] | None = None) -> None:
        self.spool = spool
        self.sources = None if sources is None else frozenset(sources)
        self.gone = 0
        """Rows that have been dropped at the top since this object was made."""
        self._first = self._stop = spool.first
        self._numbers: array[int] | None = None if sources is None else array("Q")

    def __len__(self) -> int:
        return self._stop - self._first if self._numbers is None else len(self._numbers)

    @property
    def total(self) -> int:
        """Rows there have ever been, dropped ones included."""
        return self.gone + len(self)

    def update(self) -> int:
        """Take over what arrived and what was dropped; says how many rows were dropped at the top."""
        stop = len(self.spool)
        first = min(self.spool.first, stop)
        if self._numbers is None:
            dropped = max(0, min(first, self._stop) - self._first)
        else:
            assert self.sources is not None
            dropped = bisect_left(self._numbers, first)
            del self._numbers[:dropped]
            self._numbers.extend(self.spool.indexes(self.sources, self._stop, stop))
        self._first, self._stop = first, stop
        self.gone += dropped
        return dropped

    @property
    def stale(self) -> bool:
        """Whether `update` would change anything."""
        return len(self.spool) != self._stop or self.spool.first != self._first

    def number(self, row: int) -> int:
        """The line number of *row*, which must exist."""
        return self._first + row if self._numbers is None else self._numbers[row]

    def row(self, number: int) -> int:
        """The first row whose line number is at least *number* (``len()`` if there is none)."""
        if self._numbers is None:
            return max(0, min(number, self._stop) - self._first)
        return bisect_left(self._numbers, number)

    def page(self, start: int, stop: int) -> dict[int, SpoolLine]:
        """The lines of the rows [start, stop), by row. Rows that the spool dropped meanwhile are missing."""
        start, stop = max(0, start), min(stop, len(self))
        if start >= stop:
            return {}
        if self._numbers is None:
            found = self.spool.lines(self._first + start, self._first + stop)
            return {line.number - self._first: line for line in found}
        return {
            row: line
            for row in range(start, stop)
            for line in self.spool.lines(self._numbers[row], self._numbers[row] + 1)
        }
