"""The speeds along a line: as fast as the tires hold, with braking before bends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dots_tui.reward.car import GRIP

if TYPE_CHECKING:
    from dots_tui.reward.actions import ActionSpace
    from dots_tui.reward.lines import DrivingLine

_BRAKE = 6.0
"""Assumed deceleration, m/s2; the lag of the motor allows about as much."""
_LEAST_BEND = 1e-3
_SLOWER = 0.85
_BEFORE_M, _BEFORE_S, _AFTER_M = 0.6, 0.5, 0.3
"""The part around the place where a car left the track that becomes slower, m and s."""
_AGAIN_M = 1.0
"""The next attempt begins this far before that part, m."""


class SpeedProfile:
    """The speeds along a line, m/s."""

    def __init__(self, line: DrivingLine, actions: ActionSpace, share: float = 1.0, *, top: float = math.inf) -> None:
        """Use `share` of the grip of the tires, at most the speed `top`."""
        self._line = line
        self._slowest, self._fastest = actions.speeds
        self._fastest = min(self._fastest, max(top, self._slowest))
        count = len(line.offsets)
        self._spacing = line.track.length_m / count
        grip = share * GRIP
        self._limits = [min(self._fastest, math.sqrt(grip / max(line.bend_at(i), _LEAST_BEND))) for i in range(count)]
        self._speeds: list[float] = []
        self._brake()

    def speed(self, along_m: float, now: float) -> float:
        """Return the speed to command at a place for a car with the speed `now`: the speed planned a moment later."""
        speeds, at = self._speeds, along_m / self._spacing
        last = int((along_m + 0.1 * now) / self._spacing) + 1
        return min(speeds[i % len(speeds)] for i in range(int(at), last + 1))

    def slow_down(self, along_m: float, now: float) -> bool:
        """Slow down in the corner before a place. Return False if the lowest speed is already used there."""
        count = len(self._limits)
        first = int((along_m - _BEFORE_M - _BEFORE_S * now) / self._spacing)
        places = range(first, int((along_m + _AFTER_M) / self._spacing) + 1)
        if max(self._limits[i % count] for i in places) <= self._slowest:
            return False
        for i in places:
            self._limits[i % count] = max(
                self._slowest, min(self._speeds[i % count], self._limits[i % count]) * _SLOWER
            )
        self._brake()
        return True

    def first_of(self, along_m: float, now: float) -> float:
        """Return where the next attempt begins before a place."""
        return along_m - _BEFORE_M - _BEFORE_S * now - _AGAIN_M

    def _brake(self) -> None:
        """Limit the speeds so that the car can brake for each slower place ahead."""
        speeds, count = list(self._limits), len(self._limits)
        rounds = 2 * count if self._line.track.closed else count - 1
        for step in range(rounds):
            i = (count - 2 - step) % count
            ahead = speeds[(i + 1) % count]
            speeds[i] = min(speeds[i], math.sqrt(ahead * ahead + 2.0 * _BRAKE * self._spacing))
        self._speeds = speeds
