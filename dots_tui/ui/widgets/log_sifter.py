"""Sift the lines of a spool piece by piece: directly, or in a thread that can be canceled."""

from __future__ import annotations

import threading
from array import array
from collections import deque
from typing import TYPE_CHECKING

from dots_tui.ui.widgets.log_sieve import sift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.spool.segment import Block
    from dots_tui.spool.store import Spool
    from dots_tui.ui.widgets.log_sieve import Sieve

BLOCK = 4096  # lines looked at together


class Sifter(threading.Thread):
    """A thread that sifts the lines from `start` until none are left."""

    def __init__(self, spool: Spool, sieve: Sieve, start: int) -> None:
        super().__init__(name="log sieve", daemon=True)
        self.found: deque[tuple[int, int, Sequence[int], int]] = deque()
        self.cancelled = threading.Event()
        self._spool, self._sieve, self._from = spool, sieve, start

    def run(self) -> None:
        at = self._from
        while not self.cancelled.is_set() and len(self._spool) > at:
            parts = sifted(self._spool, self._sieve, at, min(at + BLOCK, len(self._spool)))
            self.found.extend(parts)
            at = parts[-1][1] if parts else max(at + 1, self._spool.first)


def sifted(spool: Spool, sieve: Sieve, start: int, stop: int) -> list[tuple[int, int, Sequence[int], int]]:
    """The held lines of [start, stop) put through `sieve`: (from, to, numbers let through, noise), in pieces."""
    if sieve.open:
        start = max(start, min(spool.first, stop))
        return [(start, stop, range(start, stop), 0)] if start < stop else []
    names = spool.source_numbers(sieve.sources or ())
    found: list[tuple[int, int, Sequence[int], int]] = []
    for low in range(max(start, spool.first), stop, BLOCK):
        for block in blocks(spool, low, min(stop, low + BLOCK)):
            kept = sift(sieve, block, names)
            found.append((block.first, block.first + len(block), array("I", kept.numbers), kept.noise))
    return found


def blocks(spool: Spool, start: int, stop: int) -> list[Block]:
    """Return the held lines of [start, stop): one block, or two where a spool file ends."""
    found = []
    while (block := spool.block(start, stop)) is not None:
        found.append(block)
        start = block.first + len(block)
    return found
