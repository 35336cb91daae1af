"""One container of the embedded cloud: its state, and its log in memory, limited in size."""

from __future__ import annotations

import secrets
import threading
import time
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.demo.instance_clock import InstanceClock

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTRY_COST = 200
"""Approximate overhead of a line in bytes."""


class Entry(NamedTuple):
    """A line of a log: `stamp` is 30 characters (see `stamp_of`), `data` has no newline."""

    stamp: str
    stream: str
    data: bytes


class ContainerLog:
    """A container, which runs when it is created. All methods can be called from any thread.

    It keeps the newest `max_bytes` of its log. `DockerEngine.create` makes it.
    """

    def __init__(
        self, name: str, image: str, labels: Mapping[str, str], max_bytes: int, clock: InstanceClock | None = None
    ) -> None:
        self._clock = clock or InstanceClock()
        self.name = name
        self.image = image
        self.labels = dict(labels)
        self.id = secrets.token_hex(32)
        self.created = self._clock.now()
        self.started = self.created
        self.finished: float | None = None
        self.exit_code = 0
        self.restarts = 0
        self._max_bytes = max_bytes
        self._changed = threading.Condition()
        self._entries: list[Entry] = []
        self._first = 0  # the number of _entries[0], counted from the first line of the container
        self._size = 0
        self._last_ns = 0
        self._removed = False

    @property
    def running(self) -> bool:
        """True while the container runs."""
        return self.finished is None

    @property
    def size(self) -> int:
        """Approximate memory use of the log in bytes."""
        return self._size

    def write(self, line: str | bytes, stream: str = "stdout") -> None:
        """Print `line` (without newline) on `stdout` or `stderr`. Raises ValueError if the container does not run."""
        data = line.encode("utf-8") if isinstance(line, str) else line
        with self._changed:
            if not self.running:
                raise ValueError(f"container {self.name} does not run")
            # like Docker's clock: each line of a container has its own time
            self._last_ns = max(self._clock.now_ns(), self._last_ns + 1)
            self._entries.append(Entry(stamp_of(self._last_ns), stream, data))
            self._size += len(data) + ENTRY_COST
            if self._size > self._max_bytes:
                self._shrink()
            self._changed.notify_all()

    def exit(self, code: int = 0) -> None:
        """End the container with exit code `code`. Followers of its log read it to the end, then end too."""
        with self._changed:
            if self.running:
                self.finished = self._clock.now()
                self.exit_code = code
            self._changed.notify_all()

    def restart(self) -> None:
        """Start the container again; its log continues."""
        self.exit(143)
        with self._changed:
            self.finished = None
            self.started = self._clock.now()
            self.restarts += 1
            self._changed.notify_all()

    def remove(self) -> None:
        """Remove the container; its log is gone for its followers too."""
        self.exit(137)
        with self._changed:
            self._removed = True
            self._changed.notify_all()

    def start_of(self, since: str | None, tail: int | None) -> int:
        """Return the number of the first line at or after the stamp `since` that is among the last `tail` lines."""
        with self._changed:
            end = self._first + len(self._entries)
            start = self._first + (bisect_left(self._entries, (since,)) if since else 0)
            return start if tail is None else max(start, end - tail)

    def read(self, start: int, most: int = 500) -> tuple[int, list[Entry]]:
        """Return at most `most` lines from number `start`, and the next number; dropped lines are skipped."""
        with self._changed:
            low = max(start - self._first, 0)
            entries = self._entries[low : low + most]
            return self._first + low + len(entries), entries

    def text(self) -> str:
        """Return the kept log of both streams, without times."""
        with self._changed:
            entries = list(self._entries)
        return "".join(entry.data.decode("utf-8", "replace") + "\n" for entry in entries)

    def wait(self, start: int, run: int, timeout: float) -> bool:
        """Wait for a line from number `start`; return False if there is none and `run` will print none.

        `run` is the value of `restarts` when following began: following ends with the container, even if it is
        restarted immediately. Returns True after `timeout` seconds.
        """
        with self._changed:
            if self._more(start):
                return True
            if self._over(run):
                return False
            self._changed.wait(timeout)
            return self._more(start) or not self._over(run)

    def _more(self, start: int) -> bool:
        return not self._removed and start < self._first + len(self._entries)

    def _over(self, run: int) -> bool:
        return not self.running or self.restarts != run

    def _shrink(self) -> None:
        """Drop the oldest lines until the log takes three quarters of the limit."""
        dropped = 0
        while self._size > self._max_bytes * 3 // 4 and dropped < len(self._entries) - 1:
            self._size -= len(self._entries[dropped].data) + ENTRY_COST
            dropped += 1
        del self._entries[:dropped]
        self._first += dropped


def stamp_of(nanoseconds: int) -> str:
    """Return a time in the format of `docker logs --timestamps`: 30 characters, nanoseconds zero-padded, UTC."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:09d}Z"
