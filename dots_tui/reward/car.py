"""The simulated car: a kinematic bicycle of the size of a DeepRacer.

Steering and speed follow their commands with a small lag, and the tyres hold only so much: faster than that
the car understeers, so speed must fit the bend.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

WHEELBASE = 0.164
"""Metres between the axles."""
HALF_LENGTH, HALF_WIDTH = 0.082, 0.08
"""From the middle of the car to its wheels, metres."""
NOSE_M = 0.14
"""simapp measures a car at a point so far ahead of the middle of its wheels (``RELATIVE_POSITION_OF_FRONT_OF_CAR``)."""
STEERING_LAG = 0.05
SPEED_LAG = 0.2
"""Seconds in which about two thirds of a change of the command have happened."""
GRIP = 7.0
"""Most lateral acceleration, m/s2."""


@dataclass
class Car:
    """Position of the middle of the wheels (m), heading (radians) and what wheels and motor really do."""

    x: float
    y: float
    heading: float
    speed: float = 0.0
    steering: float = 0.0
    """Radians, positive to the left."""

    def drive(self, steering: float, speed: float, seconds: float) -> None:
        """Hold a command (degrees, m/s) for some time."""
        self.steering += (math.radians(steering) - self.steering) * (1.0 - math.exp(-seconds / STEERING_LAG))
        self.speed += (speed - self.speed) * (1.0 - math.exp(-seconds / SPEED_LAG))
        way = self.speed * seconds
        turn = way * math.tan(self.steering) / WHEELBASE
        most = GRIP / self.speed * seconds if self.speed > 0.05 else math.inf
        turn = max(-most, min(most, turn))
        # Along the chord of the arc.
        middle = self.heading + turn / 2.0
        chord = way * (math.sin(turn / 2.0) / (turn / 2.0)) if abs(turn) > 1e-6 else way
        self.x += chord * math.cos(middle)
        self.y += chord * math.sin(middle)
        self.heading = math.remainder(self.heading + turn, 2.0 * math.pi)

    @property
    def heading_degrees(self) -> float:
        """-180..180, as in trace and reward parameters."""
        return math.degrees(self.heading)

    @property
    def nose(self) -> tuple[float, float]:
        """The point that ``x`` and ``y`` of trace and reward parameters are of."""
        return self.x + NOSE_M * math.cos(self.heading), self.y + NOSE_M * math.sin(self.heading)

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Where the four wheels are."""
        along_x, along_y = HALF_LENGTH * math.cos(self.heading), HALF_LENGTH * math.sin(self.heading)
        left_x, left_y = -HALF_WIDTH * math.sin(self.heading), HALF_WIDTH * math.cos(self.heading)
        return tuple(
            (self.x + a * along_x + b * left_x, self.y + a * along_y + b * left_y) for a in (1, -1) for b in (1, -1)
        )

    def wheel_reach(self, road_heading: float) -> float:
        """How far the outermost wheel is from the middle of the car, across a road of that heading; metres."""
        skew = self.heading - road_heading
        return abs(HALF_LENGTH * math.sin(skew)) + abs(HALF_WIDTH * math.cos(skew))
