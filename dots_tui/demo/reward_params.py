"""The `params` of a step in the demo: those of the rehearsal, plus the values about objects on the track.

X, y, heading, speed and steering are equal to the columns of the same step's trace row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.reward.states import CarState, params_of
from dots_tui.tracks.as_simapp import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.actions import CarAction
    from dots_tui.reward.car import Car
    from dots_tui.tracks.geometry import Position, Track

CAMERA_REACH_M = 3.0
CAMERA_HALF_ANGLE = math.radians(60.0)


class Obstacle(NamedTuple):
    """A box on the track."""

    x: float
    y: float
    distance_m: float
    offset_m: float


@dataclass(frozen=True)
class Moment:
    """A car on a track at the end of a step, as the rules see it."""

    car: Car
    track: Track
    position: Position
    action: CarAction
    step: int
    progress: float
    time: float
    """Simulated seconds."""
    on_track: bool
    """True if all wheels are on the track."""
    off_track: bool
    """True if all wheels are off the track."""
    crashed: bool
    reversed: bool
    """True if the car drives against the track's own direction."""
    obstacles: Sequence[Obstacle]


def reward_params(moment: Moment) -> dict[str, Any]:
    """Return the dictionary for one call."""
    position, track, car = moment.position, moment.track, moment.car
    # The borders of the demo's tracks have a constant distance from the center line, so no search is needed.
    place = Place(
        closest_waypoints=position.neighbours,
        closest_waypoint=position.index,
        distance_from_center=abs(position.offset_m),
        is_left_of_center=position.offset_m > 0.0,
        projection_distance=position.distance_m,
        track_width=track.width_at(position.distance_m),
    )
    state = CarState(
        car.x,
        car.y,
        car.heading_degrees,
        moment.action.speed,
        moment.action.steering,
        moment.step,
        moment.progress,
        place,
        moment.on_track,
        moment.off_track,
    )
    params = params_of(track, state, against=moment.reversed, time=moment.time)
    params["is_crashed"] = moment.crashed
    if moment.obstacles:
        params.update(_objects(moment))
    return params


def _objects(moment: Moment) -> dict[str, Any]:
    obstacles, here = moment.obstacles, moment.position.distance_m
    order = sorted(range(len(obstacles)), key=lambda i: obstacles[i].distance_m)
    ahead = next((place for place, i in enumerate(order) if obstacles[i].distance_m > here), 0)
    return {
        "closest_objects": [order[ahead - 1], order[ahead]],
        "objects_location": [(o.x, o.y) for o in obstacles],
        "objects_left_of_center": [o.offset_m > 0.0 for o in obstacles],
        "object_in_camera": any(_in_camera(moment.car, o) for o in obstacles),
        "objects_speed": [0.0] * len(obstacles),
        "objects_heading": [0.0] * len(obstacles),
        "objects_distance_from_center": [abs(o.offset_m) for o in obstacles],
        "objects_distance": [o.distance_m for o in obstacles],
    }


def _in_camera(car: Car, obstacle: Obstacle) -> bool:
    dx, dy = obstacle.x - car.x, obstacle.y - car.y
    angle = math.remainder(math.atan2(dy, dx) - car.heading, 2.0 * math.pi)
    return math.hypot(dx, dy) < CAMERA_REACH_M and abs(angle) < CAMERA_HALF_ANGLE
