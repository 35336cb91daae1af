"""Off-track spots: the newest one by one, and the count of all by waypoint."""

from __future__ import annotations

from collections import deque
from types import MappingProxyType
from typing import TYPE_CHECKING

from dots_tui.training.snapshot import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_EXITS = 500
_MOST_WAYPOINTS = 5000
"""More waypoints than any track has, for each status."""
_MOST_STATUSES = 20


class Exits:
    """Off-track spots of a run. Bounded for a run of any length."""

    def __init__(self) -> None:
        self._newest: deque[Exit] = deque(maxlen=MOST_EXITS)
        self._counts: dict[str, dict[int, int]] = {}

    def add(self, one: Exit) -> None:
        """Add an off-track spot."""
        self._newest.append(one)
        if one.status not in self._counts and len(self._counts) >= _MOST_STATUSES:
            return
        counts = self._counts.setdefault(one.status, {})
        if one.waypoint in counts or len(counts) < _MOST_WAYPOINTS:
            counts[one.waypoint] = counts.get(one.waypoint, 0) + 1

    def newest(self) -> tuple[Exit, ...]:
        """The newest spots, oldest first."""
        return tuple(self._newest)

    def by_waypoint(self) -> Mapping[str, Mapping[int, int]]:
        """status -> waypoint -> count."""
        return MappingProxyType({status: MappingProxyType(dict(c)) for status, c in self._counts.items()})
