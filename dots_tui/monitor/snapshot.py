"""What the monitor shows of itself: immutable values, cheap to make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.training.containers import Container
    from dots_tui.training.snapshot import RunSnapshot

CONNECTING = "connecting"
CONNECTED = "connected"
WAITING = "waiting"
"""there is nothing to connect to yet: the instance has no address, say"""
LOST = "lost"
STOPPED = "stopped"


@dataclass(frozen=True)
class TransportState:
    """How we reach the instance at the moment.

    `state` is one of the words above, `message` says why in plain words, `since` is when that began (Unix
    seconds), `data_age_s` how long ago the newest log line came in (None: none yet), `retry_in_s` the seconds
    to the next try (None: no try is due).
    """

    state: str
    message: str
    since: float
    data_age_s: float | None = None
    retry_in_s: float | None = None


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


@dataclass(frozen=True)
class MonitorSnapshot:
    """Everything about one watched run."""

    transport: TransportState
    run: RunSnapshot
    containers: tuple[Container, ...]
    feeds: tuple[FeedState, ...]
