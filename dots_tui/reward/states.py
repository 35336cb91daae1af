"""The state of a car in a world, and the ``params`` simapp makes of it. All keys agree with each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.reward.car import Car
from dots_tui.reward.places import Places
from dots_tui.tracks.as_simapp import without_repeats

if TYPE_CHECKING:
    from dots_tui.tracks.as_simapp import Place
    from dots_tui.tracks.geometry import Track

STEPS_PER_SECOND = 15
FIRST_TIME = 35.0
"""Simulation seconds when the first episode begins: the world needs that long to come up."""
_NO_REPEATS = (6, 0, 2)


class State(NamedTuple):
    """A car at the end of a step. Metres, degrees, m/s."""

    x: float
    y: float
    heading: float
    speed: float
    """As commanded."""
    steering: float
    steps: int
    progress: float
    place: Place
    on_track: bool
    """All wheels."""
    off_track: bool
    """No wheel is on the track any more."""
    crashed: bool = False
    time: float | None = None
    """The simulation's clock, s, where it is known."""


class World:
    """A track as a simapp version has it, driven one way, with nobody else on it (a time trial)."""

    def __init__(self, track: Track, simapp: tuple[int, ...] = (), *, against: bool = False) -> None:
        """*simapp* is its version, empty when it is not known: the newest then; *against* drives against the track."""
        if against:
            track = track.reversed()
        if not simapp or simapp >= _NO_REPEATS:
            track = without_repeats(track)
        self.track = track
        self.places = Places(track)
        self._against = against
        self._clock = not simapp or simapp[0] >= 6

    def state(
        self, car: Car, speed: float, steering: float, steps: int, progress: float, hint: int | None = None
    ) -> State:
        """The state of *car* after *steps* steps, the last one with that command (m/s, degrees)."""
        place = self.places.at(car.x, car.y, hint)
        on_track, off_track = wheels(self.track, car, place.projection_distance, place.distance_from_center)
        return State(car.x, car.y, car.heading_degrees, speed, steering, steps, progress, place, on_track, off_track)

    def params(self, state: State) -> dict[str, Any]:
        """The dictionary of one call."""
        time = state.time
        if time is None:
            time = round(FIRST_TIME + state.steps / STEPS_PER_SECOND, 3)
        return params_of(self.track, state, against=self._against, time=time if self._clock else None)


def params_of(track: Track, state: State, *, against: bool, time: float | None) -> dict[str, Any]:
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


def wheels(track: Track, car: Car, along_m: float, aside_m: float) -> tuple[bool, bool]:
    """Whether all wheels are on the track and whether none is: of a car *aside_m* from the centre line at *along_m*."""
    reach = car.wheel_reach(track.heading_at(along_m))
    half = track.width_at(along_m) / 2.0
    return aside_m + reach <= half, aside_m - reach > half


def car_at(track: Track, along_m: float, offset_m: float, turned: float) -> Car:
    """A car beside the centre line (positive to the left), turned so many degrees to the left of its direction."""
    x, y = track.point_at(along_m, offset_m)
    return Car(x, y, math.remainder(track.heading_at(along_m) + math.radians(turned), 2.0 * math.pi))
