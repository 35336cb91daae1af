"""The verdict names what is wrong with what a function pays for, in plain words."""

from __future__ import annotations

import pytest

from dots_tui.reward.drivers import BACKWARDS, CENTRE, CRAWLER, INSIDE, LEAVING, PARKED, RACING, ZIG_ZAG
from dots_tui.reward.results import Driven, Fault, Sweep
from dots_tui.reward.verdict import best_honest, cheats, fastest_clean, in_short, verdict

SECONDS = {
    RACING: 9.0,
    CENTRE: 10.0,
    INSIDE: 8.5,
    ZIG_ZAG: 13.0,
    CRAWLER: 30.0,
    PARKED: 20.0,
    BACKWARDS: 1.0,
    LEAVING: 0.8,
}
NO_LAP = {PARKED: "stopped", BACKWARDS: "wrong-way", LEAVING: "off-track"}
HONEST = (RACING, CENTRE, INSIDE)


def driven(name: str, total: float, *, finished: bool | None = None) -> Driven:
    lap = name not in NO_LAP if finished is None else finished
    seconds = SECONDS[name]
    return Driven(
        name=name,
        honest=name in HONEST,
        finished=lap,
        end="lap" if lap else NO_LAP.get(name, "off-track"),
        clean=name != INSIDE,
        lap_time_s=seconds if lap else None,
        seconds=seconds,
        steps=round(seconds * 15),
        progress=100.0 if lap else 3.0,
        total_reward=total,
    )


def everybody(**a_second: float) -> list[Driven]:
    """All drivers; what each earns a second is by the first word of the name, 1 for the others."""
    return [driven(name, a_second.get(name.split()[0].replace("-", "_"), 1.0) * s) for name, s in SECONDS.items()]


HONEST_PAY = {"racing": 20.0, "centre": 15.0}


def swept(low: float = 0.0, high: float = 1.0) -> Sweep:
    return Sweep(10_000, 10_000, low, high, (low + high) / 2, 1.0, None, None, (), complete=True)


def test_a_good_function_is_called_one() -> None:
    words = verdict([], swept(), everybody(**HONEST_PAY))
    fastest = "The fastest clean lap (racing line, 9.0 s) earns the most, per lap and per second."
    assert words == f"{fastest} None of the cheats tried pays."


def test_paying_for_every_step_rewards_crawling() -> None:
    drivers = everybody(crawler=14.0, **HONEST_PAY)
    assert [one.name for one in cheats(drivers)] == [CRAWLER]
    words = verdict([], swept(), drivers)
    assert "Crawling earns more than an honest lap (420 in 30.0 s, racing line 180)." in words
    assert "pay more for speed or progress" in words


@pytest.mark.parametrize(
    ("first_word", "doing"),
    [("parked", "Standing still"), ("zig_zag", "Driving zig-zag"), ("reverse", "Driving in reverse")],
)
def test_every_cheat_is_named_when_it_pays_for_a_second(first_word: str, doing: str) -> None:
    drivers = everybody(**{first_word: 19.9}, **HONEST_PAY)
    assert doing in verdict([], swept(), drivers)


def test_leaving_the_track_is_no_cheat_because_its_first_steps_are_paid() -> None:
    assert cheats(everybody(leaving=25.0, **HONEST_PAY)) == []


def test_a_slower_honest_lap_that_earns_more_is_named() -> None:
    words = verdict([], swept(), everybody(racing=15.0, centre=20.0))
    assert "does not earn the most: the centre line (10.0 s) earns 200 against 135, and more a second" in words
    words = verdict([], swept(), everybody(racing=15.0, centre=14.0))
    assert "earns the most per second, but the centre line earns more for a lap" in words


def test_one_reward_for_everything_teaches_nothing() -> None:
    same = [driven(name, 15.0 * seconds) for name, seconds in SECONDS.items()]
    same = [one.__class__(**{**vars(one), "total_reward": float(one.steps)}) for one in same]
    words = verdict([], swept(1.0, 1.0), same)
    assert words.startswith("The function pays the same for everything (1): a car cannot learn to drive from it.")
    assert "Crawling" in words


def test_punishment_makes_cars_end_early() -> None:
    words = verdict([], swept(-1.0, 0.0), everybody(racing=-1.0, centre=-1.0, leaving=-0.1, reverse=-1.0))
    assert "there is nothing to drive for" in words
    assert "learns to end early" in words


def test_without_an_honest_lap_nothing_can_be_compared() -> None:
    drivers = [driven(name, 1.0, finished=False) for name in SECONDS]
    assert fastest_clean(drivers) is None
    assert best_honest(drivers) is None
    assert cheats(drivers) == []
    assert verdict([], swept(), drivers).startswith("None of the honest drivers finishes a lap")


def test_a_lap_with_wheels_off_counts_only_when_there_is_no_clean_one() -> None:
    drivers = everybody()
    fastest = fastest_clean(drivers)
    assert fastest is not None
    assert fastest.name == RACING
    (only,) = [one for one in drivers if one.name == INSIDE]
    assert fastest_clean([only]) is only


def test_a_fault_comes_before_all_else() -> None:
    fault = Fault("exception", "The function fails when it is called: x. The training ends then.", 7)
    words = verdict([fault], swept(), everybody())
    assert words.startswith("The function fails when it is called: x. The training ends then (line 7).")
    assert words.endswith("Put that right before you pay for a training.")
    assert "one more fault" in verdict([fault, fault], None, [])
    assert "are 2 more faults" in verdict([fault] * 3, None, [])


def test_before_anybody_has_driven_nothing_is_said() -> None:
    assert verdict([], None, []) == "Nobody has driven yet."


def test_in_short_the_dearest_cheat_comes_first_and_what_helps_against_it() -> None:
    drivers = everybody(racing=2.0, centre=2.0)
    drivers = [driven(CRAWLER, 60.0) if one.name == CRAWLER else one for one in drivers]
    drivers = [driven(PARKED, 40.0) if one.name == PARKED else one for one in drivers]
    words = in_short([], swept(), drivers)
    assert words.startswith("Crawling earns more than an honest lap (60 in 30.0 s, centre line 20). 1 more cheat pays.")
    assert words.endswith("pay more for speed or progress than for each step.")
    assert len(words) < len(verdict([], swept(), drivers))


def test_in_short_a_good_function_and_a_fault_are_told_as_ever() -> None:
    for faults in ([], [Fault("exception", "It fails.", 3)]):
        drivers = everybody(**HONEST_PAY)
        assert in_short(faults, swept(), drivers) == verdict(faults, swept(), drivers)
