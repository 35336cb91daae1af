"""One followed container: its log goes to the spool and, as records, into the state of the run."""

from __future__ import annotations

import calendar
import threading
import time
from itertools import groupby
from typing import TYPE_CHECKING

from dots_tui.monitor.link import BackOff
from dots_tui.monitor.snapshot import FeedState
from dots_tui.remote.follow import Follower, Outcome
from dots_tui.remote.resume import Resume
from dots_tui.spool import SpoolProblem
from dots_tui.training.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dots_tui.remote.follow import Stream
    from dots_tui.remote.resume import Batch
    from dots_tui.spool import Spool
    from dots_tui.training.containers import Container
    from dots_tui.training.records import Record

    Apply = Callable[[Container, "list[tuple[float, Record]]"], None]

FOLLOWING, ENDED, WAITING, FAILED = "following", "ended", "waiting", "failed"
SECOND = len("2026-01-01T00:00:00")


class Feed:
    """Follows one container over as many connections as it takes.

    `follow` is called by the supervisor only; batches come in the follower's thread. *apply* takes the
    container and its new records with their times; *on_end* is called when following ends.
    """

    def __init__(self, container: Container, spool: Spool, apply: Apply, on_end: Callable[[], None]) -> None:
        self.container = container
        self._spool = spool
        self._apply = apply
        self._on_end = on_end
        self._resume = Resume()
        self._parser = Parser()
        self._follower: Follower | None = None
        self._back_off = BackOff()
        self._not_before = 0.0
        self._fruitless = True  # nothing came in since following was started
        self._lock = threading.Lock()  # for what state() reads
        self._lines = 0
        self._last_line_at: float | None = None
        self._trouble = ""

    @property
    def following(self) -> bool:
        """Whether a thread is at work."""
        return self._follower is not None and self._follower.outcome is None

    @property
    def complete(self) -> bool:
        """Whether the container ended and its log was read to the end."""
        return self._outcome() is Outcome.ENDED and not self.container.running

    def follow(self, container: Container, stream: Stream) -> None:
        """Start to follow, or go on, where there may be something new. *container* is how it looks now."""
        self.container = container
        if self.following or self.complete or time.monotonic() < self._not_before:
            return
        self._fruitless = True
        self._follower = Follower(container.id, stream, self._resume, self._on_batch, self._ended)
        self._follower.start()

    def reconnected(self) -> None:
        """There is a new connection: what failed before may be tried at once."""
        self._back_off.reset()
        self._not_before = 0.0

    def stop(self) -> None:
        """Ask the thread to end."""
        if self._follower is not None:
            self._follower.stop()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; False when it has not ended in time."""
        return self._follower is None or self._follower.join(timeout)

    def state(self) -> FeedState:
        """How it goes."""
        with self._lock:
            return FeedState(
                self.container.id,
                self.container.name,
                self.container.role,
                self._word(),
                self._trouble,
                self._lines,
                self._resume.duplicates,
                self._last_line_at,
            )

    def _outcome(self) -> Outcome | None:
        return None if self._follower is None else self._follower.outcome

    def _word(self) -> str:
        if self.following:
            return FOLLOWING
        if self._outcome() is Outcome.FAILED:
            return FAILED
        return ENDED if self.complete else WAITING

    def _on_batch(self, batch: Batch) -> None:
        container = self.container
        trouble = ""
        try:
            self._spool.append(container.name, batch.lines)
        except SpoolProblem as problem:
            trouble = str(problem)  # charts and lanes need no spool: go on without
        records: list[tuple[float, Record]] = []
        for at, lines in _by_second(batch):
            records += [(at, record) for record in self._parser.feed(b"\n".join(lines) + b"\n")]
        with self._lock:
            self._lines += len(batch.lines)
            self._last_line_at = time.time()
            self._trouble = trouble
        self._fruitless = False
        self._back_off.reset()
        self._apply(container, records)

    def _ended(self, follower: Follower) -> None:
        if self._fruitless or follower.outcome is Outcome.FAILED:
            self._not_before = time.monotonic() + self._back_off.next()
        with self._lock:
            self._trouble = follower.message or self._trouble
        self._on_end()


def _by_second(batch: Batch) -> Iterator[tuple[float, list[bytes]]]:
    """The lines of each second and when that was (Unix seconds, by the clock of the instance).

    A log is read from its start, hours at once perhaps; what happened when is only in Docker's timestamps.
    """
    pairs = zip(batch.stamps, batch.lines)
    for second, group in groupby(pairs, key=lambda pair: pair[0][:SECOND]):
        at = calendar.timegm(time.strptime(second.decode("ascii"), "%Y-%m-%dT%H:%M:%S"))
        yield float(at), [line for _, line in group]
