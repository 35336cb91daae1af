"""The action space: the commands to the car, and their text in a row of the trace."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

# simapp clips commands beyond these limits silently.
STEERING_LIMIT = 30.0
SLOWEST, FASTEST = 0.1, 4.0


class CarAction(NamedTuple):
    """One command to the car: degrees (positive to the left) and m/s."""

    steering: float
    speed: float
    text: str
    """Column 8 of the trace."""


class ActionSpace(Protocol):
    """All actions of a model."""

    @property
    def speeds(self) -> tuple[float, float]:
        """Slowest and fastest, m/s."""

    def nearest(self, steering: float, speed: float) -> CarAction:
        """Return the action nearest to a steering angle (degrees) and a speed (m/s)."""


def clip(value: float, low: float, high: float) -> float:
    """Return `value` within `low` and `high`."""
    return low if value < low else min(value, high)


class DiscreteActions:
    """A list of (steering, speed). Raise ValueError if it is empty or an entry is not finite."""

    def __init__(self, choices: tuple[tuple[float, float], ...]) -> None:
        if not choices:
            raise ValueError("the action space is empty")
        if not all(math.isfinite(value) for choice in choices for value in choice):
            raise ValueError("an action is not a finite number")
        self._actions = tuple(
            CarAction(clip(steering, -STEERING_LIMIT, STEERING_LIMIT), clip(speed, SLOWEST, FASTEST), str(index))
            for index, (steering, speed) in enumerate(choices)
        )
        speeds = [action.speed for action in self._actions]
        self.speeds = (min(speeds), max(speeds))
        # The whole range of steering counts 1.5 times as much as the whole range of speed:
        # a wrong speed is better than a wrong direction.
        self._scale = 2 * STEERING_LIMIT / 1.5 / max(self.speeds[1] - self.speeds[0], 0.1)

    def nearest(self, steering: float, speed: float) -> CarAction:
        """Return the nearest action of the list."""
        best, least = self._actions[0], math.inf
        for action in self._actions:
            far = abs(action.steering - steering) + abs(action.speed - speed) * self._scale
            if far < least:
                best, least = action, far
        return best


@dataclass(frozen=True)
class ContinuousActions:
    """Ranges of steering (degrees) and speed (m/s)."""

    steering: tuple[float, float]
    speed: tuple[float, float]

    @property
    def speeds(self) -> tuple[float, float]:
        """Slowest and fastest, m/s."""
        return clip(self.speed[0], SLOWEST, FASTEST), clip(self.speed[1], SLOWEST, FASTEST)

    def nearest(self, steering: float, speed: float) -> CarAction:
        """Return the command within the ranges."""
        steering, speed = clip(steering, *self.steering), clip(speed, *self.speed)
        return CarAction(
            clip(steering, -STEERING_LIMIT, STEERING_LIMIT), clip(speed, SLOWEST, FASTEST), f"[{steering} {speed}]"
        )


def actions_of(described: dict[str, Any]) -> ActionSpace:
    """Return the action space of a job: `discrete` is a list of pairs, `continuous` two ranges, steering first."""
    if "discrete" in described:
        return DiscreteActions(tuple((steering, speed) for steering, speed in described["discrete"]))
    steering, speed = described["continuous"]
    return ContinuousActions((steering[0], steering[1]), (speed[0], speed[1]))
