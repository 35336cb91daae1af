"""A thread that follows the log of one container.

The thread lives as long as one `docker logs --follow`. Its `Resume` lives as long as the container,
so that a new thread continues where the last one ended.
"""

from __future__ import annotations

import threading
from enum import Enum
from typing import TYPE_CHECKING

from dots_tui.remote.docker import follow_command
from dots_tui.remote.problems import RemoteProblem
from dots_tui.remote.resume import Batch, LineSplitter, Resume

if TYPE_CHECKING:
    from collections.abc import Callable

    Stream = Callable[[str, Callable[[bytes], None], Callable[[], bool]], "int | None"]


class Outcome(Enum):
    """The end of following a log."""

    ENDED = "ended"
    """The container ended or was removed (Docker's answer is the same): ask `docker ps`."""
    CUT = "cut"
    """The connection or the remote command was cut: follow again."""
    FAILED = "failed"
    """`docker logs` or the handling of its lines failed: see `Follower.message`."""
    STOPPED = "stopped"
    """This program ended it."""


class Follower:
    """A follower of `container` (name or id) over `stream` (`Connection.stream` or `Pool.stream`).

    `on_batch` is called in the follower's thread with new lines. The next bytes are read when it
    returns, so a slow reader slows down the remote command and does not fill the memory. `on_end`
    is called last.
    """

    def __init__(
        self,
        container: str,
        stream: Stream,
        resume: Resume,
        on_batch: Callable[[Batch], None],
        on_end: Callable[[Follower], None] = lambda _: None,
    ) -> None:
        self.container = container
        self.outcome: Outcome | None = None
        """None while following."""
        self.message = ""
        self._stream = stream
        self._resume = resume
        self._on_batch = on_batch
        self._on_end = on_end
        self._stop = threading.Event()
        self._splitter = LineSplitter()
        self._said: list[bytes] = []
        self._thread = threading.Thread(target=self._run, name=f"follow {container[:40]}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; it ends within a quarter of a second or when the connection is closed."""
        self._stop.set()

    def join(self, timeout: float) -> bool:
        """Wait for the end; return False if the thread is still running."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self.outcome = self._follow()
        except RemoteProblem as problem:
            self.message = str(problem)
            self.outcome = Outcome.STOPPED if self._stop.is_set() else Outcome.CUT
        except Exception as error:  # noqa: BLE001 - a defect of a reader ends its feed, not the screen; it is shown
            self.message = f"The reader failed ({type(error).__name__}: {error}). Please report this."
            self.outcome = Outcome.FAILED
        finally:
            self._on_end(self)

    def _follow(self) -> Outcome:
        command = follow_command(self.container, self._resume.start())
        status = self._stream(command, self._on_chunk, self._stop.is_set)
        if self._stop.is_set():
            return Outcome.STOPPED
        if status is None:
            return Outcome.CUT  # the incomplete last line is sent again
        self._hand_over(self._splitter.end())
        if status == 0:
            return Outcome.ENDED
        said = b" ".join(self._said).decode("utf-8", "replace")
        self.message = said or f"docker logs ended with status {status}."
        return Outcome.FAILED

    def _on_chunk(self, chunk: bytes) -> None:
        self._hand_over(self._splitter.feed(chunk))

    def _hand_over(self, raw: list[bytes]) -> None:
        batch = self._resume.take(raw)
        self._said = (self._said + batch.strays)[-3:]
        if batch.lines:
            self._on_batch(batch)
