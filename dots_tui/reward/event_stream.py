"""The events of a child process on the parent's side: only whole, known and bounded ones come through.

The racer's code shares the child's process and can write to the same pipe. It can therefore invent results, but it can
do nothing to the parent: whatever is not an event ends the rehearsal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.lessons import Learned, Lesson
from dots_tui.reward.logged import Rescored
from dots_tui.reward.plausibility import contradiction
from dots_tui.reward.results import FunctionFault, Ranked, Reads, RehearsalNote, Sweep, decode
from dots_tui.reward.shapes import WrongShape
from dots_tui.reward.wall import Confinement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.reward.results import Event

LONGEST_LINE = 4 << 20
"""Bytes; the longest real event, a part of the sweep, has some hundred thousand."""
MOST_BYTES = 64 << 20
_MOST: Mapping[type, int] = {
    Confinement: 5,
    FunctionFault: 200,
    RehearsalNote: 200,
    Reads: 5,
    Sweep: 2_000,
    DriverEpisode: 100,
    Ranked: 5,
    Lesson: 1_000,
    Learned: 5,
}
"""Events of a kind; far more than a rehearsal sends."""


class Misbehaved(Exception):
    """The child sent something that is no event, or without end."""


class EventStream:
    """Takes bytes, gives events. `attempts` is the number of attempts that the child was asked to score."""

    def __init__(self, attempts: int = 0) -> None:
        self._attempts = attempts
        self._rest = b""
        self.renew()

    def renew(self) -> None:
        """Count anew: something else was asked for."""
        self._read = 0
        self._left: dict[type, int] = {**_MOST, Rescored: self._attempts}

    def feed(self, data: bytes) -> list[Event]:
        """The events that are complete now. Raises Misbehaved for anything else."""
        self._read += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._read > MOST_BYTES or len(self._rest) > LONGEST_LINE:
            raise Misbehaved("It sends too much.")
        events = []
        for line in lines:
            try:
                event = decode(line)
            except WrongShape as error:
                raise Misbehaved(f"It sent an invalid event ({error}).") from None
            if impossible := contradiction(event):
                raise Misbehaved(f"It sent an impossible event ({impossible}).")
            kind = type(event)
            if kind in self._left:
                self._left[kind] -= 1
                if self._left[kind] < 0:
                    raise Misbehaved("It sends too much.")
            events.append(event)
        return events
