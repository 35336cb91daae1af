"""The state of a car in a world, and the `params` that simapp makes of it. All keys are consistent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.reward.car import HALF_LENGTH, NOSE_M, Car
from dots_tui.reward.places import Places
from dots_tui.reward.traffic import Traffic
from dots_tui.tracks.as_simapp import without_repeats

if TYPE_CHECKING:
    from dots_tui.reward.traffic import TrafficPlan
    from dots_tui.tracks.as_simapp import Place
    from dots_tui.tracks.geometry import Track

STEPS_PER_SECOND = 15
FIRST_TIME = 35.0
"""Simulation seconds at the start of the first episode: the world needs that long to start."""
_NO_REPEATS = (6, 0, 2)
_NEAR_BORDER_M = 0.06
"""At this distance from the border the curvature does not decide if a wheel is on the road."""


class CarState(NamedTuple):
    """A car at the end of a step. Meters, degrees, m/s."""

    x: float
    y: float
    heading: float
    speed: float
    """The commanded speed."""
    steering: float
    steps: int
    progress: float
    place: Place
    on_track: bool
    """True if all wheels are on the track."""
    off_track: bool
    """True if no wheel is on the track."""
    crashed: bool = False
    time: float | None = None
    """The clock of the simulation, s; None if unknown."""


class SimulatedWorld:
    """A track of a simapp version, driven in one direction, with the objects of `plan`."""

    def __init__(
        self, track: Track, simapp: tuple[int, ...] = (), *, against: bool = False, plan: TrafficPlan | None = None
    ) -> None:
        """`simapp` is its version; empty means unknown, treated as the newest. `against` reverses the track."""
        if against:
            track = track.reversed()
        if not simapp or simapp >= _NO_REPEATS:
            track = without_repeats(track)
        self.track = track
        self.places = Places(track)
        self.traffic = Traffic(track, plan) if plan is not None else None
        self.begins = FIRST_TIME
        """Simulation seconds at the start of the episode."""
        self._against = against
        self._clock = not simapp or simapp[0] >= 6

    def state(
        self, car: Car, speed: float, steering: float, steps: int, progress: float, hint: int | None = None
    ) -> CarState:
        """Return the state of `car` after `steps` steps, the last one with this command (m/s, degrees)."""
        x, y = car.nose
        place = self.places.at(x, y, hint)
        aside = place.distance_from_center if place.is_left_of_center else -place.distance_from_center
        on_track, off_track = wheels(self.track, car, place.projection_distance, aside, place.closest_waypoint)
        return CarState(x, y, car.heading_degrees, speed, steering, steps, progress, place, on_track, off_track)

    def time_of(self, state: CarState) -> float:
        """Return the simulation seconds of a state."""
        return state.time if state.time is not None else round(self.begins + state.steps / STEPS_PER_SECOND, 3)

    def params(self, state: CarState) -> dict[str, Any]:
        """Return the dictionary of one call."""
        params = params_of(self.track, state, against=self._against, time=self.time_of(state) if self._clock else None)
        if self.traffic is not None:
            heading, along = math.radians(state.heading), state.place.projection_distance
            params.update(self.traffic.params(state.x, state.y, along, heading, state.steps))
            params["is_crashed"] = state.crashed or self.traffic.hit(
                car_with_nose(state.x, state.y, heading), along, state.steps
            )
        return params


def params_of(track: Track, state: CarState, *, against: bool, time: float | None) -> dict[str, Any]:
    """What simapp passes for a state when there are no objects; *time* is its clock, None before simapp 6.

    All that can be changed is made anew for each call, so a function that changes it harms nobody (simapp passes a
    deep copy).
    """
    place = state.place
    params: dict[str, Any] = {
        "all_wheels_on_track": state.on_track,
        "x": state.x,
        "y": state.y,
        "heading": state.heading,
        "distance_from_center": place.distance_from_center,
        "projection_distance": place.projection_distance,
        "progress": state.progress,
        "steps": state.steps,
        "speed": state.speed,
        "steering_angle": state.steering,
        "track_width": place.track_width,
        "track_length": track.length_m,
        "waypoints": list(track.centre),
        "closest_waypoints": list(place.closest_waypoints),
        "is_left_of_center": place.is_left_of_center,
        "is_reversed": against,
        "is_crashed": state.crashed,
        "is_offtrack": state.off_track,
        "closest_objects": [0, 0],
        "objects_location": [],
        "objects_left_of_center": [],
        "object_in_camera": False,
        "objects_speed": [],
        "objects_heading": [],
        "objects_distance_from_center": [],
        "objects_distance": [],
    }
    if time is not None:
        params["sim_time"] = time
    return params


def wheels(track: Track, car: Car, along_m: float, offset_m: float, hint: int | None = None) -> tuple[bool, bool]:
    """Return whether all wheels are on the track, and whether no wheel is.

    `along_m` and `offset_m` are the position of the nose. Wheels are located one by one only near the border.
    """
    skew = car.heading - track.heading_at(along_m)
    aside, reach = abs(offset_m - NOSE_M * math.sin(skew)), car.wheel_reach(car.heading - skew)
    here, behind = track.width_at(along_m) / 2.0, track.width_at(along_m - NOSE_M - HALF_LENGTH) / 2.0
    if aside + reach + _NEAR_BORDER_M < min(here, behind):
        return True, False
    if aside - reach - _NEAR_BORDER_M > max(here, behind):
        return False, True
    on = 0
    for x, y in car.corners:
        place = track.locate(x, y, hint)
        on += abs(place.offset_m) <= track.width_at(place.distance_m) / 2.0
    return on == 4, on == 0


def car_at(track: Track, along_m: float, offset_m: float, turned: float) -> Car:
    """Return a car with its nose at `offset_m` (positive to the left), turned to the left by `turned` degrees."""
    return car_with_nose(
        *track.point_at(along_m, offset_m),
        math.remainder(track.heading_at(along_m) + math.radians(turned), 2.0 * math.pi),
    )


def car_with_nose(x: float, y: float, heading: float) -> Car:
    """Return the car whose nose is at x, y; `heading` in radians."""
    return Car(x - NOSE_M * math.cos(heading), y - NOSE_M * math.sin(heading), heading)
