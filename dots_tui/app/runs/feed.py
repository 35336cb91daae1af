"""One followed container: its log goes to the spool and, as records, into the state of the run."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from dots_tui.app.runs.link import BackOff
from dots_tui.app.runs.seen import SSH
from dots_tui.app.runs.snapshot import FeedState
from dots_tui.remote.follow import Follower, Outcome
from dots_tui.remote.resume import Batch, Resume
from dots_tui.spool.store import SpoolProblem
from dots_tui.spool.times import SECOND, same_second, seconds_of, unix_second
from dots_tui.training.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dots_tui.app.runs.seen import Seen
    from dots_tui.remote.follow import Stream
    from dots_tui.spool.store import Spool
    from dots_tui.training.containers import Container
    from dots_tui.training.records import Record
    from dots_tui.training.rows import Rows

    Apply = Callable[[Container, "list[tuple[float, Record | Rows]]"], None]

FOLLOWING, ENDED, WAITING, FAILED = "following", "ended", "waiting", "failed"
STOP_S = 3.0
FRESH_S = 10.0
"""A log whose newest line is so young is read as it comes."""
QUIET_S = 2.0
"""So long a silence means that there are no old lines left."""


class Feed:
    """Follows one container over as many connections as it takes.

    `follow` is called by the supervisor only; batches come in the follower's thread. *apply* takes the
    container and its new records with their times; *on_end* is called when following ends. *seen* knows what the
    bucket told of this log before.
    """

    def __init__(
        self, container: Container, spool: Spool, apply: Apply, on_end: Callable[[], None], seen: Seen
    ) -> None:
        self.container = container
        self._seen = seen
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
        self._bytes = 0
        self._last_line_at: float | None = None
        self._first_stamp = b""
        self._last_stamp = b""
        self._history = True  # until what is read is as old as its reading
        self._trouble = ""

    @property
    def following(self) -> bool:
        """Whether a thread is at work."""
        return self._follower is not None and self._follower.outcome is None

    @property
    def complete(self) -> bool:
        """Whether the container ended and its log was read to the end."""
        return self._outcome() is Outcome.ENDED and not self.container.running

    @property
    def restless(self) -> bool:
        """Whether it is to be followed again as soon as it may."""
        return self._word() in (WAITING, FAILED)

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

    def skip_history(self, stamp: bytes) -> bool:
        """Leave out what is older than *stamp* (30 characters, Docker's); False when no history is being read."""
        with self._lock:
            if not self._history or not self.following or self._last_stamp >= stamp:
                return False
            self._history = False
        follower = self._follower
        assert follower is not None
        follower.stop()
        follower.join(STOP_S)
        self._resume.jump(stamp)
        return True

    def state(self, now: float) -> FeedState:
        """How it goes; *now* is Unix seconds by the clock of the instance."""
        with self._lock:
            share = self._share(now)
            return FeedState(
                self.container.id,
                self.container.name,
                self.container.role,
                self._word(),
                self._trouble,
                self._lines,
                self._resume.duplicates,
                self._last_line_at,
                self._bytes,
                share,
            )

    def _share(self, now: float) -> float:
        """How much of the history was read, by its times. Once read, it is that for good."""
        if not self._history or not self._last_stamp:
            return 1.0
        first, last = seconds_of(self._first_stamp), seconds_of(self._last_stamp)
        silent = self._last_line_at is not None and time.time() - self._last_line_at > QUIET_S
        if self._outcome() is Outcome.ENDED or silent or now - last < FRESH_S:
            self._history = False
            return 1.0
        return min(0.999, max(0.0, (last - first) / max(1.0, now - first)))

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
        new = self._seen.new(SSH, batch.lines)
        if new is not None:
            batch = Batch([batch.lines[index] for index in new], [batch.stamps[index] for index in new], [])
        trouble = ""
        try:
            self._spool.append(container.name, batch.lines, batch.stamps)
        except SpoolProblem as problem:
            trouble = str(problem)  # charts and lanes need no spool: go on without
        if self._spool.problem is not None:
            trouble = str(self._spool.problem)
        records: list[tuple[float, Record | Rows]] = []
        for at, lines in _by_second(batch):
            records += [(at, record) for record in self._parser.batches(b"\n".join(lines) + b"\n")]
        with self._lock:
            self._lines += len(batch.lines)
            self._bytes += sum(map(len, batch.lines))
            if batch.stamps:
                self._first_stamp = self._first_stamp or batch.stamps[0]
                self._last_stamp = max(self._last_stamp, batch.stamps[-1])
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
    for start, stop in same_second(batch.stamps):
        yield float(unix_second(batch.stamps[start][:SECOND])), batch.lines[start:stop]
