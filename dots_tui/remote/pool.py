"""A pool of connections to one instance.

sshd accepts 10 sessions per connection (MaxSessions); with 8 in use another connection is opened.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dots_tui.remote import problems
from dots_tui.remote.connection import Connection, Login, Output, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dots_tui.remote.host_keys import HostCheck, HostKeys
    from dots_tui.remote.problems import RemoteProblem
    from dots_tui.remote.timing import Timing

CHANNELS = 8


class Pool:
    """Connections to `target`, opened on demand. `run` and `stream` work as in Connection.

    `cancelled` cancels opening a connection. As soon as one connection is cut the pool is lost
    (`alive` is False): close it and create a new one.
    """

    def __init__(
        self,
        target: Target,
        login: Login,
        host_keys: HostKeys,
        *,
        timing: Timing | None = None,
        channels: int = CHANNELS,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.target = target
        self._login = login
        self._host_keys = host_keys
        self._timing = timing
        self._channels = channels
        self._cancelled = cancelled
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._used: dict[Connection, int] = {}
        self._closed = threading.Event()

    def open(self) -> HostCheck:
        """Open the first connection; return whether its host key was new. Raise as Connection.open does."""
        with self._channel() as connection:
            return connection.host

    @property
    def alive(self) -> bool:
        """True while every connection works."""
        with self._lock:
            return bool(self._used) and all(connection.alive for connection in self._used)

    @property
    def size(self) -> int:
        """The number of open connections."""
        with self._lock:
            return len(self._used)

    def problem(self) -> RemoteProblem | None:
        """The reason why the pool no longer works; None while it works."""
        with self._lock:
            found = [connection.problem() for connection in self._used]
        return next((problem for problem in found if problem is not None), None)

    def run(self, command: str, timeout: float) -> Output:
        """See `Connection.run`."""
        with self._channel() as connection:
            return connection.run(command, timeout)

    def stream(self, command: str, on_chunk: Callable[[bytes], None], stopped: Callable[[], bool]) -> int | None:
        """See `Connection.stream`."""
        with self._channel() as connection:
            return connection.stream(command, on_chunk, stopped)

    def close(self) -> None:
        """Close all connections and cancel one that is being opened."""
        self._closed.set()
        with self._lock:
            connections = list(self._used)
        for connection in connections:
            connection.close()

    @contextmanager
    def _channel(self) -> Iterator[Connection]:
        connection = self._reserve()
        try:
            yield connection
        finally:
            with self._lock:
                self._used[connection] -= 1

    def _reserve(self) -> Connection:
        """Return a connection with room for one more channel."""
        found = self._free()
        if found is not None:
            return found
        with self._opening:  # one at a time; a waiting thread may find room now
            found = self._free()
            if found is not None:
                return found
            connection = Connection.open(
                self.target,
                self._login,
                self._host_keys,
                timing=self._timing,
                cancelled=lambda: self._closed.is_set() or self._cancelled(),
            )
            with self._lock:
                self._used[connection] = 1
            if self._closed.is_set():  # close() may have missed it
                connection.close()
            return connection

    def _free(self) -> Connection | None:
        if self._closed.is_set():
            raise problems.cancelled(str(self.target))
        with self._lock:
            for connection, used in self._used.items():
                if used < self._channels:
                    self._used[connection] = used + 1
                    return connection
        return None
