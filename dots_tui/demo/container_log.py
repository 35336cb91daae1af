"""One container of the embedded cloud: its life and its log, kept in memory up to a limit."""

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
"""Bytes a line takes besides its text, roughly."""


class Entry(NamedTuple):
    """A line of a log: `stamp` is 30 characters (see `stamp_of`), `data` has no newline."""

    stamp: str
    stream: str
    data: bytes


class ContainerLog:
    """A container, running from its making. Every method may be called from any thread.

    The newest *max_bytes* of its log are kept. Made by `DockerEngine.create`.
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
        self._first = 0  # the number of _entries[0], counted from the first line ever
        self._size = 0
        self._last_ns = 0
        self._removed = False

    @property
    def running(self) -> bool:
        """Whether the container runs."""
        return self.finished is None

    @property
    def size(self) -> int:
        """Bytes of memory the log takes, roughly."""
        return self._size

    def write(self, line: str | bytes, stream: str = "stdout") -> None:
        """The container prints *line* (without newline) on ``stdout`` or ``stderr``.

        Raises ValueError when it does not run.
        """
        data = line.encode("utf-8") if isinstance(line, str) else line
        with self._changed:
            if not self.running:
                raise ValueError(f"container {self.name} does not run")
            # Docker's clock: no two lines of a container with one time.
            self._last_ns = max(self._clock.now_ns(), self._last_ns + 1)
            self._entries.append(Entry(stamp_of(self._last_ns), stream, data))
            self._size += len(data) + ENTRY_COST
            if self._size > self._max_bytes:
                self._shrink()
            self._changed.notify_all()

    def exit(self, code: int = 0) -> None:
        """The container ends with *code*; whoever follows its log reads it to the end and ends, too."""
        with self._changed:
            if self.running:
                self.finished = self._clock.now()
                self.exit_code = code
            self._changed.notify_all()

    def restart(self) -> None:
        """Start it again; its log goes on."""
        self.exit(143)
        with self._changed:
            self.finished = None
            self.started = self._clock.now()
            self.restarts += 1
            self._changed.notify_all()

    def remove(self) -> None:
        """It is gone, and so is its log for those who follow it."""
        self.exit(137)
        with self._changed:
            self._removed = True
            self._changed.notify_all()

    def start_of(self, since: str | None, tail: int | None) -> int:
        """The number of the first line at or after the stamp *since* that is among the last *tail*."""
        with self._changed:
            end = self._first + len(self._entries)
            start = self._first + (bisect_left(self._entries, (since,)) if since else 0)
            return start if tail is None else max(start, end - tail)

    def read(self, start: int, most: int = 500) -> tuple[int, list[Entry]]:
        """Up to *most* lines from number *start* on and the number after them; dropped ones are passed over."""
        with self._changed:
            low = max(start - self._first, 0)
            entries = self._entries[low : low + most]
            return self._first + low + len(entries), entries

    def text(self) -> str:
        """The log as far as it is kept, both streams, without times."""
        with self._changed:
            entries = list(self._entries)
        return "".join(entry.data.decode("utf-8", "replace") + "\n" for entry in entries)

    def wait(self, start: int, run: int, timeout: float) -> bool:
        """Wait for a line from number *start* on; False when there is none and none will come in *run*.

        *run* is `restarts` as it was when following began: following ends when the container does, also when
        it is started again at once. True after *timeout* seconds.
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
        """Drop the oldest lines until three quarters of the limit are left."""
        dropped = 0
        while self._size > self._max_bytes * 3 // 4 and dropped < len(self._entries) - 1:
            self._size -= len(self._entries[dropped].data) + ENTRY_COST
            dropped += 1
        del self._entries[:dropped]
        self._first += dropped


def stamp_of(nanoseconds: int) -> str:
    """A time as ``docker logs --timestamps`` writes it: 30 characters, nanoseconds zero-padded, UTC."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:09d}Z"
