"""The driven line of the cars, from some of their rows. A map shows it when the track shape is not available."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dots_tui.training.records import PREPARE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.training.rows import Rows

EVERY = 25
"""Only every Nth row is examined."""
_MOST_WAYPOINTS = 5000
"""More waypoints than any track has."""
_MOST_WORLDS = 20
_LIKE = 20
"""A point is the mean of about this many of the newest rows nearest to its waypoint, so that it does not jump."""


class Driven:
    """The mean position of the cars near each waypoint, for each track. Bounded for a run of any length."""

    def __init__(self) -> None:
        self._places: dict[str, dict[int, tuple[float, float, int]]] = {}
        self._lines: dict[str, tuple[tuple[float, float], ...]] = {}
        self._left: dict[str, int] = {}

    def rows(self, container: str, world: str | None, rows: Rows) -> None:
        """Add rows of a container that drives on `world` (None: unknown)."""
        at = self._left.get(container, 0)
        while at < rows.size:
            if rows.status[at] != PREPARE:  # in simapp 6 this can be the end of the previous episode
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
        """For each world ("" if unknown) the points in meters, ordered by waypoint."""
        for world, places in self._places.items():
            if world not in self._lines:
                self._lines[world] = tuple(places[number][:2] for number in sorted(places))
        return dict(self._lines)
