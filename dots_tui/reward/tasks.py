"""What else than a rehearsal the child process can be asked for, by the name it has in the job."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Callable

from dots_tui.reward.call_service import serve
from dots_tui.reward.course import LAP, Course
from dots_tui.reward.drivers import CENTRE, DRIVERS, RACING
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.learning import Practice, distance_driven, swinging
from dots_tui.reward.lessons import Learned, Lesson, manner_of
from dots_tui.reward.logged import Rescored, attempts_in, states_of

if TYPE_CHECKING:
    from dots_tui.reward.bench import Bench
    from dots_tui.reward.course import Drive

PRACTICE, LOGGED, CALLS = "practice", "logged", "calls"
LEARNED = "learned"
"""The name of the driver."""
_PATH_POINTS = 400


def practise(bench: Bench, job: Mapping[str, Any]) -> Iterator[Lesson | Learned]:
    """Learn for so many ``seconds`` of processor time at most, from a ``seed``; ``discount`` is the training's."""
    bench.load()
    begun = time.process_time()
    limit = float(job["seconds"])

    def enough() -> bool:
        return time.process_time() - begun > limit

    practice = Practice(bench.world, bench.actions, bench.pay, job["discount"], job["seed"])
    yield from practice.learn(enough)
    if practice.failed:
        return
    complete, episodes, steps = not enough(), practice.episodes, practice.steps
    drive = practice.best()
    bench.load()  # what the module remembers of the practice is not to be of the lap
    lap = DriverEpisode.of(LEARNED, drive, [bench.pay(state) for state in drive.states(bench.world)], honest=True)
    fastest = _fastest_s(bench)
    seconds = round(time.process_time() - begun, 3)
    manner = manner_of(lap, swinging(drive.moments), fastest, distance_driven(drive.moments))
    yield Learned(lap, manner, seconds, episodes, steps, complete, fastest, _path(drive))


def rescore(bench: Bench, job: Sequence[Mapping[str, Any]]) -> Iterator[Rescored]:
    """Pay for the steps of each attempt of a log, as in one worker's process: the module is loaded once for a log."""
    bench.load()
    source: str | None = None
    for attempt in attempts_in(job):
        if source is not None and attempt.source != source:
            bench.load()
        source = attempt.source
        rewards = [bench.pay(state) for state in states_of(bench.world, attempt)]
        yield Rescored(
            source=attempt.source,
            episode=attempt.episode,
            steps=len(rewards),
            progress=attempt.progress,
            lap_time_s=attempt.lap_time_s,
            logged=attempt.logged_reward,
            draft=sum(reward for reward in rewards if reward is not None),
            unpaid=rewards.count(None),
        )


def _fastest_s(bench: Bench) -> float | None:
    """The quickest clean lap by rule."""
    course = Course(bench.world.track, bench.world.traffic)
    drives = [d.drive(course, bench.actions) for d in DRIVERS if d.name in (RACING, CENTRE)]
    return min((round(drive.seconds, 3) for drive in drives if drive.end == LAP and drive.clean), default=None)


def _path(drive: Drive) -> tuple[tuple[float, float], ...]:
    """Where the car was, not more points than can be drawn."""
    every = max(1, len(drive.moments) // _PATH_POINTS)
    return tuple((round(moment.car.x, 3), round(moment.car.y, 3)) for moment in drive.moments[::every])


TASKS: Mapping[str, Callable[[Bench, Any], Iterator[Any]]] = MappingProxyType(
    {PRACTICE: practise, LOGGED: rescore, CALLS: serve}
)
"""Each yields events."""
