"""The shared facts of a run from all sources: state, containers, instances, machine."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from dots_tui.app.runs.bucket_facts import checkpoint_number
from dots_tui.app.runs.feed import ENDED, FOLLOWING
from dots_tui.app.runs.ladder import BUCKET
from dots_tui.app.runs.seen import Seen
from dots_tui.app.runs.snapshot import CONNECTED, InstanceSegment, LogHistory, MonitorSnapshot
from dots_tui.training.containers import EVALUATION, ROBOMAKER, TRAINER
from dots_tui.training.record_text import record_text
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dots_tui.app.runs.bucket_facts import BucketFacts, WorkerMetrics
    from dots_tui.app.runs.feed import Feed
    from dots_tui.app.runs.link import Link
    from dots_tui.app.runs.snapshot import FeedState, TransportState
    from dots_tui.remote.connection import Target
    from dots_tui.remote.gauges import Gauges
    from dots_tui.spool.store import Spool
    from dots_tui.tracks.sources import TrackStore
    from dots_tui.training.containers import Container
    from dots_tui.training.records import Record
    from dots_tui.training.rows import Rows
    from dots_tui.training.run_record import RunRecord

FOLLOWED = (ROBOMAKER, EVALUATION, TRAINER)
SETTLED_S = 10.0
"""Seconds after a reconnection until the delayed lines have arrived."""


class RunBook:
    """The facts of a run. Sources write and `snapshot` reads, from any thread.

    `changed` is called after each batch and returns at once.
    """

    def __init__(
        self,
        spool: Spool,
        run_id: int,
        link: Link,
        changed: Callable[[], None],
        tracks: TrackStore | None = None,
    ) -> None:
        self.spool = spool
        self.run_id = run_id
        self.tracks = tracks
        """Store for the shapes of tracks that a source can read."""
        self.feeds: dict[str, Feed] = {}
        """Feeds by container id. Only the supervisor changes them, under the lock."""
        self.wake = threading.Event()
        """Wakes the supervisor early; feeds live longer than the source that started them."""
        self._link = link
        self._changed = changed
        self._lock = threading.Lock()
        self._run = RunState(run_id)
        self._containers: tuple[Container, ...] = ()
        self._present: frozenset[str] = frozenset()
        self._seen: dict[str, Seen] = {}
        self._segments: tuple[InstanceSegment, ...] = ()
        self._gauges: Gauges | None = None
        self._notices: dict[str, str] = {}
        self._bucket: BucketFacts | None = None

    # -- what the sources tell --------------------------------------------------------------------

    def meet(self, containers: list[Container], make: Callable[[Container], Feed]) -> list[Container]:
        """Register the existing containers. Return those to follow; `make` creates the feeds of new ones."""
        followed = {container.id: container for container in containers if container.role in FOLLOWED}
        with self._lock:
            self._containers = tuple(containers)
            self._present = frozenset(container.id for container in containers)
            self._run.containers(containers)
            for container in followed.values():
                if container.id not in self.feeds:
                    self.feeds[container.id] = make(container)
            for gone in [key for key, feed in self.feeds.items() if key not in followed and not feed.following]:
                del self.feeds[gone]
        return list(followed.values())

    def take(self, container: Container, records: Iterable[tuple[float, Record | Rows]]) -> None:
        """Add records of a followed container, each with its time (Unix seconds)."""
        with self._lock:
            # A replaced container may still send records; its name now belongs to another container.
            if container.id in self._present:
                for at, record in records:
                    self._run.apply(container.name, record, at)
        self._link.data()
        self._changed()

    def take_copy(self, name: str, records: Iterable[Record | Rows], at: float) -> None:
        """Add records from the bucket copy of a container's log, written at `at` (Unix seconds)."""
        with self._lock:
            for record in records:
                self._run.apply(name, record, at, exact=False)
        self._link.data(time.time() - at)
        self._changed()

    def elected(self, text: str) -> None:
        """Parse the file in which compose simulations elect their main worker."""
        with self._lock:
            self._run.elected(text)

    def seen(self, name: str) -> Seen:
        """Return the known lines of the log of the named container. Call from the supervisor only."""
        return self._seen.setdefault(name, Seen())

    def arrived(self, target: Target) -> None:
        """Record that an instance was reached."""
        with self._lock:
            last = self._segments[-1] if self._segments else None
            if last is None or last.host_id != target.host_id:
                number = len(self._segments) + 1
                self._segments += (InstanceSegment(number, target.host_id, target.address, time.time()),)
            elif last.address != target.address:
                self._segments = (*self._segments[:-1], replace(last, address=target.address))

    def measured(self, gauges: Gauges | None) -> None:
        """Store the machine's gauges, None if they cannot be read."""
        with self._lock:
            self._gauges = gauges
            last = self._segments[-1] if self._segments else None
            if gauges is not None and gauges.model_prefix and last is not None:
                self._segments = (*self._segments[:-1], replace(last, model_prefix=gauges.model_prefix))

    def notice(self, key: str, sentence: str) -> None:
        """Show a message to the racer; "" removes it."""
        with self._lock:
            self._notices.pop(key, None)
            if sentence:
                self._notices[key] = sentence

    def bucket(self, facts: BucketFacts | None) -> None:
        """Store the facts from the bucket."""
        with self._lock:
            self._bucket = facts

    def measured_run(self, prefix: str, metrics: Iterable[WorkerMetrics], last_checkpoint: str) -> None:
        """Store the metrics below a model prefix."""
        rows = {one.worker: one.rows for one in metrics if one.rows}
        with self._lock:
            record = self._run.record
            record.measured(prefix, rows, checkpoint_number(last_checkpoint))
            record.prefix = record.prefix or prefix
        self._changed()

    # -- the record of the run ----------------------------------------------------------------------

    def remember(self, record: RunRecord) -> None:
        """Restore the saved record of the run."""
        with self._lock:
            prefix = self._run.record.prefix
            self._run.record.merge(record)
            self._run.record.prefix = prefix or record.prefix
        self._changed()

    def record_text(self) -> str:
        """Return the record of the run as text, to be saved."""
        with self._lock:
            return record_text(self._run.record, time.time())

    @property
    def model_prefix(self) -> str:
        """Return the prefix the model is written to, from the log or else from the instance; "" if unknown."""
        told = self._segments[-1].model_prefix if self._segments else ""
        with self._lock:
            return self._run.prefix_told or told

    # -- what is known ----------------------------------------------------------------------------

    def _lost_lines(self) -> tuple[str, ...]:
        lost = self.spool.lost
        if not lost:
            return ()
        why = self.spool.problem or "There is room again."
        return (f"{lost:,} log lines could not be kept for the log view; lanes and charts have them. {why}",)

    @property
    def segments(self) -> tuple[InstanceSegment, ...]:
        """Return the instances of the run so far."""
        return self._segments

    def worlds(self) -> list[str]:
        """Return the tracks in use, as far as the simulations have reported them."""
        with self._lock:
            run = self._run.snapshot(time.time())
        return sorted({worker.world for worker in run.workers if worker.world})

    def simulation(self) -> Container | None:
        """Return a running simulation container; None if there is none."""
        with self._lock:
            here = (one for one in self._containers if one.role in (ROBOMAKER, EVALUATION) and one.state == "running")
            return next(here, None)

    def snapshot(self) -> MonitorSnapshot:
        """Return the current state of everything."""
        now, transport = time.time(), self._link.snapshot()
        with self._lock:
            containers, gauges, segments, bucket = self._containers, self._gauges, self._segments, self._bucket
            notices = (*self._notices.values(), *self._lost_lines())
            ahead = gauges.clock_ahead_s or 0.0 if gauges is not None else 0.0
            feeds = tuple(feed.state(now + ahead) for feed in self.feeds.values())
            run = self._run.snapshot(now, now + ahead if _hears_all(transport, feeds, now) else 0.0)
        return MonitorSnapshot(transport, run, containers, feeds, gauges, segments, history_of(feeds), notices, bucket)


def _hears_all(transport: TransportState, feeds: Iterable[FeedState], now: float) -> bool:
    """Whether a container from which nothing comes has nothing to say: not what is copied to the bucket now and then,
    nor what is still to be read after a cut."""
    settled = transport.state == CONNECTED and now - transport.since >= SETTLED_S and transport.rung != BUCKET
    return settled and all(feed.share >= 1.0 and feed.state in (FOLLOWING, ENDED) for feed in feeds)


def history_of(feeds: Iterable[FeedState]) -> LogHistory | None:
    """Return the progress of the logs whose old lines are still being read, as one value."""
    reading = [feed for feed in feeds if feed.share < 1.0]
    if not reading:
        return None
    return LogHistory(
        lines=sum(feed.lines for feed in reading),
        bytes=sum(feed.bytes for feed in reading),
        share=min(feed.share for feed in reading),
        about_bytes=sum(round(feed.bytes / max(feed.share, 0.001)) for feed in reading),
    )
