"""One episode of a worker: the sums of its rows."""

from __future__ import annotations

from functools import reduce
from itertools import chain
from operator import add
from typing import TYPE_CHECKING

from dots_tui.training import records as r

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.training.rows import Rows

_NEW_LAP_PERCENT = 50.0
"""After a complete lap in an episode, progress below this value belongs to the next lap."""


class Episode:
    """The rows of one episode, added in batches of any size."""

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
        # In a continuous evaluation the next lap is a new episode, but its steps continue to count.
        follows = before is not None and (first.episode, first.step) == (before.episode + 1, before.step + 1)
        self.whole = first.step == 1 or follows
        """True if its first row was seen."""
        self._began_at = at
        self.first = first
        self.last = first
        self.rewarded = 0.0
        self.progress = 0.0
        self._at_start = True
        self._lapped = False
        self._lap_from: float | None = first.time if self.whole else None

    def goes_on_with(self, number: int, step: int) -> bool:
        """Return True if the step continues this episode.

        Steps increase within an episode; a repeated number comes from a restarted container.
        """
        return number == self.number and step > self.last.step

    def wall_s(self, at: float | None) -> float | None:
        """Return its wall-clock seconds: by the rows' own clock, else by the times of printing (the last at
        `at`).
        """
        began, ended = self.first.wall_clock, self.last.wall_clock
        if began is None or ended is None:
            began, ended = self._began_at, at
        return ended - began if began is not None and ended is not None else None

    def add(self, rows: Rows) -> list[float | None]:
        """Add rows; return the simulated seconds of each completed lap (None: its start was not seen)."""
        self.last = rows.row(-1)
        # Added one by one, not with sum(), so that the total does not depend on the batch size.
        self.rewarded = reduce(add, rows.reward, self.rewarded)
        progress = _driven(rows)
        if not progress:
            return []
        top = max(progress)
        self.progress = top if self._at_start else max(chain((self.progress,), progress))
        self._at_start = False
        return list(self._laps(rows)) if self._lapped or not top < r.COMPLETE_PERCENT else []

    def _laps(self, rows: Rows) -> Iterator[float | None]:
        for index, (percent, status) in enumerate(zip(rows.progress, rows.status)):
            if status == r.PREPARE:
                continue
            if self._lapped and percent < _NEW_LAP_PERCENT:
                self._lapped, self._lap_from = False, rows.row(index).time
            elif not self._lapped and percent >= r.COMPLETE_PERCENT:
                self._lapped = True
                yield round(rows.row(index).time - self._lap_from, 3) if self._lap_from is not None else None


def _driven(rows: Rows) -> Sequence[float]:
    """Return the progress of all rows except `prepare`: in simapp 6 that row can be left from the previous
    episode.
    """
    prepared = rows.status.count(r.PREPARE)
    if not prepared:
        return rows.progress
    if prepared == 1 and rows.status[0] == r.PREPARE:
        return rows.progress[1:]
    return [percent for percent, status in zip(rows.progress, rows.status) if status != r.PREPARE]


def cut(rows: Rows) -> Iterator[Rows]:
    """Yield rows of one log, cut where an episode ends or begins."""
    start = 0
    while start < rows.size:
        try:
            end = rows.done.index(True, start) + 1
        except ValueError:
            end = rows.size
        part = rows.part(start, end)
        if _is_one(part):
            yield part
        else:
            yield from _cut_one_by_one(part)
        start = end


def _is_one(rows: Rows) -> bool:
    """Return True if all rows belong to one episode and none is missing."""
    first = rows.step[0]
    same = rows.episode.count(rows.episode[0]) == rows.size
    return same and list(rows.step) == list(range(first, first + rows.size))


def _cut_one_by_one(rows: Rows) -> Iterator[Rows]:
    numbers, steps = rows.episode, rows.step
    start = 0
    for index, (number, following, step, after) in enumerate(zip(numbers, numbers[1:], steps, steps[1:]), start=1):
        if following != number or after <= step:
            yield rows.part(start, index)
            start = index
    yield rows.part(start, rows.size)
