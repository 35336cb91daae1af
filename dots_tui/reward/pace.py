"""How fast to go where: a speed for each place of a line with braking before bends, and corners learned by trying."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dots_tui.reward.car import GRIP
from dots_tui.reward.driving import LAP, STOPPED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.actions import ActionSpace
    from dots_tui.reward.driving import Course, Drive, Moment
    from dots_tui.reward.lines import Line

_BRAKE = 6.0
"""m/s2 by which a car is taken to slow down; the motor's lag allows about as much."""
_LEAST_BEND = 1e-3
_ATTEMPTS = 60
_SLOWER = 0.85
_BEFORE_M, _BEFORE_S, _AFTER_M = 0.6, 0.5, 0.3
"""A corner that throws the car off is taken slower from so long before the place on."""
_AGAIN_M = 1.0
"""So much before that the next attempt begins."""


class Pace:
    """Speeds along a line, m/s."""

    def __init__(self, line: Line, actions: ActionSpace, share: float = 1.0, *, top: float = math.inf) -> None:
        """*share* of what the tyres hold is used; not faster than *top*."""
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
        """What to command at a place when driving at the speed *now*: what is wanted a moment later."""
        speeds, at = self._speeds, along_m / self._spacing
        last = int((along_m + 0.1 * now) / self._spacing) + 1
        return min(speeds[i % len(speeds)] for i in range(int(at), last + 1))

    def slow_down(self, along_m: float, now: float) -> bool:
        """Take the corner before a place slower; False when it is taken as slowly as can be."""
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
        """How far before a place the next attempt has to begin."""
        return along_m - _BEFORE_M - _BEFORE_S * now - _AGAIN_M

    def _brake(self) -> None:
        """Slow down in time for what is ahead."""
        speeds, count = list(self._limits), len(self._limits)
        rounds = 2 * count if self._line.track.closed else count - 1
        for step in range(rounds):
            i = (count - 2 - step) % count
            ahead = speeds[(i + 1) % count]
            speeds[i] = min(speeds[i], math.sqrt(ahead * ahead + 2.0 * _BRAKE * self._spacing))
        self._speeds = speeds


def fastest(course: Course, actions: ActionSpace, line: Line, *, clean: bool = True) -> Drive:
    """The quickest lap along *line* with these actions: each corner as fast as keeps the car on the track.

    When there is none, the drive that came farthest.
    """
    pace = Pace(line, actions)
    best: Drive | None = None
    before: Sequence[Moment] = ()
    for _ in range(_ATTEMPTS):
        found = course.following(actions, line, pace, before=before, clean=clean)
        if found.end == LAP:
            return found
        last = found.moments[-1]
        if best is None or last.progress > best.moments[-1].progress:
            best = found
        if found.end == STOPPED or not pace.slow_down(last.position.distance_m, last.car.speed):
            break
        before = _until(found.moments, pace.first_of(last.position.distance_m, last.car.speed), course)
    assert best is not None
    return best


def _until(moments: Sequence[Moment], along_m: float, course: Course) -> Sequence[Moment]:
    """The steps of a drive before it came to a place for the last time."""
    gap = moments[-1].position.distance_m - along_m
    length = course.track.length_m
    for index in range(len(moments) - 1, -1, -1):
        way = moments[-1].position.distance_m - moments[index].position.distance_m
        if way % length >= gap and way % length < length / 2.0:
            return moments[: index + 1]
    return ()
