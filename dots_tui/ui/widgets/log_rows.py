"""The rows of the log view: the lines of a spool that pass a sieve, in order.

Lines keep the order in which they arrived; late ones (see `Spool.late`) are placed by their time. Without filters and
late lines no memory is used, else four bytes per row.
"""

from __future__ import annotations

import time
from array import array
from bisect import bisect_left
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.ui.widgets.log_sieve import Sieve
from dots_tui.ui.widgets.log_sifter import BLOCK, Sifter, blocks, sifted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dots_tui.spool.store import Spool, SpoolLine
    from dots_tui.ui.widgets.log_sieve import ErrorMatcher, Matcher

AT_ONCE = 2 * BLOCK
"""The maximum number of new lines sifted in the calling thread; more are sifted in another thread."""
PLACING_S = 0.02
"""Maximum seconds that an `update` spends on placing lines; the rest waits for the next one."""
OPEN = Sieve()


class LogRows:
    """Row numbers (0 is the oldest row) for line numbers of a spool.

    The view sees what was there at the last `update`, so that a page does not change while it is painted. Not
    thread-safe: one thread has it. `close` ends the thread that sifts.
    """

    def __init__(self, spool: Spool, sieve: Sieve = OPEN) -> None:
        self.spool = spool
        self.sieve = sieve
        self.gone = 0
        """Rows dropped at the top since this object was created."""
        self._first = self._stop = spool.first
        self._numbers: array[int] | None = None if sieve.open else array("I")
        self._mixed = False  # whether rows are in another order than their numbers
        self._waiting: deque[tuple[int, int, Sequence[int]]] = deque()  # sifted, not yet placed
        self._noise = 0
        self._sifter: Sifter | None = None

    def __len__(self) -> int:
        return self._stop - self._first if self._numbers is None else len(self._numbers)

    @property
    def total(self) -> int:
        """The number of rows so far, including dropped ones."""
        return self.gone + len(self)

    @property
    def noise(self) -> int:
        """The number of lines that are hidden only because they are harmless noise."""
        return self._noise

    @property
    def progress(self) -> float | None:
        """The sifted share of the spool, 0..1; None if nothing is left to sift."""
        behind = len(self.spool) - self._stop
        held = len(self.spool) - self._first
        return None if self._sifter is None and not self._waiting else 1 - behind / max(1, held)

    @property
    def reached(self) -> int:
        """The line number up to which all lines have been sifted and placed."""
        return self._stop

    @property
    def stale(self) -> bool:
        """True if `update` would change anything."""
        return len(self.spool) != self._stop or self.spool.first != self._first or bool(self._waiting)

    def close(self) -> None:
        """End the thread, if there is one."""
        if self._sifter is not None:
            self._sifter.cancelled.set()
            self._sifter = None

    # what arrives

    def update(self) -> int:
        """Add new lines and remove dropped ones. Return the number of rows dropped at the top."""
        stop = len(self.spool)
        first = min(self.spool.first, stop)
        dropped = self._drop(first)
        if self._numbers is None and not self.spool.late(self._stop, stop):
            self._first, self._stop = first, stop
            return dropped
        if self._numbers is None:
            self._numbers = array("I", range(max(first, self._first), max(first, self._stop)))
        self._first = first
        self._stop = max(self._stop, first)
        self._sift(stop)
        self._place()
        return dropped

    def _drop(self, first: int) -> int:
        """Forget the rows of lines that the spool has dropped."""
        if first <= self._first:
            return 0
        if self._numbers is None:
            dropped = min(first, self._stop) - self._first
        elif self._mixed:
            held = array("I", (number for number in self._numbers if number >= first))
            dropped, self._numbers = len(self._numbers) - len(held), held
        else:
            dropped = bisect_left(self._numbers, first)
            del self._numbers[:dropped]
        self.gone += dropped
        return dropped

    def _sift(self, stop: int) -> None:
        """Sift the new lines up to `stop`, here or in a thread."""
        if self._sifter is not None:
            done = not self._sifter.is_alive()  # asked first: what it found last must not be missed
            while self._sifter.found:
                low, high, numbers, noise = self._sifter.found.popleft()
                self._waiting.append((low, high, numbers))
                self._noise += noise
            if not done:
                return
            self._sifter = None
        begin = self._waiting[-1][1] if self._waiting else self._stop
        if stop - begin > AT_ONCE and not self.sieve.open:
            self._sifter = Sifter(self.spool, self.sieve, begin)
            self._sifter.start()
            return
        for low, high, numbers, noise in sifted(self.spool, self.sieve, begin, stop):
            self._waiting.append((low, high, numbers))
            self._noise += noise

    def _place(self) -> None:
        """Make rows of what is waiting, as far as there is time for it."""
        assert self._numbers is not None
        deadline = time.perf_counter() + PLACING_S
        while self._waiting and time.perf_counter() < deadline:
            low, high, numbers = self._waiting.popleft()
            self._stop = max(self._stop, high)
            if low < self._first:
                numbers = numbers[bisect_left(numbers, self._first) :]
            at = 0
            for late, end in self.spool.late(low, high):
                begin, after = bisect_left(numbers, late), bisect_left(numbers, end)
                self._numbers.extend(array("I", numbers[at:begin]))
                self._put_late(numbers[begin:after])
                at = after
            self._numbers.extend(array("I", numbers[at:]))

    def _put_late(self, late: Sequence[int]) -> None:
        """Put lines that came late between those of their time."""
        assert self._numbers is not None
        if not late:
            return
        when = self.spool.time
        low, high = self._row_at(when(late[0])), self._row_at(when(late[-1]) + 1)
        among = [*self._numbers[low : max(low, high)], *late]
        among.sort(key=when)
        self._numbers[low : max(low, high)] = array("I", among)
        self._mixed = True

    def _row_at(self, moment: int) -> int:
        """The first row that is not older than `moment` (Unix milliseconds)."""
        assert self._numbers is not None
        low, high = 0, len(self._numbers)
        while low < high:
            middle = (low + high) // 2
            if self.spool.time(self._numbers[middle]) < moment:
                low = middle + 1
            else:
                high = middle
        return low

    # rows and numbers

    def number(self, row: int) -> int:
        """The line number of `row`, which must exist."""
        return self._first + row if self._numbers is None else self._numbers[row]

    def row(self, number: int) -> int:
        """The row of this line number; if it is none, the first one after it (`len()` if there is none)."""
        if self._numbers is None:
            return max(0, min(number, self._stop) - self._first)
        if not self._mixed:
            return bisect_left(self._numbers, number)
        try:
            return self._numbers.index(number)
        except ValueError:
            return self._row_at(self.spool.time(number))

    def page(self, start: int, stop: int) -> dict[int, SpoolLine]:
        """The lines of the rows [start, stop), by row. Rows that the spool dropped meanwhile are missing."""
        start, stop = max(0, start), min(stop, len(self))
        found: dict[int, SpoolLine] = {}
        for row, first, count in self._runs(start, stop):
            for line in self.spool.lines(first, first + count):
                found[row + line.number - first] = line
        return found

    def _runs(self, start: int, stop: int) -> list[tuple[int, int, int]]:
        """The rows [start, stop) as runs of lines behind each other in the spool: (row, line number, count)."""
        if start >= stop:
            return []
        if self._numbers is None:
            return [(start, self._first + start, stop - start)]
        return runs(self._numbers[start:stop], start)

    # finding

    def finder(self, matcher: Matcher | ErrorMatcher) -> Callable[[int, int, Callable[[], bool]], int | None]:
        """Return `RowFinder.find` for `matcher` in the rows as they are now, for use in a thread."""
        numbers = None if self._numbers is None else self._numbers[:]
        return RowFinder(self.spool, matcher, numbers, self._first, len(self)).find


class RowFinder(NamedTuple):
    """A search of rows: those with the line `numbers`, or all lines from number `first`."""

    spool: Spool
    matcher: Matcher | ErrorMatcher
    numbers: Sequence[int] | None
    first: int
    rows: int

    def find(self, start: int, step: int, stopped: Callable[[], bool]) -> int | None:
        """Return the number of the first match from row `start` (included) on in direction `step`, or None."""
        at = start
        while 0 <= at < self.rows and not stopped():
            low, high = (at, min(self.rows, at + BLOCK)) if step > 0 else (max(0, at - BLOCK + 1), at + 1)
            for _, number, length in self._runs(low, high)[::step]:
                hits = [
                    block.first + hit
                    for block in blocks(self.spool, number, number + length)
                    for hit in self.matcher.rows(block)
                ]
                if hits:
                    return hits[0] if step > 0 else hits[-1]
            at = high if step > 0 else low - 1
        return None

    def _runs(self, start: int, stop: int) -> list[tuple[int, int, int]]:
        if self.numbers is None:
            return [(start, self.first + start, stop - start)]
        return runs(self.numbers[start:stop], start)


def runs(numbers: Sequence[int], row: int) -> list[tuple[int, int, int]]:
    """Line numbers of the rows from `row` on as runs without gap: (row, line number, count)."""
    if numbers[-1] - numbers[0] == len(numbers) - 1 and all(
        after - before == 1 for before, after in zip(numbers, numbers[1:])
    ):
        return [(row, numbers[0], len(numbers))]
    found: list[tuple[int, int, int]] = []
    for index, number in enumerate(numbers):
        if found and number == found[-1][1] + found[-1][2]:
            found[-1] = (found[-1][0], found[-1][1], found[-1][2] + 1)
        else:
            found.append((row + index, number, 1))
    return found
