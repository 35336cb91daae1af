"""The episode a worker drives: what its rows add up to."""

from __future__ import annotations

from functools import reduce
from itertools import chain
from operator import add
from typing import TYPE_CHECKING

from dots_tui.training import records as r

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.training.rows import Rows

_NEW_LAP_PERCENT = 50.0
"""Progress below this, after a complete lap in the same episode, is that of the next lap."""


class Episode:
    """Takes the rows of one episode, as many at a time as come."""

    __slots__ = (
        "_at_start",
        "_began_at",
        "_lap_from",
        "_lapped",
        "first",
        "last",
        "number",
        "progress",
        "rewarded",
        "whole",
    )

    def __init__(self, first: r.Step, before: r.Step | None, at: float | None) -> None:
        self.number = first.episode
        # In a continuous evaluation the next lap is an episode of its own, but its steps go on counting.
        follows = before is not None and (first.episode, first.step) == (before.episode + 1, before.step + 1)
        self.whole = first.step == 1 or follows
        """Whether its first row was seen."""
        self._began_at = at
        self.first = first
        self.last = first
        self.rewarded = 0.0
        self.progress = 0.0
        self._at_start = True
        self._lapped = False
        self._lap_from: float | None = first.time if self.whole else None

    def goes_on_with(self, number: int, step: int) -> bool:
        """Steps count up within an episode; a number that comes again is that of a restarted container."""
        return number == self.number and step > self.last.step

    def wall_s(self, at: float | None) -> float | None:
        """Its seconds of wall-clock time: by the rows' own clock, else by when they were printed (the last at *at*)."""
        began, ended = self.first.wall_clock, self.last.wall_clock
        if began is None or ended is None:
            began, ended = self._began_at, at
        return ended - began if began is not None and ended is not None else None

    def add(self, rows: Rows) -> list[float | None]:
        """Take in rows; the simulated seconds of each lap they complete (None: its start was not seen)."""
        self.last = rows.row(-1)
        # One after the other, not sum(), so that the total does not depend on how many rows come at a time.
        self.rewarded = reduce(add, rows.reward, self.rewarded)
        progress = rows.progress
        if r.PREPARE in rows.status:
            # In simapp 6 the first row may still carry the progress of the episode before.
            progress = [percent for percent, status in zip(progress, rows.status) if status != r.PREPARE]
        if progress:
            self.progress = max(progress) if self._at_start else max(chain((self.progress,), progress))
            self._at_start = False
        if self._lapped or (progress and not max(progress) < r.COMPLETE_PERCENT):
            return list(self._laps(rows))
        return []

    def _laps(self, rows: Rows) -> Iterator[float | None]:
        for percent, time, status in zip(rows.progress, rows.time, rows.status):
            if status == r.PREPARE:
                continue
            if self._lapped and percent < _NEW_LAP_PERCENT:
                self._lapped, self._lap_from = False, time
            elif not self._lapped and percent >= r.COMPLETE_PERCENT:
                self._lapped = True
                yield round(time - self._lap_from, 3) if self._lap_from is not None else None


def cut(rows: Rows) -> Iterator[Rows]:
    """Rows of one log, cut where an episode ends or another begins."""
    numbers, steps, done = rows.episode, rows.step, rows.done
    start = 0
    for index, (number, following, step, after, over) in enumerate(
        zip(numbers, numbers[1:], steps, steps[1:], done), start=1
    ):
        if over or following != number or after <= step:
            yield rows.part(start, index)
            start = index
    yield rows.part(start, rows.size)
