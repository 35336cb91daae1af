"""Scripted drives: a car follows a line, or does something else on purpose.

A drive does not depend on the reward, so it is simulated first and its states are rewarded afterwards. An episode ends
as in simapp: with a lap, all wheels off the track, a crash, too many steps in the wrong direction, or no movement.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.car import WHEELBASE, Car
from dots_tui.reward.pace import SpeedProfile
from dots_tui.reward.states import STEPS_PER_SECOND, CarState, wheels
from dots_tui.tracks.as_simapp import progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from dots_tui.reward.actions import ActionSpace, CarAction
    from dots_tui.reward.lines import DrivingLine
    from dots_tui.reward.states import SimulatedWorld
    from dots_tui.reward.traffic import Traffic
    from dots_tui.tracks.geometry import Position, Track

LAP, OFF_TRACK, WRONG_WAY, STOPPED = "lap", "off-track", "wrong-way", "stopped"
"""The ends of a drive; the last one after `MOST_STEPS`."""
CRASHED, IMMOBILIZED = "crashed", "immobilized"
MOST_STEPS = 3000
IMMOBILE_STEPS = 15
"""simapp's NUM_STEPS_TO_CHECK_STUCK: steps without movement that end an episode."""
WRONG_WAY_STEPS = 15
"""simapp's NUMBER_OF_REVERSE_COUNTS: consecutive steps of falling progress that end an episode."""
SEE_M, BESIDE_M = 1.8, 0.5
"""Objects within this distance ahead or behind are avoided."""
_ROUND_SPEED = 1.6
"""Maximum speed beside an object, m/s."""
_ATTEMPTS = 60
"""Drives along a line to find its fastest lap."""
_LAPS_DONE = 100.0 - 1e-9


@dataclass(frozen=True)
class DriveStep:
    """One step of a drive."""

    car: Car
    action: CarAction
    position: Position
    """The position of the car's nose."""
    progress: float
    on_track: bool
    """All wheels."""
    off_track: bool = False
    """True if no wheel is on the track."""

    def state(self, world: SimulatedWorld, steps: int) -> CarState:
        """Return the state that a reward function gets after a number of steps."""
        x, y = self.car.nose
        return CarState(
            x,
            y,
            self.car.heading_degrees,
            self.action.speed,
            self.action.steering,
            steps,
            self.progress,
            world.places.of(x, y, self.position),
            self.on_track,
            self.off_track,
        )


@dataclass(frozen=True)
class Drive:
    """A drive that has ended."""

    moments: tuple[DriveStep, ...]
    end: str

    @property
    def clean(self) -> bool:
        """True if all wheels were on the track at every step."""
        return all(moment.on_track for moment in self.moments)

    @property
    def seconds(self) -> float:
        """The duration of the drive."""
        return len(self.moments) / STEPS_PER_SECOND

    def states(self, world: SimulatedWorld) -> list[CarState]:
        """Return the state of each step. The first row of an episode is not rewarded: steps begin at 2."""
        return [moment.state(world, number) for number, moment in enumerate(self.moments, 2)]

    def cut(self, share: float) -> Drive:
        """Return the first part of the drive, as an episode that was stopped there."""
        return Drive(self.moments[: max(1, int(len(self.moments) * share))], STOPPED)


Act = Callable[[Car, "Position", int], "CarAction"]
"""The command for a car at a position in a step."""


@dataclass
class Course:
    """A track, its traffic, and the maximum number of steps."""

    track: Track
    traffic: Traffic | None = None
    most_steps: int = MOST_STEPS
    careful: bool = True
    """True if objects are avoided."""
    centre: Drive | None = None
    """The drive along the center line, once driven: the racing line is compared with it."""

    def start(self, turned: float = 0.0) -> Car:
        """Return a car at rest on the start line, turned to the left by `turned` degrees."""
        x, y = self.track.point_at(0.0)
        return Car(x, y, self.track.heading_at(0.0) + math.radians(turned))

    def episode(self, car: Car, act: Act, *, before: Sequence[DriveStep] = (), clean: bool = False) -> Drive:
        """Drive until the episode ends. `before` are steps already driven; `car` is the car at the start.

        With `clean`, the first wheel off the track ends it too.
        """
        track, moments = self.track, list(before)
        start_m = track.locate(car.x, car.y).distance_m
        position, done, falling = track.locate(*car.nose), 0.0, 0
        if moments:
            car, position, done = moments[-1].car, moments[-1].position, moments[-1].progress
        while len(moments) < self.most_steps:
            step = len(moments) + 2
            action = act(car, position, step)
            car = Car(car.x, car.y, car.heading, car.speed, car.steering)
            car.drive(action.steering, action.speed, 1.0 / STEPS_PER_SECOND)
            position = track.locate(*car.nose, position.index)
            last, done = done, progress(track, position, start_m, done)
            on_track, off_track = wheels(track, car, position.distance_m, position.offset_m, position.index)
            moments.append(DriveStep(car, action, position, done, on_track, off_track))
            falling = falling + 1 if done < last else 0
            if off_track or (clean and not on_track):
                return Drive(tuple(moments), OFF_TRACK)
            if done >= _LAPS_DONE:
                return Drive(tuple(moments), LAP)
            if self.traffic is not None and self.traffic.hit(car, position.distance_m, step):
                return Drive(tuple(moments), CRASHED)
            if falling >= WRONG_WAY_STEPS:
                return Drive(tuple(moments), WRONG_WAY)
        return Drive(tuple(moments), STOPPED)

    def following(
        self,
        actions: ActionSpace,
        line: DrivingLine,
        pace: SpeedProfile,
        *,
        before: Sequence[DriveStep] = (),
        clean: bool = False,
    ) -> Drive:
        """Follow a line from the start with a speed profile."""

        def act(car: Car, position: Position, step: int) -> CarAction:
            steering, speed = self._wanted(actions, line, pace, car, position, step)
            return actions.nearest(steering, speed)

        return self.episode(self.start(), act, before=before, clean=clean)

    def fastest(self, actions: ActionSpace, line: DrivingLine, *, clean: bool = True) -> Drive:
        """Return the quickest lap along `line` with these actions, or the drive that came farthest.

        Each corner in which the car leaves the track is driven again at a lower speed.
        """
        pace = SpeedProfile(line, actions)
        best: Drive | None = None
        before: Sequence[DriveStep] = ()
        for _ in range(_ATTEMPTS):
            found = self.following(actions, line, pace, before=before, clean=clean)
            if found.end == LAP:
                return found
            last = found.moments[-1]
            if best is None or last.progress > best.moments[-1].progress:
                best = found
            if found.end == STOPPED or not pace.slow_down(last.position.distance_m, last.car.speed):
                break
            before = self._until(found.moments, pace.first_of(last.position.distance_m, last.car.speed))
        assert best is not None
        return best

    def _until(self, steps: Sequence[DriveStep], along_m: float) -> Sequence[DriveStep]:
        """Return the steps of a drive before it came to a place for the last time."""
        gap = steps[-1].position.distance_m - along_m
        length = self.track.length_m
        for index in range(len(steps) - 1, -1, -1):
            way = steps[-1].position.distance_m - steps[index].position.distance_m
            if way % length >= gap and way % length < length / 2.0:
                return steps[: index + 1]
        return ()

    def unsteadily(
        self, actions: ActionSpace, line: DrivingLine, pace: SpeedProfile, shake: float, random: Random
    ) -> Drive:
        """Follow a line with a random steering error of `shake` degrees (standard deviation)."""

        def act(car: Car, position: Position, step: int) -> CarAction:
            steering, speed = self._wanted(actions, line, pace, car, position, step)
            return actions.nearest(steering + random.gauss(0.0, shake), speed)

        return self.episode(self.start(), act)

    def straight_on(self, actions: ActionSpace, turned: float) -> Drive:
        """Drive straight on from the start at full speed, turned to the left by `turned` degrees."""
        return self.episode(self.start(turned), lambda *_: actions.nearest(0.0, actions.speeds[1]))

    def stuck(self, action: CarAction) -> Drive:
        """Stay at the start until simapp ends the episode."""
        car = self.start()
        position = self.track.locate(*car.nose)
        done = progress(self.track, position, self.track.locate(car.x, car.y).distance_m, 0.0)
        return Drive((DriveStep(car, action, position, done, on_track=True),) * IMMOBILE_STEPS, IMMOBILIZED)

    def _wanted(
        self, actions: ActionSpace, line: DrivingLine, pace: SpeedProfile, car: Car, position: Position, step: int
    ) -> tuple[float, float]:
        """Return the steering angle to a point of the line ahead (degrees) and the planned speed (m/s)."""
        along, speed = position.distance_m, max(car.speed, actions.speeds[0])
        wanted = pace.speed(along, car.speed)
        target = _ahead(self.track, along, 0.2 + 0.2 * speed)
        offset = line.offset(target)
        if self.traffic is not None and self.careful:
            aside = self.traffic.way_round(along, step, SEE_M, BESIDE_M)
            if aside is not None:
                offset, wanted = aside, min(wanted, _ROUND_SPEED)
        x, y = self.track.point_at(target, offset)
        dx, dy = x - car.x, y - car.y
        alpha = math.remainder(math.atan2(dy, dx) - car.heading, 2.0 * math.pi)
        arc = math.degrees(math.atan2(2.0 * WHEELBASE * math.sin(alpha), max(math.hypot(dx, dy), 0.1)))
        return arc, max(wanted, actions.speeds[0])


def _ahead(track: Track, along_m: float, by_m: float) -> float:
    """Return a distance farther along; the end of an open track is not passed."""
    return along_m + by_m if track.closed else min(along_m + by_m, track.length_m - 1e-6)
