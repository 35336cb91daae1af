"""Two versions are compared state by state and driver by driver, and the difference is put into words."""

from __future__ import annotations

from typing import Callable

import pytest

from dots_tui.reward.actions import ContinuousActions
from dots_tui.reward.comparison import Comparison
from dots_tui.reward.drivers import CENTRE, PARKED, RACING
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.outcome import RehearsalOutcome
from dots_tui.reward.report import Report
from dots_tui.reward.results import Event, FunctionFault, RehearsalEnd
from dots_tui.reward.states import CarState, SimulatedWorld
from dots_tui.reward.sweep import OFFSETS, POSITIONS, sweep
from dots_tui.tracks.builtin import builtin_tracks

TRACK = builtin_tracks()["oval"]
WORLD = SimulatedWorld(TRACK)
ACTIONS = ContinuousActions((-30.0, 30.0), (1.0, 2.0))


def driven(name: str, total: float, seconds: float = 10.0) -> DriverEpisode:
    lap = name != PARKED
    end = "lap" if lap else "stopped"
    steps = int(seconds * 15)
    return DriverEpisode(name, lap, lap, end, True, seconds if lap else None, seconds, steps, 100.0, total, 0, total)


def report(pay: Callable[[CarState], float | None], *drivers: DriverEpisode) -> Report:
    made = Report(TRACK)
    events: list[Event] = [
        *sweep(WORLD, ACTIONS, pay, lambda: False),
        *drivers,
        RehearsalEnd(complete=True, seconds=1.0),
    ]
    for event in events:
        made = made.after(event)
    return made


LAPS = (driven(RACING, 100.0), driven(CENTRE, 90.0, 12.0))


def test_differences_are_per_state() -> None:
    before = report(lambda state: state.speed, *LAPS)
    now = report(lambda state: state.speed + (1.0 if state.place.is_left_of_center else -0.5), *LAPS)
    rows = Comparison(before, now).differences(heading=0, speed=2)
    assert sorted(rows) == list(range(POSITIONS))
    for row in rows.values():
        for offset, value in zip(OFFSETS, row):
            if offset:
                assert value == pytest.approx(1.0 if offset > 0 else -0.5)


def test_where_one_has_no_number_there_is_no_difference() -> None:
    before = report(lambda state: None if state.off_track else 1.0, *LAPS)
    rows = Comparison(before, report(lambda _: 2.0, *LAPS)).differences(heading=0, speed=0)
    assert {value for row in rows.values() for value in row} <= {None, 1.0}


def test_the_same_function_pays_the_same() -> None:
    one = report(lambda state: state.speed, *LAPS)
    assert Comparison(one, one).words.startswith("Both versions pay the same in all")


def test_words_tell_of_states_laps_and_cheats() -> None:
    before = report(lambda _: 1.0, *LAPS, driven(PARKED, 300.0, 20.0))
    laps = (driven(RACING, 100.0), driven(CENTRE, 190.0, 12.0))
    now = report(lambda state: 2.0 if state.speed == 2.0 else 1.0, *laps, driven(PARKED, 1.0, 20.0))
    words = Comparison(before, now).words
    assert "33% of the states pay more, none less." in words
    assert "The best-paid honest lap is the center line now, not the racing line." in words
    assert "No longer a cheat: standing still." in words
    back = Comparison(now, before).words
    assert "33% of the states pay less, none more." in back
    assert "New: standing still pays as a cheat." in back


def test_faults_come_first() -> None:
    sound, broken = report(lambda _: 1.0, *LAPS), Report(TRACK).after(FunctionFault("exception", "words", 3))
    assert Comparison(sound, broken).words == "This version has faults: fix them first."
    assert "The other version has faults" in Comparison(broken, sound).words


def test_an_outcome_is_sound_when_all_was_tried_without_a_fault() -> None:
    assert RehearsalOutcome.of(report(lambda _: 1.0, *LAPS)).sound
    assert not RehearsalOutcome.of(Report(TRACK)).sound
    broken = RehearsalOutcome.of(report(lambda _: 1.0, *LAPS).after(FunctionFault("exception", "It fails.", 3)))
    assert (broken.sound, broken.words, broken.made_up) == (False, "line 3: It fails.", True)


@pytest.mark.parametrize("kind", ["too-slow", "not-allowed", "memory", "not-rehearsed"])
def test_what_may_be_due_to_this_machine_is_no_fault_of_the_function(kind: str) -> None:
    outcome = RehearsalOutcome.of(Report(TRACK).after(FunctionFault(kind, "It took too long.", 3)))
    assert (outcome.faults, outcome.not_rehearsed) == ((), "line 3: It took too long.")


@pytest.mark.parametrize(("simapp", "faults"), [((), 0), ((5, 3, 3), 0), ((6, 0, 4), 1)])
def test_a_reward_beyond_the_limit_is_a_fault_where_there_is_a_limit(simapp: tuple[int, ...], faults: int) -> None:
    tried = report(lambda _: 1.0, *LAPS).after(FunctionFault("out-of-range", "The function returns 1e6.", 3))
    assert len(RehearsalOutcome.of(tried, simapp).faults) == faults
