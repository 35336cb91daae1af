"""What the monitor shows of itself: immutable values, cheap to make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.app.runs.bucket_facts import BucketFacts
    from dots_tui.app.runs.ladder import RungState
    from dots_tui.remote.gauges import Gauges
    from dots_tui.training.containers import Container
    from dots_tui.training.snapshot import RunSnapshot

CONNECTING = "connecting"
CONNECTED = "connected"
WAITING = "waiting"
"""there is nothing to connect to yet: the instance has no address, say"""
UNREACHED = "not reached"
"""it was tried and never worked: there is nothing to lose yet"""
LOST = "lost"
STOPPED = "stopped"


@dataclass(frozen=True)
class TransportState:
    """How we reach the run at the moment.

    `state` is one of the words above, `message` says why in plain words, `since` is when that began (Unix
    seconds), `data_age_s` how long ago the newest log line was written or came in (None: none yet), `retry_in_s`
    the seconds to the next try (None: no try is due).
    """

    state: str
    message: str
    since: float
    data_age_s: float | None = None
    retry_in_s: float | None = None
    rung: str = ""
    """Name of the rung in use, "" while none is."""
    rungs: tuple[RungState, ...] = ()
    """The whole ladder, best first: which is in use, and why the others are not."""
    climb_in_s: float | None = None
    """Seconds to the next look whether a better rung works; None on the best."""


@dataclass(frozen=True)
class FeedState:
    """One followed container.

    `state`: ``following``, ``ended`` (the container ended and its log was read to the end), ``waiting``
    (between two tries) or ``failed`` (with `message`). `lines` counts what came in, `last_line_at` is when
    (Unix seconds, None: never), `duplicates` counts lines that came again after a cut and were left out.
    """

    container_id: str
    name: str
    role: str
    state: str
    message: str
    lines: int
    duplicates: int
    last_line_at: float | None
    bytes: int = 0
    """Of the lines, without times and newlines."""
    share: float = 1.0
    """How much of the log's history was read, 0..1 by the times in it; 1 when it is read as it comes."""


@dataclass(frozen=True)
class LogHistory:
    """What was there when watching began, being read: a run may be hours old."""

    lines: int
    bytes: int
    share: float
    """0..1, of the slowest log."""
    about_bytes: int
    """What it will be in the end, reckoned from `share`."""


@dataclass(frozen=True)
class InstanceSegment:
    """One instance of the run: a spot instance that was taken away is followed by another."""

    number: int
    """From 1."""
    host_id: str
    address: str
    began: float
    """When we first reached it (Unix seconds)."""
    model_prefix: str = ""


@dataclass(frozen=True)
class MonitorSnapshot:
    """Everything about one watched run."""

    transport: TransportState
    run: RunSnapshot
    containers: tuple[Container, ...]
    feeds: tuple[FeedState, ...]
    gauges: Gauges | None = None
    """The machine's newest reading; None when there is none (yet) or it is not reached by SSH."""
    segments: tuple[InstanceSegment, ...] = ()
    history: LogHistory | None = None
    """While old lines are read; None once all is read as it comes."""
    notices: tuple[str, ...] = ()
    """What the racer should know and nothing else shows: whole sentences."""
    bucket: BucketFacts | None = None
    """What the bucket says; None unless it was looked at."""
