"""What a reward would teach: the controller finds what pays, wanted or not, the same for the same seed."""

from __future__ import annotations

from random import Random
from typing import Any, Callable

import pytest

from dots_tui.custom_files import action_space
from dots_tui.reward.actions import ContinuousActions
from dots_tui.reward.car import Car
from dots_tui.reward.child_process import Limits, RehearsalCancelled
from dots_tui.reward.controller import Controller
from dots_tui.reward.course import LAP, OFF_TRACK, Course, Drive
from dots_tui.reward.cross_entropy import Draw, target, worth
from dots_tui.reward.drivers import DRIVERS, RACING, ZIG_ZAG
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.learning import GENES, Practice, distance_driven, swinging
from dots_tui.reward.lessons import (
    CRAWLING,
    CUTTING,
    FAST,
    LOST,
    MANNERS,
    OFF,
    PARKED,
    ROUND,
    SKETCH,
    SLOW,
    ZIG_ZAGGING,
    Learned,
    Lesson,
    manner_of,
)
from dots_tui.reward.rehearsal import learn
from dots_tui.reward.report import Report
from dots_tui.reward.results import RehearsalEnd
from dots_tui.reward.states import SimulatedWorld
from dots_tui.reward.subject import Subject
from dots_tui.tracks.builtin import builtin_tracks

TRACK = builtin_tracks()["oval"]
ACTIONS = ContinuousActions((-30.0, 30.0), (0.5, 3.0))
BRIEF = 25_000
QUICK = Limits(seconds=60.0)
HEAD = "def reward_function(params):\n"
Reward = Callable[[dict[str, Any]], float]


def practised(reward: Reward, seed: int = 1, steps: int = BRIEF) -> tuple[Drive, list[Lesson]]:
    world = SimulatedWorld(TRACK)
    practice = Practice(world, ACTIONS, lambda state: reward(world.params(state)), 0.99, seed)
    lessons = list(practice.learn(lambda: False, steps))
    return practice.best(), lessons


def lap(end: str, seconds: float, *, clean: bool = True) -> DriverEpisode:
    return DriverEpisode("x", True, end == LAP, end, clean, seconds, seconds, int(seconds * 15), 100.0, 1.0)


def learned_from(source: str, limits: Limits = QUICK, **changes: Any) -> Report:
    actions = action_space.Continuous(action_space.Action(-30.0, 0.5), action_space.Action(30.0, 3.0))
    report = Report(TRACK)
    for event in learn(Subject(source.encode(), TRACK, actions, **changes), limits, seconds=40.0):
        report = report.after(event)
    return report


def test_paying_for_progress_teaches_a_fast_lap() -> None:
    drive, lessons = practised(lambda p: p["progress"] / p["steps"] if p["all_wheels_on_track"] else 1e-3)
    assert drive.end == LAP
    racing = next(driver for driver in DRIVERS if driver.name == RACING).drive(Course(TRACK), ACTIONS)
    assert drive.seconds < racing.seconds * 1.25
    assert lessons[-1].mean > lessons[0].mean
    assert [lesson.generation for lesson in lessons] == list(range(1, len(lessons) + 1))
    assert lessons[-1].share == 1.0


def test_paying_for_each_step_teaches_a_slow_lap() -> None:
    drive, _ = practised(lambda p: 1.0 if p["all_wheels_on_track"] else 1e-3)
    racing = next(driver for driver in DRIVERS if driver.name == RACING).drive(Course(TRACK), ACTIONS)
    assert drive.seconds > racing.seconds * 2.5


def test_paying_for_steering_teaches_swinging() -> None:
    drive, _ = practised(lambda p: abs(p["steering_angle"]))
    assert swinging(drive.moments) > 0.2


def test_punishing_every_step_teaches_to_end_early() -> None:
    drive, _ = practised(lambda _: -1.0)
    assert drive.end == OFF_TRACK
    assert drive.seconds < 2.0


def test_the_same_seed_learns_the_same() -> None:
    def reward(params: dict[str, Any]) -> float:
        return float(params["speed"])

    first, lessons = practised(reward, seed=4, steps=8000)
    again, same = practised(reward, seed=4, steps=8000)
    other, _ = practised(reward, seed=5, steps=8000)
    assert (first.moments, lessons) == (again.moments, same)
    assert first.moments != other.moments


def test_a_function_that_has_no_number_ends_the_practice() -> None:
    world = SimulatedWorld(TRACK)
    practice = Practice(world, ACTIONS, lambda state: 1.0 if state.steps < 9 else None, 0.99, 1)
    assert list(practice.learn(lambda: False, BRIEF)) == []
    assert practice.failed


def test_practice_ends_when_there_is_no_more_time() -> None:
    world = SimulatedWorld(TRACK)
    asked = iter([False] * 60 + [True] * 1000)
    practice = Practice(world, ACTIONS, lambda state: state.speed, 0.99, 1)
    assert len(list(practice.learn(lambda: next(asked), 10**9))) == 1
    assert practice.best().moments


def test_what_a_lap_is_like_has_one_word() -> None:
    assert manner_of(lap(LAP, 8.0), 0.05, 8.0, 18.0) == FAST
    assert manner_of(lap(LAP, 12.0), 0.05, 8.0, 18.0) == SLOW
    assert manner_of(lap(LAP, 8.0, clean=False), 0.05, 8.0, 18.0) == CUTTING
    assert manner_of(lap(LAP, 30.0), 0.05, 8.0, 18.0) == CRAWLING
    assert manner_of(lap(LAP, 30.0), 0.3, 8.0, 18.0) == ZIG_ZAGGING
    assert manner_of(lap(LAP, 8.2), 0.3, 8.0, 18.0) == FAST
    assert manner_of(lap(LAP, 8.2), 0.3, None, 18.0) == ZIG_ZAGGING
    assert manner_of(lap("stopped", 200.0), 0.0, 8.0, 20.0) == PARKED
    assert manner_of(lap("stopped", 200.0), 0.0, 8.0, 300.0) == LOST
    assert manner_of(lap("off-track", 1.0), 0.0, 8.0, 2.0) == OFF
    assert manner_of(lap("wrong-way", 1.0), 0.0, 8.0, 2.0) == ROUND
    assert manner_of(lap(LAP, 8.0), 0.05, None, 18.0) == FAST


def test_the_zig_zag_driver_swings_and_the_racing_line_does_not() -> None:
    both = [driver for driver in DRIVERS if driver.name in (RACING, ZIG_ZAG)]
    found = {driver.name: driver.drive(Course(TRACK), ACTIONS) for driver in both}
    assert swinging(found[ZIG_ZAG].moments) > 0.2
    assert swinging(found[RACING].moments) < 0.12
    assert distance_driven(found[RACING].moments) == pytest.approx(TRACK.length_m, rel=0.15)


def test_a_weaving_controller_goes_from_side_to_side() -> None:
    weave = [gene.name for gene in GENES].index("weave")
    values = [0.0] * len(GENES)
    values[weave] = 2.0
    x, y = TRACK.point_at(0.0)
    car = Car(x, y, TRACK.heading_at(0.0))
    weaving = Controller(GENES, values, ACTIONS).act(car, TRACK, 0.0, Random(1))
    straight = Controller(GENES, [0.0] * len(GENES), ACTIONS).act(car, TRACK, 0.0, Random(1))
    assert weaving.steering != pytest.approx(straight.steering, abs=1.0)


def test_the_best_draws_decide_where_the_distribution_goes() -> None:
    draws = [Draw((float(n), -float(n)), float(n)) for n in range(20)]
    found = target(draws, narrowest=0.1)
    assert 15.0 < found.mean[0] < 19.0
    assert found.mean[1] == pytest.approx(-found.mean[0])
    assert found.spread[0] >= 0.1
    assert worth([1.0] * 10, 1.0) == pytest.approx(5.5)
    assert worth([], 0.99) == 0.0


# -- in the guarded child -------------------------------------------------------------------------


def test_a_child_learns_and_says_so_as_a_sketch() -> None:
    report = learned_from(HEAD + "    return float(params['speed'])\n", discount=0.99)
    assert report.faults == ()
    assert report.ended is not None
    assert report.ended.complete
    assert report.learned is not None
    assert report.learned.complete
    assert report.learned.manner in MANNERS
    assert report.learned.lap.name == "learned"
    assert report.learned.lap.steps > 0
    assert len(report.learned.path) > 10
    assert report.lessons[-1].share == 1.0
    assert SKETCH in report.learned.words
    assert report.document()["learned"]["manner"] == report.learned.manner


def test_a_fault_met_in_practice_is_told_with_its_line() -> None:
    report = learned_from(HEAD + "    if params['steps'] > 40:\n        return params['nope']\n    return 1.0\n")
    assert [(fault.kind, fault.line) for fault in report.faults] == [("exception", 3)]
    assert report.learned is None
    assert report.ended is not None
    assert not report.ended.complete


def test_a_function_that_does_not_end_is_ended_in_practice_too() -> None:
    limits = Limits(seconds=60.0, call_seconds=0.5)
    report = learned_from(HEAD + "    while params['steps'] > 20: pass\n    return 1.0\n", limits)
    assert [fault.kind for fault in report.faults] == ["endless-loop"]


def test_practice_can_be_cancelled() -> None:
    subject = Subject((HEAD + "    return 1.0\n").encode(), TRACK)
    with pytest.raises(RehearsalCancelled):
        list(learn(subject, cancelled=lambda: True))


def test_too_little_time_is_said() -> None:
    subject = Subject((HEAD + "    return 1.0\n").encode(), TRACK)
    events = list(learn(subject, seconds=0.2))
    done = next(event for event in events if isinstance(event, Learned))
    assert not done.complete
    assert "cut short by the time limit" in done.words
    assert isinstance(events[-1], RehearsalEnd)
