"""The state of the transport as the supervisor notes it and others read it, and how long to wait between tries."""

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
    """The pauses between tries: each of *pauses* in turn, then the last one for ever."""

    def __init__(self, pauses: Sequence[float] = RETRIES_S) -> None:
        self._pauses = tuple(pauses)
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure."""
        pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
        self._failures += 1
        return pause

    def reset(self) -> None:
        """It worked."""
        self._failures = 0


class Link:
    """Thread-safe notes about the transport."""

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
        """Note a state; True when that is news. `since` moves only when the word changes."""
        with self._lock:
            old = self._state
            since = old.since if old.state == state else time.time()
            self._state = TransportState(state, message, since)
            self._retry_at = None if retry_in is None else time.monotonic() + retry_in
            return (old.state, old.message) != (state, message)

    def trying(self) -> None:
        """It is being tried now: no try is awaited any more."""
        with self._lock:
            self._retry_at = None

    def ladder(self, rung: str, rungs: tuple[RungState, ...], climb_in: float | None) -> None:
        """Note how the ladder stands."""
        with self._lock:
            self._rung, self._rungs = rung, rungs
            self._climb_at = None if climb_in is None else time.monotonic() + climb_in

    def data(self, age_s: float = 0.0) -> None:
        """Log lines came in that were written *age_s* ago."""
        at = time.monotonic() - max(0.0, age_s)
        with self._lock:
            self._data_at = at if self._data_at is None else max(self._data_at, at)

    def snapshot(self) -> TransportState:
        """The state now."""
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
