"""The ``params`` a reward function is given: all keys simapp 6 passes, consistent with each other.

Keys and units are those of simapp's RewardParam list. X, y, heading, speed and steering equal the columns of
the trace row of the same step. Everything that can be changed is made anew for each call, so a reward
function that changes it harms nobody (simapp passes a deep copy).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.actions import Action
    from dots_tui.reward.car import Car
    from dots_tui.tracks.geometry import Position, Track

CAMERA_REACH_M = 3.0
CAMERA_HALF_ANGLE = math.radians(60.0)


class Obstacle(NamedTuple):
    """A box on the road."""

    x: float
    y: float
    distance_m: float
    offset_m: float


@dataclass(frozen=True)
class Moment:
    """A car on a track at the end of a step, and what the rules make of it."""

    car: Car
    track: Track
    position: Position
    action: Action
    step: int
    progress: float
    time: float
    """Simulation seconds."""
    on_track: bool
    """All wheels."""
    off_track: bool
    """All wheels off."""
    crashed: bool
    reversed: bool
    """Driven against the track's own direction."""
    obstacles: Sequence[Obstacle]


def reward_params(moment: Moment) -> dict[str, Any]:
    """The dictionary of one call."""
    position, track, car = moment.position, moment.track, moment.car
    params: dict[str, Any] = {
        "all_wheels_on_track": moment.on_track,
        "x": car.x,
        "y": car.y,
        "heading": car.heading_degrees,
        "distance_from_center": abs(position.offset_m),
        "projection_distance": position.distance_m,
        "progress": moment.progress,
        "steps": moment.step,
        "speed": moment.action.speed,
        "steering_angle": moment.action.steering,
        "track_width": track.width_at(position.distance_m),
        "track_length": track.length_m,
        "waypoints": list(track.centre),
        "closest_waypoints": list(position.neighbours),
        "is_left_of_center": position.offset_m > 0.0,
        "is_reversed": moment.reversed,
        "is_crashed": moment.crashed,
        "is_offtrack": moment.off_track,
        "closest_objects": [0, 0],
        "objects_location": [],
        "objects_left_of_center": [],
        "object_in_camera": False,
        "objects_speed": [],
        "objects_heading": [],
        "objects_distance_from_center": [],
        "objects_distance": [],
        "sim_time": moment.time,
    }
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
