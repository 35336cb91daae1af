"""An episode that comes to a state of the sweep: whether the simulation could have asked what the sweep asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dots_tui.reward.states import STEPS_PER_SECOND, car_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.reward.states import CarState, SimulatedWorld

_ASIDE_M = 1.5
"""On the last metres a car leaves the center line."""
_TURN_DEGREES = 12.0
"""A car turns by no more in a step."""
_LEAST_M = 3.0
"""A state nearer to the start is come to from before it: a training begins episodes elsewhere, too."""


def approach(world: SimulatedWorld, wanted: CarState) -> Iterator[CarState]:
    """The steps from 2 on of a car that is in the place, direction and speed of *wanted* at the last of them."""
    track, length = world.track, world.track.length_m
    along = wanted.place.projection_distance
    here = track.locate(*track.point_at(along))
    aside = track.locate(wanted.x, wanted.y, here.index).offset_m
    turned = math.degrees(math.remainder(math.radians(wanted.heading) - track.heading_at(along), 2.0 * math.pi))
    stride = wanted.speed / STEPS_PER_SECOND
    turns = math.ceil(abs(turned) / _TURN_DEGREES)
    way = max(along, min(max(_LEAST_M, (turns + 2) * stride), length))
    if not track.closed:
        way = along
    steps = max(1, int(way / stride))
    for number in range(1, steps + 1):
        left = (steps - number) * stride
        beside = aside * _eased(1.0 - left / _ASIDE_M)
        degrees = math.copysign(max(0.0, abs(turned) - (steps - number) * _TURN_DEGREES), turned)
        spot = track.wrap(along - left)
        if number == steps:
            beside, degrees = aside, turned
        car = car_at(track, spot, beside, degrees)
        done = 100.0 * min(number * stride, way) / length
        yield world.state(
            car, wanted.speed, wanted.steering if degrees else 0.0, number + 1, done, track.locate(*car.nose).index
        )


def _eased(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3.0 - 2.0 * share)
