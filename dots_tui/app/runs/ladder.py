"""The choice of the transport for a run: the best one that works; better ones are retried later. Pure.

Rungs are numbered, 0 is the best. The caller asks `next` for the rung to try and reports the result. It also supplies
the time, from any steady clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DIRECT, TUNNEL, BUCKET = "direct", "tunnel", "bucket"
"""Ways: a direct connection to the SSH port, one through AWS, and no connection."""
IN_USE, FAILED, NOT_POSSIBLE, NOT_TRIED = "in use", "failed", "not possible", "not tried"
RUNG, WAY, HOST = "rung", "way", "host"
"""What a failure rules out: this rung; all rungs of the same way; all rungs that log in to the host."""
CLIMB_S = (10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
"""Pauses between attempts to use a better rung; a new instance is usually reachable after a minute."""
PATIENCE = 2
"""Failures of a rung that worked before, until the next one is tried: most cuts are over in seconds."""


@dataclass(frozen=True)
class RungInfo:
    """A rung: its name for programs, its title for people, and its way."""

    name: str
    title: str
    way: str = DIRECT


@dataclass(frozen=True)
class RungState:
    """The state of a rung: one of the words above, why it is not used, and advice."""

    name: str
    title: str
    state: str = NOT_TRIED
    reason: str = ""
    advice: str = ""


class Ladder:
    """The rungs, best first. Not thread-safe."""

    def __init__(self, rungs: Sequence[RungInfo], climb_s: Sequence[float] = CLIMB_S, patience: int = PATIENCE) -> None:
        self.rungs = tuple(rungs)
        self.held: int | None = None
        """The rung in use."""
        self._states = [RungState(rung.name, rung.title) for rung in self.rungs]
        self._climb_s = tuple(climb_s)
        self._most_patience = patience
        self._patience = 0
        self._first = 0  # where the next pass begins
        self._below = len(self.rungs)  # where this pass ends
        self._tried: set[int] = set()
        self._climbs = 0
        self._climb_at: float | None = None

    def begin(self) -> None:
        """Begin a pass, at the rung that worked last or at the top."""
        self._tried = set()
        self._below = len(self.rungs)

    def next(self) -> int | None:
        """Return the rung to try now; None if none is left."""
        start = self._first if self.held is None else 0
        return next((i for i in range(start, self._below) if i not in self._tried), None)

    def skip(self, index: int, reason: str, advice: str = "") -> None:
        """Record that a rung is not possible; it was not tried."""
        self._note(index, NOT_POSSIBLE, reason, advice)

    def fail(self, index: int, reason: str, advice: str = "", closes: str = RUNG) -> None:
        """Record that a rung was tried and failed."""
        self._note(index, FAILED, reason, advice)
        for other, rung in enumerate(self.rungs):
            same = rung.way == self.rungs[index].way if closes == WAY else rung.way != BUCKET
            if closes != RUNG and same and other not in self._tried and other != self.held:
                self._note(other, NOT_POSSIBLE, reason, advice)
        if self.held is None and index == self._first and self._patience > 0:
            self._patience -= 1
            self._below = 0  # it worked before: wait, and try it again
        elif self.held is None and self.next() is None:
            self._first = 0

    def hold(self, index: int, now: float) -> None:
        """Record that a rung is in use."""
        if self.held is None or index < self.held:
            self._climbs = 0 if index == 0 or self._first != index else self._climbs
        self.held = self._first = index
        self._patience = self._most_patience
        self._note(index, IN_USE, "", "")
        for worse in range(index + 1, len(self.rungs)):
            rung = self.rungs[worse]
            self._states[worse] = RungState(rung.name, rung.title)
        self._plan_climb(now)

    def lost(self) -> None:
        """Record that the rung in use no longer works."""
        self.held = None
        self._climb_at = None

    def climb_due(self, now: float) -> bool:
        """Return true if it is time to try a better rung."""
        return self._climb_at is not None and now >= self._climb_at

    def climb_in(self, now: float) -> float | None:
        """Return the seconds until a better rung is tried; None if there is none."""
        return None if self._climb_at is None else max(0.0, self._climb_at - now)

    def climb(self) -> None:
        """Begin a pass over the rungs better than the one in use; end it with `hold` or `stay`."""
        assert self.held is not None
        self._tried = set()
        self._below = self.held

    def stay(self, now: float) -> None:
        """Record that no better rung works."""
        self._climbs += 1
        self._plan_climb(now)

    def states(self) -> tuple[RungState, ...]:
        """Return the states of all rungs."""
        return tuple(self._states)

    def _plan_climb(self, now: float) -> None:
        pause = self._climb_s[min(self._climbs, len(self._climb_s) - 1)]
        self._climb_at = now + pause if self.held else None

    def _note(self, index: int, state: str, reason: str, advice: str) -> None:
        rung = self.rungs[index]
        self._tried.add(index)
        self._states[index] = RungState(rung.name, rung.title, state, reason, advice)
