"""Steps a car has really driven, from a log or a live run, and what a draft would have paid for them.

A log has place, heading, command, progress and time of each step; everything else a reward function is told follows
from those and the track. X and Y are rounded to 0.1 mm there, which moves ``distance_from_center`` and ``track_width``
by as much and may tip ``closest_waypoints`` to the next one where two are equally near. What is not in a log are
objects: the function is told of none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.reward.states import CarState, car_with_nose, wheels

if TYPE_CHECKING:
    from dots_tui.reward.states import SimulatedWorld

PREPARE, PAUSE, CRASHED = "prepare", "pause", "crashed"
"""Statuses of a step: the first row of an episode, and those while a car is set back, are not paid for."""
COMPLETE_PERCENT = 100.0 - 1e-3


class LoggedStep(NamedTuple):
    """A row of SIM_TRACE_LOG, as far as a reward function is told of it. Metres, degrees, m/s, seconds."""

    step: int
    x: float
    y: float
    heading: float
    steering: float
    speed: float
    reward: float
    """As it was paid then."""
    on_track: bool
    progress: float
    time: float
    status: str

    @property
    def paid(self) -> bool:
        """Whether simapp asks the function for it."""
        return self.status not in (PREPARE, PAUSE)


@dataclass(frozen=True)
class Attempt:
    """One episode, or one lap of a continuous evaluation."""

    source: str
    """The log it is from."""
    episode: int
    steps: tuple[LoggedStep, ...]

    @property
    def progress(self) -> float:
        """Percent of a lap; the row before the car drives may have that of the episode before."""
        return max((one.progress for one in self.steps if one.paid), default=0.0)

    @property
    def lap_time_s(self) -> float | None:
        """From its first row to the one that completes the lap; None without."""
        for one in self.steps:
            if one.paid and one.progress >= COMPLETE_PERCENT:
                return round(one.time - self.steps[0].time, 3)
        return None

    @property
    def logged_reward(self) -> float:
        """What was paid for it then."""
        return sum(one.reward for one in self.steps if one.paid)


def attempts_of(source: str, rows: Iterable[tuple[int, LoggedStep]]) -> Iterator[Attempt]:
    """Attempts from rows in the order of a log: steps count up within one, and another number is another one."""
    number: int | None = None
    steps: list[LoggedStep] = []
    for episode, step in rows:
        if steps and (episode != number or step.step <= steps[-1].step):
            yield Attempt(source, number or 0, tuple(steps))
            steps = []
        number = episode
        steps.append(step)
    if steps:
        yield Attempt(source, number or 0, tuple(steps))


@dataclass(frozen=True)
class Rescored:
    """An attempt, and what the draft pays for it."""

    source: str
    episode: int
    steps: int
    """Paid ones."""
    progress: float
    lap_time_s: float | None
    logged: float
    draft: float
    unpaid: int
    """Steps for which the draft has no number."""


def job_of(attempts: Sequence[Attempt]) -> list[dict[str, Any]]:
    """What the child process is sent."""
    return [asdict(one) for one in attempts]


def attempts_in(job: Sequence[Mapping[str, Any]]) -> Iterator[Attempt]:
    """The attempts of such a job."""
    for one in job:
        yield Attempt(one["source"], one["episode"], tuple(LoggedStep(*step) for step in one["steps"]))


def states_of(world: SimulatedWorld, attempt: Attempt) -> Iterator[CarState]:
    """What a reward function is told of each paid step, as in the simulation."""
    hint: int | None = None
    for one in attempt.steps:
        if not one.paid:
            continue
        place = world.places.at(one.x, one.y, hint)
        hint = place.closest_waypoint
        car = car_with_nose(one.x, one.y, math.radians(one.heading))
        aside = place.distance_from_center if place.is_left_of_center else -place.distance_from_center
        _, off_track = wheels(world.track, car, place.projection_distance, aside, hint)
        yield CarState(
            one.x,
            one.y,
            one.heading,
            one.speed,
            one.steering,
            one.step,
            one.progress,
            place,
            on_track=one.on_track,
            off_track=off_track and not one.on_track,
            crashed=one.status == CRASHED,
            time=one.time,
        )
