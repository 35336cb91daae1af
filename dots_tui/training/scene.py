"""A run at the moment of judgment: the expected activity of each container, and its last output.

Times are those of the log (Docker's timestamps, else the rows' own clock) in Unix seconds; this
module has no clock.
"""

from __future__ import annotations

import calendar
import re
import time
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.training import snapshot as s
from dots_tui.training.diagnosis import name_of
from dots_tui.training.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dots_tui.training.signs import Extra
    from dots_tui.training.sources import Source
    from dots_tui.training.updates import Trainer

OVER = (s.FINISHED, s.GONE, s.EXCESS, s.RESTARTING)
_CREATED = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([-+])(\d\d)(\d\d)")


class Seat(NamedTuple):
    """A worker and its state at the moment of judgment."""

    source: Worker
    seen: s.WorkerSnapshot
    heard: float | None
    """The time of its last record; before the first, its creation time. Unix seconds; None: unknown."""

    @property
    def name(self) -> str:
        return name_of(self.seen.worker, self.seen.container)


class Scene(NamedTuple):
    """A run at the moment of judgment."""

    clock: float
    """Unix seconds by the clock of the logs."""
    seats: Sequence[Seat]
    trainer: Trainer | None
    trainer_phase: str
    trainer_new: bool
    """True if it replaced another trainer and has no episode yet."""
    share_known: bool
    """True if the number of episodes per worker and iteration is known."""
    first_start: bool
    """True if the run is so young that its containers can be stopped and started again."""
    stopping: bool
    """True if the trainer reported a request to stop."""
    uploaded: tuple[int, float] | None
    extras: Mapping[str, Extra]
    trained_at: float | None

    @property
    def everybody(self) -> list[Source]:
        trainers: list[Source] = [self.trainer] if self.trainer is not None else []
        return [*(seat.source for seat in self.seats), *trainers]

    @property
    def over(self) -> bool:
        """True if all containers ended."""
        return bool(self.seats) and all(one.over for one in self.everybody)

    @property
    def waits(self) -> str:
        """The effect of a missing worker on the others."""
        return "; the trainer waits for it" if self.trainer is None or self.trainer_phase not in OVER else ""

    def silent(self, heard: float | None) -> float | None:
        """Return the seconds since `heard`."""
        return max(0.0, self.clock - heard) if heard is not None else None


def printed(source: Source) -> float | None:
    """Return the time of a container's last record, if known."""
    if source.last_at is None and isinstance(source, Worker):
        return source.driving.clock
    return source.last_at


def heard(source: Source) -> float | None:
    """Return the time of a container's last record; before the first, its creation time."""
    when = printed(source)
    if when is None and source.container is not None:
        return _created(source.container.started)
    return when


def _created(text: str) -> float | None:
    """Return Docker's `2026-01-01 10:00:00 +0100 CET` as Unix seconds."""
    match = _CREATED.match(text)
    if match is None:
        return None
    offset = (int(match[3]) * 60 + int(match[4])) * 60
    local = calendar.timegm(time.strptime(match[1], "%Y-%m-%d %H:%M:%S"))
    return float(local - offset if match[2] == "+" else local + offset)
