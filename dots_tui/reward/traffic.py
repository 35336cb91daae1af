"""Objects on the track: boxes of OBJECT_AVOIDANCE and cars of HEAD_TO_BOT, placed, moved and told as simapp does.

From simapp's ``obstacles_agent_ctrl.py``, ``bot_cars_agent_ctrl.py`` and ``track_data.py``. What it draws at random
(places with RANDOMIZE, when a car changes its lane) comes from a seed here: the same drive meets the same traffic.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.tracks.as_simapp import nearest_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dots_tui.reward.car import Car
    from dots_tui.tracks.geometry import Point, Track

INNER, OUTER = 1, -1
"""Lanes, as DR_OA_OBJECT_POSITIONS has them."""
_STEPS_PER_SECOND = 15
_LAST_M = 1.0
"""The last object stands so far before the end of the lap."""
_BOX, _BOT = (0.25, 0.2), (0.16176, 0.09805)
"""Half length and half width with which a crash is judged, m (``ObstacleDimensions``)."""
_VIEW, _NEAR_M = 0.565, 0.2
"""Half the angle of the camera and how near it sees, radians and m (``frustum.py``)."""
_SEED = 7


@dataclass(frozen=True)
class TrafficPlan:
    """What the settings of a run put on the track."""

    count: int
    places: tuple[tuple[float, int], ...] = ()
    """Share of the lap and lane of each object; empty where they are spread over the lap."""
    min_distance: float = 2.0
    """Of the first object from the start, and between objects placed at random: m or percent of the lap."""
    percent: bool = False
    random: bool = False
    cars: bool = False
    """Whether they look like cars: so do moving ones, and boxes with DR_OA_IS_OBSTACLE_BOT_CAR."""
    speed: float | None = None
    """m/s of cars that drive; None for objects that stand."""
    lane_seconds: tuple[float, float] | None = None
    """Between two lane changes, least and most; None when cars keep their lane."""
    lane_change_m: float = 1.0


class Body(NamedTuple):
    """An object at a time. Metres, radians."""

    x: float
    y: float
    heading: float
    along: float
    offset: float
    """From the center line, positive to the left."""


class Traffic:
    """The objects of an episode on a track."""

    def __init__(self, track: Track, plan: TrafficPlan) -> None:
        self._track, self._plan = track, plan
        self._random = Random(_SEED)  # noqa: S311 - no secret
        self._size = _BOT if plan.cars else _BOX
        self._starts = self._places()
        self._standing: list[Body] | None = None
        if plan.speed is None:
            self._standing = [self._body(along, float(lane)) for along, lane in self._starts]

    def bodies(self, steps: int) -> list[Body]:
        """Where all are at a step of the episode, in the order in which they are told of."""
        if self._standing is not None:
            return self._standing
        seconds = max(steps - 1, 0) / _STEPS_PER_SECOND
        speed = self._plan.speed or 0.0
        return [
            self._body(self._track.wrap(along + speed * seconds), self._lane(number, lane, seconds))
            for number, (along, lane) in enumerate(self._starts)
        ]

    def params(self, x: float, y: float, along: float, heading: float, steps: int) -> dict[str, Any]:
        """The keys about objects for a car measured at x, y. *heading* in radians."""
        bodies, plan = self.bodies(steps), self._plan
        order = sorted(range(len(bodies)), key=lambda number: bodies[number].along)
        ahead = bisect_right([bodies[number].along for number in order], along)
        before, following = order[ahead - 1], order[ahead % len(order)]
        moving = plan.speed is not None
        return {
            "closest_objects": [before, following],
            "objects_location": [[body.x, body.y] for body in bodies],
            "objects_left_of_center": [body.offset > 0.0 for body in bodies],
            "object_in_camera": self._in_view(bodies[following], x, y, heading),
            "objects_speed": [plan.speed if moving else 0.0 for _ in bodies],
            "objects_heading": [body.heading if moving else 0.0 for body in bodies],
            "objects_distance_from_center": [abs(body.offset) for body in bodies],
            "objects_distance": [body.along for body in bodies],
        }

    def hit(self, car: Car, along: float, steps: int) -> bool:
        """Whether the car touches an object; of a car that drives, one that comes from behind is its own fault."""
        length = self._track.length_m
        for body in self.bodies(steps):
            gap = math.remainder(body.along - along, length)
            if abs(gap) > 1.0 or (self._plan.speed is not None and gap < -0.3):
                continue
            if any(_inside(body, self._size, x, y) for x, y in _corners(car)):
                return True
        return False

    def way_round(self, along: float, steps: int, ahead_m: float, behind_m: float) -> float | None:
        """The offset at which to pass the next object, the middle of the other lane; None when none is near."""
        nearest: tuple[float, Body] | None = None
        for body in self.bodies(steps):
            gap = math.remainder(body.along - along, self._track.length_m)
            if -behind_m < gap < ahead_m and (nearest is None or abs(gap) < abs(nearest[0])):
                nearest = gap, body
        if nearest is None:
            return None
        body = nearest[1]
        return math.copysign(self._track.width_at(body.along) / 4.0, -body.offset)

    def first_in(self, ahead_m: float) -> Body:
        """The first object that is at least so far from the start."""
        return min((b for b in self.bodies(2) if b.along > ahead_m), key=_along, default=self.bodies(2)[0])

    # -- placing ----------------------------------------------------------------------------------

    def _places(self) -> list[tuple[float, int]]:
        plan, length = self._plan, self._track.length_m
        if plan.places:
            return [(self._track.wrap(share * length), lane) for share, lane in plan.places]
        gap = plan.min_distance / 100.0 * length if plan.percent else plan.min_distance
        first, last = gap, length - _LAST_M
        steps = max(plan.count - 1, 1)
        spots = [first + (last - first) * number / steps for number in range(plan.count)]
        if not plan.random:
            return [(self._track.wrap(spot), OUTER if number % 2 else INNER) for number, spot in enumerate(spots)]
        for number in self._random.sample(range(plan.count), plan.count):
            low = first if number == 0 else spots[number - 1] + gap
            high = last if number == plan.count - 1 else spots[number + 1] - gap
            if low < high:
                spots[number] = self._random.uniform(low, high)
        return [(self._track.wrap(spot), self._random.choice((INNER, OUTER))) for spot in spots]

    def _lane(self, number: int, lane: int, seconds: float) -> float:
        """1 in the inner lane, -1 in the outer one, between them while a car changes."""
        plan = self._plan
        if plan.lane_seconds is None or not plan.speed:
            return float(lane)
        random = Random(f"{_SEED} {number}")  # noqa: S311 - no secret
        change, side = plan.lane_change_m / plan.speed, float(lane)
        while True:
            seconds -= random.uniform(*plan.lane_seconds)
            if seconds <= 0.0:
                return side
            if seconds < change:
                return side * (1.0 - 2.0 * seconds / change)
            seconds, side = seconds - change, -side

    def _body(self, along: float, lane: float) -> Body:
        track = self._track
        centre = track.point_at(along)
        border = nearest_on(track.inner if lane > 0 else track.outer, centre)
        share = abs(lane) / 2.0
        x, y = centre[0] + (border[0] - centre[0]) * share, centre[1] + (border[1] - centre[1]) * share
        heading = track.heading_at(along)
        left = (x - centre[0]) * -math.sin(heading) + (y - centre[1]) * math.cos(heading)
        return Body(x, y, heading, along, math.copysign(math.dist((x, y), centre), left))

    def _in_view(self, body: Body, x: float, y: float, heading: float) -> bool:
        for px, py in (*_rectangle(body, self._size), (body.x, body.y)):
            away, angle = math.dist((px, py), (x, y)), math.atan2(py - y, px - x) - heading
            if abs(math.remainder(angle, 2.0 * math.pi)) < _VIEW and away * math.cos(angle) > _NEAR_M:
                return True
        return False


def _along(body: Body) -> float:
    return body.along


def _corners(car: Car) -> Sequence[Point]:
    return _rectangle(Body(car.x, car.y, car.heading, 0.0, 0.0), _BOT)


def _rectangle(body: Body, size: tuple[float, float]) -> list[Point]:
    cos, sin = math.cos(body.heading), math.sin(body.heading)
    return [
        (body.x + a * size[0] * cos - b * size[1] * sin, body.y + a * size[0] * sin + b * size[1] * cos)
        for a in (1, -1)
        for b in (1, -1)
    ]


def _inside(body: Body, size: tuple[float, float], x: float, y: float) -> bool:
    cos, sin = math.cos(body.heading), math.sin(body.heading)
    dx, dy = x - body.x, y - body.y
    return abs(dx * cos + dy * sin) < size[0] and abs(dy * cos - dx * sin) < size[1]


def plan_of(job: Mapping[str, Any] | None) -> TrafficPlan | None:
    """The plan in a job for a child process."""
    if job is None:
        return None
    seconds = job["lane_seconds"]
    return TrafficPlan(
        **{
            **job,
            "places": tuple((share, lane) for share, lane in job["places"]),
            "lane_seconds": None if seconds is None else (seconds[0], seconds[1]),
        }
    )
