"""Driving episodes: the car, the rules that end an episode, and the reward of each step."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.demo.driver import OBJECT_AHEAD_M
from dots_tui.demo.reward_params import Moment, Obstacle, reward_params
from dots_tui.reward.car import Car

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from dots_tui.demo.driver import Driver
    from dots_tui.demo.reward_call import WorkerReward
    from dots_tui.reward.actions import CarAction
    from dots_tui.tracks.geometry import Position, Track

STEP_SECONDS = 1.0 / 15.0
STEP_JITTER = 0.003
IMMOBILE_M, IMMOBILE_STEPS = 0.0003, 15
REVERSE_STEPS = 15
"""Consecutive steps with falling progress that end an episode (NUMBER_OF_REVERSE_COUNTS)."""
CRASH_M = 0.25
CLEAR_START_M = 1.0
"""Minimum distance of objects from the start of an episode."""
FIRST_TIME = 35.0
"""Simulated seconds at the beginning of the first episode: the world takes this long to start."""
BATCH_STEPS = 32
"""Number of steps driven before their rewards are requested together: no reward changes an episode."""
_LIMIT_SECONDS, _LIMIT_SECONDS_PER_M = 60.0, 3.0

PREPARE, IN_PROGRESS = "prepare", "in_progress"
OFF_TRACK, CRASHED, IMMOBILIZED = "off_track", "crashed", "immobilized"
REVERSED, LAP_COMPLETE, TIME_UP = "reversed", "lap_complete", "time_up"


class Row(NamedTuple):
    """One step, with the values of a trace row."""

    step: int
    x: float
    y: float
    heading: float
    action: CarAction
    reward: float
    done: bool
    on_track: bool
    progress: float
    waypoint: int
    time: float
    status: str
    seconds: float
    """Duration of the step in seconds."""
    printed: str
    """Output of the reward function in this step."""


class Rollout:
    """Drives the car of one worker. `time` is its simulation clock, which continues between episodes."""

    def __init__(
        self, track: Track, reward: WorkerReward, random: Random, objects: int = 0, *, scattered: bool = False
    ) -> None:
        self.track = track
        self.time = FIRST_TIME
        self._backwards = track.reversed()
        self._reward = reward
        self._random = random
        self._objects = objects
        self._scattered = scattered

    def episode(self, driver: Driver, start: float, *, against: bool = False) -> Iterator[Row]:
        """Return the rows of an episode from a start point (share of the track).

        Raises RewardFault, RewardCrash and RewardHang.
        """
        track = self._backwards if against else self.track
        distance = track.wrap(start * track.length_m) if track.closed else 0.0
        obstacles = tuple(
            obstacle
            for obstacle in place_obstacles(track, self._objects, self._random, scattered=self._scattered)
            if abs(math.remainder(obstacle.distance_m - distance, track.length_m)) > CLEAR_START_M
        )
        x, y = track.point_at(distance)
        car = Car(x, y, track.heading_at(distance))
        judge = _Judge(track, car)
        action = driver.act(car, track, distance, self._random)
        # The first row only reports the position of the car; it gets no reward.
        yield self._row(1, judge, action, PREPARE, STEP_SECONDS)
        steps = self._steps(driver, judge, obstacles, against=against)
        while batch := list(itertools.islice(steps, BATCH_STEPS)):
            paid = self._reward.pay([params for _, params in batch])
            for (row, _), (reward, printed) in zip(batch, paid):
                yield row._replace(reward=reward, printed=printed)

    def _steps(
        self, driver: Driver, judge: _Judge, obstacles: tuple[Obstacle, ...], *, against: bool
    ) -> Iterator[tuple[Row, dict[str, Any]]]:
        """Drive; yield rows without rewards, each with the parameters to request its reward."""
        track, car, step = judge.track, judge.car, 1
        while not judge.done:
            step += 1
            side = _obstacle_side(obstacles, judge.position, track.length_m)
            action = driver.act(car, track, judge.position.distance_m, self._random, side)
            seconds = min(max(self._random.gauss(STEP_SECONDS, STEP_JITTER), 0.05), 0.083)
            self.time += seconds
            car.drive(action.steering, action.speed, seconds)
            status = judge.look(seconds, obstacles)
            moment = Moment(
                car,
                track,
                judge.position,
                action,
                step,
                judge.progress,
                round(self.time, 3),
                judge.on_track,
                status == OFF_TRACK,
                status == CRASHED,
                against,
                obstacles,
            )
            yield self._row(step, judge, action, status, seconds), reward_params(moment)

    def _row(self, step: int, judge: _Judge, action: CarAction, status: str, seconds: float) -> Row:
        car = judge.car
        return Row(
            step,
            car.x,
            car.y,
            car.heading_degrees,
            action,
            0.0,
            judge.done,
            judge.on_track,
            judge.progress,
            judge.position.index,
            round(self.time, 3),
            status,
            seconds,
            "",
        )


class _Judge:
    """Follows a car through an episode and decides when it ends."""

    def __init__(self, track: Track, car: Car) -> None:
        self.track = track
        self.car = car
        self.position = track.locate(car.x, car.y)
        self.progress = 0.0
        self.on_track = True
        self.done = False
        self._start = self.position.distance_m
        self._travelled = 0.0
        self._immobile = 0
        self._falling = 0
        self._seconds_left = _LIMIT_SECONDS + _LIMIT_SECONDS_PER_M * track.length_m
        self._before = (car.x, car.y)

    def look(self, seconds: float, obstacles: tuple[Obstacle, ...]) -> str:
        """Return the status after a step."""
        self._seconds_left -= seconds
        self._move()
        reach = self.car.wheel_reach(self.track.heading_at(self.position.distance_m))
        half = self.track.width_at(self.position.distance_m) / 2.0
        aside = abs(self.position.offset_m)
        self.on_track = aside + reach <= half
        status = self._status(obstacles, off=aside - reach > half)
        self.done = status != IN_PROGRESS
        return status

    def _move(self) -> None:
        """Update to the car's new position."""
        car, length = self.car, self.track.length_m
        old, self.position = self.position, self.track.locate(car.x, car.y, self.position.index)
        way = self.position.distance_m - old.distance_m
        if self.track.closed:
            way = math.remainder(way, length)
        self._travelled += way
        self._falling = self._falling + 1 if way < 0.0 else 0
        whole = length if self.track.closed else length - self._start
        self.progress = min(100.0, 100.0 * self._travelled / whole)
        moved = math.dist(self._before, (car.x, car.y))
        self._before = (car.x, car.y)
        self._immobile = self._immobile + 1 if moved < IMMOBILE_M else 0

    def _status(self, obstacles: tuple[Obstacle, ...], *, off: bool) -> str:
        if self.progress >= 100.0 - 1e-9:
            self.progress = 100.0
            return LAP_COMPLETE
        if any(math.hypot(o.x - self.car.x, o.y - self.car.y) < CRASH_M for o in obstacles):
            return CRASHED
        if off:
            return OFF_TRACK
        if self._immobile >= IMMOBILE_STEPS:
            return IMMOBILIZED
        if self._falling >= REVERSE_STEPS:
            return REVERSED
        return TIME_UP if self._seconds_left <= 0.0 else IN_PROGRESS


def place_obstacles(track: Track, count: int, random: Random, *, scattered: bool) -> tuple[Obstacle, ...]:
    """Return boxes along the track in alternating lanes; `scattered` boxes have new positions each time."""
    found = []
    for number in range(count):
        share = (number + 0.5) / count
        if scattered:
            share += random.uniform(-0.35, 0.35) / count
        left = random.random() < 0.5 if scattered else number % 2 == 0
        distance = share * track.length_m
        offset = track.width_at(distance) / 4.0 * (1.0 if left else -1.0)
        found.append(Obstacle(*track.point_at(distance, offset), distance, offset))
    return tuple(found)


def _obstacle_side(obstacles: tuple[Obstacle, ...], position: Position, length: float) -> float:
    """Return 1 if the next object ahead is on the left, -1 if it is on the right, 0 if none is near."""
    nearest, side = OBJECT_AHEAD_M, 0.0
    for obstacle in obstacles:
        gap = (obstacle.distance_m - position.distance_m) % length
        if gap < nearest:
            nearest, side = gap, math.copysign(1.0, obstacle.offset_m)
    return side
