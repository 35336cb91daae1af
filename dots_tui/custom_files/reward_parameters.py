"""The keys of ``params``, the dictionary a reward function is given: the one place that lists them.

From simapp's RewardParam (markov/agent_ctrl/constants.py) and what fills it in (agent_ctrl/utils.py, track_data.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Parameter:
    """One key of ``params``."""

    name: str
    kind: str
    """Its type in words: "bool", "int", "float", "list of float" ..."""
    unit: str
    """"" where there is none."""
    low: float | None
    high: float | None
    """The range of a number, None where it has no such end."""
    about: str
    since: int = 5
    """The first simapp, of those in use, that passes it; before that, asking for it is a KeyError."""

    @property
    def range_text(self) -> str:
        """The range as words for a reader; "" when there is none."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"from {self.low:g}"
        return "" if self.high is None else f"up to {self.high:g}"


def _flag(name: str, about: str) -> Parameter:
    return Parameter(name, "bool", "", None, None, about)


def _number(
    name: str, unit: str, low: float | None, high: float | None, about: str, since: int = 5, kind: str = "float"
) -> Parameter:
    return Parameter(name, kind, unit, low, high, about, since)


def _list(name: str, of: str, unit: str, about: str) -> Parameter:
    return Parameter(name, f"list of {of}", unit, None, None, about)


_ROWS = (
    _flag("all_wheels_on_track", "Whether all four wheels are between the borders."),
    _number("x", "m", None, None, "Position of the car."),
    _number("y", "m", None, None, "Position of the car."),
    _number("heading", "degrees", -180.0, 180.0, "Where the car points; 0 is along x, positive to the left."),
    _number("distance_from_center", "m", 0.0, None, "From the centre line; more than half the width when off."),
    _number("projection_distance", "m", 0.0, None, "Along the centre line from waypoint 0."),
    _number("progress", "percent", None, 100.0, "Of the lap, counted from where the episode began."),
    _number("steps", "", 1.0, None, "Of this episode; the first call sees 2.", kind="int"),
    _number("speed", "m/s", 0.0, 4.0, "As commanded, not as driven."),
    _number("steering_angle", "degrees", -30.0, 30.0, "As commanded; positive to the left."),
    _number("track_width", "m", 0.0, None, "Between the borders where the car is."),
    _number("track_length", "m", 0.0, None, "Of the centre line."),
    _list("waypoints", "(x, y)", "m", "The centre line in driving direction; on a loop the last is the first."),
    _list("closest_waypoints", "int", "", "The waypoint behind the car and the one ahead."),
    _flag("is_left_of_center", "Whether the car is on the left of the centre line."),
    _flag("is_reversed", "Whether the track is driven against its own direction (DR_TRAIN_REVERSE_DIRECTION)."),
    _flag("is_crashed", "Whether the car has hit an object."),
    _flag("is_offtrack", "Whether all four wheels are beyond the borders."),
    _list("closest_objects", "int", "", "The object behind the car and the one ahead; [0, 0] without objects."),
    _list("objects_location", "(x, y)", "m", "Empty without objects, as the other lists are."),
    _list("objects_left_of_center", "bool", "", "Whether each is on the left of the centre line."),
    _flag("object_in_camera", "Whether an object is seen."),
    _list("objects_speed", "float", "m/s", "0 for boxes."),
    _list("objects_heading", "float", "radians", "Not degrees, as heading is; 0 for boxes."),
    _list("objects_distance_from_center", "float", "m", "Of each object."),
    _list("objects_distance", "float", "m", "Of each, along the centre line from waypoint 0."),
    _number("sim_time", "s", 0.0, None, "The simulation's clock; it goes on between episodes.", since=6),
)

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({row.name: row for row in _ROWS})
"""All keys in the order of the documentation."""


def passed_by(simapp: int | None) -> list[str]:
    """The keys a simapp of that major version passes; None is the newest."""
    return [row.name for row in _ROWS if simapp is None or row.since <= simapp]
