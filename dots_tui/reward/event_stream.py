"""The events of a child process on the parent's side: only whole, known and bounded ones come through.

The racer's code shares the child's process and can write to the same pipe. It can therefore invent results, but it can
do nothing to the parent: whatever is not an event ends the rehearsal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.reward.results import Driven, Fault, Sweep, decode
from dots_tui.reward.shapes import WrongShape

if TYPE_CHECKING:
    from dots_tui.reward.results import Event

LONGEST_LINE = 4 << 20
"""Bytes; the longest real event, a part of the sweep, has some hundred thousand."""
MOST_BYTES = 64 << 20
_MOST = {Fault: 200, Sweep: 2_000, Driven: 1_000}
"""Events of a kind; the others are as many as was asked for."""


class Misbehaved(Exception):
    """The child sent something that is no event, or without end."""


class EventStream:
    """Takes bytes, gives events."""

    def __init__(self) -> None:
        self._rest = b""
        self.renew()

    def renew(self) -> None:
        """Count anew: something else was asked for."""
        self._read = 0
        self._left: dict[type, int] = dict(_MOST)

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
            kind = type(event)
            if kind in self._left:
                self._left[kind] -= 1
                if self._left[kind] < 0:
                    raise Misbehaved("It sends too much.")
            events.append(event)
        return events
