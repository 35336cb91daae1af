"""The state of a watched run as immutable values."""

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
"""There is nothing to connect to yet, for example because the instance has no address."""
UNREACHED = "not reached"
"""Every attempt has failed so far."""
LOST = "lost"
STOPPED = "stopped"


@dataclass(frozen=True)
class TransportState:
    """The state of the connection to a run.

    `state` is one of the words above, `message` explains it, `since` is its begin (Unix seconds), `data_age_s` is the
    age of the newest log line (None: none yet), `retry_in_s` is the time to the next attempt (None: none is due).
    """

    state: str
    message: str
    since: float
    data_age_s: float | None = None
    retry_in_s: float | None = None
    rung: str = ""
    """Name of the rung in use; "" if none is."""
    rungs: tuple[RungState, ...] = ()
    """The transport ladder, best first: the rung in use, and why the others are not."""
    climb_in_s: float | None = None
    """Seconds to the next attempt to use a better rung; None on the best."""


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
    """Share of the old lines that was read, 0 to 1 by their times; 1 once lines are read as they come."""


@dataclass(frozen=True)
class LogHistory:
    """The old lines that are still being read: a run may be hours old when watching begins."""

    lines: int
    bytes: int
    share: float
    """0 to 1, of the slowest log."""
    about_bytes: int
    """The expected total, estimated from `share`."""


@dataclass(frozen=True)
class InstanceSegment:
    """One instance of the run: an interrupted spot instance is followed by another."""

    number: int
    """From 1."""
    host_id: str
    address: str
    began: float
    """When it was first reached (Unix seconds)."""
    model_prefix: str = ""


@dataclass(frozen=True)
class MonitorSnapshot:
    """Everything about one watched run."""

    transport: TransportState
    run: RunSnapshot
    containers: tuple[Container, ...]
    feeds: tuple[FeedState, ...]
    gauges: Gauges | None = None
    """The newest gauges of the machine; None if there are none yet, or without SSH."""
    segments: tuple[InstanceSegment, ...] = ()
    history: LogHistory | None = None
    """The old lines being read; None once all lines are read as they come."""
    notices: tuple[str, ...] = ()
    """Notices that nothing else shows, as sentences."""
    bucket: BucketFacts | None = None
    """Facts from the bucket; None if it was not read."""
