"""Simulated learning: a small controller is optimized for a reward for some seconds. A sketch, not a prediction.

The controller sees the road ahead and has eight parameters; the cross-entropy method searches for those with the
highest return, the objective of PPO. A model sees images, explores differently and trains far longer. Both find what is
rewarded, intended or not.
"""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.car import Car
from dots_tui.reward.controller import Controller, Gene, unsquash
from dots_tui.reward.course import LAP, MOST_STEPS, Course, Drive
from dots_tui.reward.cross_entropy import Distribution, Draw, best_of, target, towards, worth
from dots_tui.reward.lessons import Lesson

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dots_tui.reward.actions import ActionSpace, CarAction
    from dots_tui.reward.course import DriveStep
    from dots_tui.reward.states import SimulatedWorld
    from dots_tui.reward.sweep import Pay
    from dots_tui.tracks.geometry import Position

GENES = (
    Gene("look_ahead", 0.3, 2.0, 0.5, steers=True),
    Gene("gain", 0.0, 2.0, 0.5, steers=True),
    Gene("bias", -12.0, 12.0, 0.5, steers=True),
    Gene("lane", -0.9, 0.9, 0.5, steers=True),
    Gene("apex", -0.9, 0.9, 0.5, steers=True),
    Gene("weave", -0.9, 0.9, 0.5, steers=True),
    Gene("pace", -0.1, 1.1, 0.5, steers=False),
    Gene("brake", 0.0, 1.5, 0.35, steers=False),
)
STEPS = 90_000
"""Steps of practice: a number, not a time, so that the same reward gives the same result everywhere."""
PRACTICE_STEPS = 600
"""Maximum steps of an episode: 40 seconds."""
GENERATIONS = 80
"""Maximum number of generations; short episodes use few steps."""
_FIRST_DRAWS, _DRAWS = 48, 20
_FIRST_SPREAD, _NARROWEST = 1.3, 0.08
_STEP = 0.7
_ON_THE_WAY = 0.382
"""Share of the lap by which the start moves from one generation to the next, so that it covers the track."""


class Practice:
    """The practice of one controller: `learn` first, then `best`."""

    def __init__(self, world: SimulatedWorld, actions: ActionSpace, pay: Pay, discount: float, seed: int) -> None:
        """`pay` returns None without a number: practice ends there, as a training would."""
        self._world, self._actions, self._pay, self._discount = world, actions, pay, discount
        self._random = Random(seed)  # noqa: S311 - no secret
        self._policy = Distribution(tuple(unsquash(g.untrained) for g in GENES), (_FIRST_SPREAD,) * len(GENES))
        self._elite: list[Draw] = []
        self.steps = self.episodes = 0
        self.failed = False

    def learn(self, enough: Callable[[], bool], steps: int = STEPS) -> Iterator[Lesson]:
        """Practice for `steps` steps or until `enough()`; yield the result of each generation."""
        generation = 0
        while self.steps < steps and generation < GENERATIONS:
            start_m = 0.0
            if self._world.track.closed:
                start_m = math.fmod(generation * _ON_THE_WAY, 1.0) * self._world.track.length_m
            draws, progress, laps = [], 0.0, 0
            for _ in range(_DRAWS if generation else _FIRST_DRAWS):
                values = self._policy.draw(self._random)
                rewards, drive = self._practise(values, start_m, PRACTICE_STEPS)
                if rewards is None or enough():
                    return
                draws.append(Draw(values, worth(rewards, self._discount)))
                progress += drive.moments[-1].progress
                laps += drive.end == LAP
            generation += 1
            self._elite = best_of(draws)
            if self._elite[0].score > min(draw.score for draw in draws):  # else none was better than another
                aim = target(draws, _NARROWEST)
                self._policy = aim if generation == 1 else towards(self._policy, aim, _STEP)
            best, mean = self._elite[0].score, sum(draw.score for draw in draws) / len(draws)
            count = len(draws)
            yield Lesson(generation, self.episodes, min(1.0, self.steps / steps), best, mean, progress / count, laps)

    def best(self) -> Drive:
        """Return the learned lap: of the mean controller, or of the best of the last generation if it earns more."""
        candidates = [self._policy.mean, *(draw.values for draw in self._elite[:1])]
        drives = [self._drive(values, 0.0, MOST_STEPS) for values in candidates]
        worths = [worth(self._paid(drive) or (), self._discount) for drive in drives]
        return drives[worths.index(max(worths))]

    def _practise(self, values: Sequence[float], start_m: float, most: int) -> tuple[list[float] | None, Drive]:
        drive = self._drive(values, start_m, most)
        self.episodes += 1
        self.steps += len(drive.moments)
        return self._paid(drive), drive

    def _drive(self, values: Sequence[float], start_m: float, most: int) -> Drive:
        track = self._world.track
        controller = Controller(GENES, values, self._actions)
        x, y = track.point_at(start_m)
        car = Car(x, y, track.heading_at(start_m))

        def act(car: Car, at: Position, _: int) -> CarAction:
            return controller.act(car, track, at.distance_m, self._random)

        return Course(track, most_steps=most).episode(car, act)

    def _paid(self, drive: Drive) -> list[float] | None:
        """Return the reward of each step; None if one has no number."""
        rewards: list[float] = []
        for state in drive.states(self._world):
            reward = self._pay(state)
            if reward is None:
                self.failed = True
                return None
            rewards.append(reward)
        return rewards


def swinging(moments: Sequence[DriveStep]) -> float:
    """Return the lateral movement of a car: meters across per meter driven."""
    across = sum(abs(b.position.offset_m - a.position.offset_m) for a, b in zip(moments, moments[1:]))
    return across / max(distance_driven(moments), 1e-6)


def distance_driven(moments: Sequence[DriveStep]) -> float:
    """Return the driven distance in meters."""
    return sum(math.dist((a.car.x, a.car.y), (b.car.x, b.car.y)) for a, b in zip(moments, moments[1:]))
