"""Parallel processes in the order of simulated time.

A process is a generator that yields its next moment (seconds), or a gate to wait at.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from typing import Callable


class WorkGate:
    """A gate where processes wait until it opens; then it stays open."""

    def __init__(self) -> None:
        self.is_open = False
        self.waiting: list[Process] = []


Process = Iterator[Union[float, WorkGate]]


class Scheduler:
    """A scheduler of processes. `now` is the simulated time in seconds, from 0."""

    def __init__(self) -> None:
        self.now = 0.0
        self._queue: list[tuple[float, int, Process]] = []
        self._count = 0

    def start(self, process: Process, delay: float = 0.0) -> None:
        """Start a process after some seconds."""
        self._put(self.now + delay, process)

    def open(self, gate: WorkGate) -> None:
        """Let the processes that wait at a gate continue, and all later ones."""
        gate.is_open = True
        for process in gate.waiting:
            self._put(self.now, process)
        gate.waiting.clear()

    def run(self, before: Callable[[float], None]) -> None:
        """Run until no process is left. `before` is called with each moment before its events."""
        while self._queue:
            moment, _, process = heapq.heappop(self._queue)
            before(moment)
            self.now = moment
            wanted = next(process, None)
            while isinstance(wanted, WorkGate) and wanted.is_open:
                wanted = next(process, None)
            if isinstance(wanted, WorkGate):
                wanted.waiting.append(process)
            elif wanted is not None:
                self._put(wanted, process)

    def _put(self, moment: float, process: Process) -> None:
        # The count keeps the order of processes with the same moment, because generators cannot be compared.
        self._count += 1
        heapq.heappush(self._queue, (moment, self._count, process))
