"""The state of the transport, written by the supervisor and read by others, and the pauses between attempts."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from dots_tui.app.runs.snapshot import CONNECTING, TransportState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.app.runs.ladder import RungState

RETRIES_S = (1.0, 2.0, 4.0, 8.0, 15.0)


class BackOff:
    """The pauses between attempts: each of `pauses` in turn, then the last one repeatedly."""

    def __init__(self, pauses: Sequence[float] = RETRIES_S) -> None:
        self._pauses = tuple(pauses)
        self._failures = 0

    def next(self) -> float:
        """Return the seconds to wait after another failure."""
        pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
        self._failures += 1
        return pause

    def reset(self) -> None:
        """Reset after a success."""
        self._failures = 0


class Link:
    """The thread-safe state of the transport."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = TransportState(CONNECTING, "Looking for the instance.", time.time())
        self._retry_at: float | None = None
        self._data_at: float | None = None
        self._rung = ""
        self._rungs: tuple[RungState, ...] = ()
        self._climb_at: float | None = None

    def set(
        self,
        state: str,
        message: str,
        *,
        retry_in: float | None = None,
    ) -> bool:
        """Set the state; return true if it changed. `since` moves only if the word changes."""
        with self._lock:
            old = self._state
            since = old.since if old.state == state else time.time()
            self._state = TransportState(state, message, since)
            self._retry_at = None if retry_in is None else time.monotonic() + retry_in
            return (old.state, old.message) != (state, message)

    def trying(self) -> None:
        """Record that an attempt is in progress, so none is scheduled."""
        with self._lock:
            self._retry_at = None

    def ladder(self, rung: str, rungs: tuple[RungState, ...], climb_in: float | None) -> None:
        """Set the state of the transport ladder."""
        with self._lock:
            self._rung, self._rungs = rung, rungs
            self._climb_at = None if climb_in is None else time.monotonic() + climb_in

    def data(self, age_s: float = 0.0) -> None:
        """Record the arrival of log lines that were written `age_s` ago."""
        at = time.monotonic() - max(0.0, age_s)
        with self._lock:
            self._data_at = at if self._data_at is None else max(self._data_at, at)

    def snapshot(self) -> TransportState:
        """Return the current state."""
        with self._lock:
            now = time.monotonic()
            state = self._state
            return TransportState(
                state.state,
                state.message,
                state.since,
                data_age_s=None if self._data_at is None else now - self._data_at,
                retry_in_s=None if self._retry_at is None else max(0.0, self._retry_at - now),
                rung=self._rung,
                rungs=self._rungs,
                climb_in_s=None if self._climb_at is None else max(0.0, self._climb_at - now),
            )
