"""The clock of the embedded instance, which stamps its logs. It can be made to run faster than real time."""

from __future__ import annotations

import threading
import time


class InstanceClock:
    """Unix time in nanoseconds that never goes back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rate = 1.0
        self._base = time.time_ns()
        self._since = time.monotonic_ns()

    def now_ns(self) -> int:
        """Return the time in nanoseconds since 1970."""
        with self._lock:
            return self._now()

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self.now_ns() / 1_000_000_000

    def run_at(self, rate: float) -> None:
        """Run `rate` times as fast as real time from now on."""
        with self._lock:
            self._base, self._since = self._now(), time.monotonic_ns()
            self._rate = rate

    def _now(self) -> int:
        return self._base + round((time.monotonic_ns() - self._since) * self._rate)
