"""The line the cars drove, from a few of their rows: what a map shows where the shape of the track is not at hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dots_tui.training.records import PREPARE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.training.rows import Rows

EVERY = 25
"""Of so many rows one is looked at."""
_MOST_WAYPOINTS = 5000
"""More than any track has."""
_MOST_WORLDS = 20
_LIKE = 20
"""A place is the mean of about so many of the newest rows nearest to its waypoint: it does not jump about."""


class Driven:
    """Where the cars were nearest to each waypoint, for each track. Bounded, however long the run is."""

    def __init__(self) -> None:
        self._places: dict[str, dict[int, tuple[float, float, int]]] = {}
        self._lines: dict[str, tuple[tuple[float, float], ...]] = {}
        self._left: dict[str, int] = {}

    def rows(self, container: str, world: str | None, rows: Rows) -> None:
        """More rows of a container, which drives on *world* (None: not known)."""
        at = self._left.get(container, 0)
        while at < rows.size:
            if rows.status[at] != PREPARE:  # in simapp 6 that may be where the episode before ended
                self._add(world or "", *rows.place(at))
            at += EVERY
        self._left[container] = at - rows.size

    def _add(self, world: str, waypoint: int, x: float, y: float) -> None:
        if waypoint < 0 or not (math.isfinite(x) and math.isfinite(y)):
            return
        places = self._places.get(world)
        if places is None:
            if len(self._places) >= _MOST_WORLDS:
                return
            places = self._places[world] = {}
        before = places.get(waypoint)
        if before is None:
            if len(places) >= _MOST_WAYPOINTS:
                return
            before = (x, y, 0)
        count = min(_LIKE, before[2] + 1)
        places[waypoint] = (before[0] + (x - before[0]) / count, before[1] + (y - before[1]) / count, count)
        self._lines.pop(world, None)

    def lines(self) -> Mapping[str, tuple[tuple[float, float], ...]]:
        """Of each world ("" where that is not known) the points in metres, by their waypoints."""
        for world, places in self._places.items():
            if world not in self._lines:
                self._lines[world] = tuple(places[number][:2] for number in sorted(places))
        return dict(self._lines)
