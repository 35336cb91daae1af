"""The verdict names what is wrong with what a function pays for, in plain words."""

from __future__ import annotations

import pytest

from dots_tui.reward.drivers import BACKWARDS, CENTRE, CRAWLER, INSIDE, LEAVING, PARKED, RACING, ZIG_ZAG
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.results import FunctionFault, NoteKind, Ranked, RehearsalNote, Sweep
from dots_tui.reward.verdict import Found, best_honest, cheats, fastest_clean, in_short, rank_words, verdict

SECONDS = {
    RACING: 9.0,
    CENTRE: 10.0,
    INSIDE: 8.5,
    ZIG_ZAG: 13.0,
    CRAWLER: 30.0,
    PARKED: 1.0,
    BACKWARDS: 1.0,
    LEAVING: 0.8,
}
NO_LAP = {PARKED: "immobilized", BACKWARDS: "wrong-way", LEAVING: "off-track"}
HONEST = (RACING, CENTRE, INSIDE)


def driven(name: str, total: float, *, finished: bool | None = None) -> DriverEpisode:
    lap = name not in NO_LAP if finished is None else finished
    seconds = SECONDS[name]
    return DriverEpisode(
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
        discounted=total,
    )


def everybody(**a_second: float) -> list[DriverEpisode]:
    """All drivers; what each earns a second is by the first word of the name, 1 for the others."""
    return [driven(name, a_second.get(name.split()[0].replace("-", "_"), 1.0) * s) for name, s in SECONDS.items()]


HONEST_PAY = {"racing": 20.0, "center": 15.0}


def swept(low: float = 0.0, high: float = 1.0) -> Sweep:
    return Sweep(10_000, 10_000, low, high, (low + high) / 2, 1.0, None, None, (), complete=True)


def test_a_good_function_is_called_one() -> None:
    words = verdict(Found([], swept(), everybody(**HONEST_PAY)))
    fastest = "The fastest clean lap (racing line, 9.0 s) earns the most, per lap and per second."
    assert words == f"{fastest} None of the cheats tried pays."


def test_more_steps_alone_are_no_cheat() -> None:
    # The center line's usual bands pay each step: a slow lap has more of them, and earns as much a second.
    drivers = everybody()
    assert cheats(drivers) == []
    words = verdict(Found([], swept(), drivers))
    assert words == (
        "Laps of any speed earn about 1 a second: it pays for the place, not for the speed. "
        "None of the cheats tried pays."
    )


def test_who_earns_more_in_all_and_a_second_is_a_cheat() -> None:
    drivers = everybody(crawler=24.0, **HONEST_PAY)
    assert [one.name for one in cheats(drivers)] == [CRAWLER]
    words = verdict(Found([], swept(), drivers, reads=("steps",)))
    assert "Crawling earns more than an honest lap: 720 in 30.0 s, 24 a second (racing line: 180, 20 a second)" in words


@pytest.mark.parametrize(
    ("reads", "remedy"),
    [
        ((), "Pay for speed too."),
        (("speed",), "Pay for the progress since the previous step."),
        (("speed", "progress"), "Pay more for speed and progress than for each step."),
    ],
)
def test_the_remedy_is_nothing_that_the_function_looks_at_already(reads: tuple[str, ...], remedy: str) -> None:
    assert verdict(Found([], swept(), everybody(crawler=24.0, **HONEST_PAY), reads=reads)).endswith(remedy)


def test_zig_zag_is_named_when_it_pays() -> None:
    words = verdict(Found([], swept(), everybody(zig_zag=30.0, **HONEST_PAY), reads=("steering_angle",)))
    assert "Driving zig-zag earns more than an honest lap" in words
    assert words.endswith("Pay for pointing along the track.")


@pytest.mark.parametrize("first_word", ["parked", "reverse", "leaving"])
def test_episodes_that_end_early_are_no_cheats_because_their_steps_are_paid(first_word: str) -> None:
    assert cheats(everybody(**{first_word: 25.0}, **HONEST_PAY)) == []


def test_what_outweighs_the_drivers_comes_first() -> None:
    kept = RehearsalNote("kept-state", "What this function keeps reaches into the next episode.")
    found = Found([], swept(), everybody(**HONEST_PAY), [kept])
    assert verdict(found).startswith(kept.message)
    assert "The fastest clean lap" in verdict(found)
    assert in_short(found) == kept.message


@pytest.mark.parametrize("kind", ["needs-shape", "not-rehearsed"])
def test_what_cannot_be_judged_gets_no_verdict(kind: NoteKind) -> None:
    found = Found([], swept(), everybody(**HONEST_PAY), [RehearsalNote(kind, "Fetch the shape first.")])
    assert verdict(found) == in_short(found) == "Fetch the shape first."


@pytest.mark.parametrize(
    ("ranked", "words"),
    [
        (Ranked(60, 50, 0.8, 0.6), "Over 50 laps of 60 policies, return and lap time have a rank correlation of +0.80"),
        (Ranked(60, 50, 0.1, 0.1), "+0.10: lap time hardly matters."),
        (Ranked(60, 50, -0.9, -0.8), "-0.90: quicker laps earn less, because they have fewer steps or another line."),
        (Ranked(60, 50, None, None), "All 50 laps of 60 policies earn the same"),
        (Ranked(60, 3, None, None), "Only 3 of 60 policies finish a lap: too few to rank them."),
    ],
)
def test_the_rank_correlation_in_words(ranked: Ranked, words: str) -> None:
    assert words in rank_words(ranked)


def test_a_slower_honest_lap_that_earns_more_is_named() -> None:
    words = verdict(Found([], swept(), everybody(racing=15.0, center=20.0)))
    assert "does not earn the most: the center line (10.0 s) earns 200 against 135, and more a second" in words
    words = verdict(Found([], swept(), everybody(racing=15.0, center=14.0)))
    assert "earns the most per second, but the center line earns more for a lap" in words


def test_one_reward_for_everything_teaches_nothing() -> None:
    same = [driven(name, float(round(seconds * 15))) for name, seconds in SECONDS.items()]
    words = verdict(Found([], swept(1.0, 1.0), same))
    assert words == "The function pays the same for everything (1): a car cannot learn to drive from it."


def test_punishment_makes_cars_end_early() -> None:
    words = verdict(Found([], swept(-1.0, 0.0), everybody(racing=-1.0, center=-1.0, leaving=-0.1, reverse=-1.0)))
    assert "there is nothing to earn" in words
    assert "learns to end early" in words


def test_without_an_honest_lap_nothing_can_be_compared() -> None:
    drivers = [driven(name, 1.0, finished=False) for name in SECONDS]
    assert fastest_clean(drivers) is None
    assert best_honest(drivers) is None
    assert cheats(drivers) == []
    assert verdict(Found([], swept(), drivers)).startswith("None of the honest drivers finishes a lap")


def test_a_lap_with_wheels_off_counts_only_when_there_is_no_clean_one() -> None:
    drivers = everybody()
    fastest = fastest_clean(drivers)
    assert fastest is not None
    assert fastest.name == RACING
    (only,) = [one for one in drivers if one.name == INSIDE]
    assert fastest_clean([only]) is only


def test_a_fault_comes_before_all_else() -> None:
    fault = FunctionFault("exception", "The function fails when it is called: x. The training ends then.", 7)
    words = verdict(Found([fault], swept(), everybody()))
    assert words.startswith("The function fails when it is called: x. The training ends then (line 7).")
    assert words.endswith("Fix this before you pay for a training.")
    assert "one more fault" in verdict(Found([fault, fault], None, []))
    assert "are 2 more faults" in verdict(Found([fault] * 3, None, []))


def test_a_fault_that_names_its_lines_is_given_no_line_again() -> None:
    repeated = FunctionFault("reward-first-step", "This is never so. (2 times: lines 3 and 9.)", 3)
    words = verdict(Found([repeated], None, []))
    assert words == "This is never so. (2 times: lines 3 and 9.) Fix this before you pay for a training."


def test_before_anybody_has_driven_nothing_is_said() -> None:
    assert verdict(Found([], None, [])) == "No driver has driven yet."


def test_in_short_the_dearest_cheat_comes_first_and_what_helps_against_it() -> None:
    drivers = everybody(racing=2.0, center=2.0, crawler=5.0, zig_zag=4.0)
    found = Found([], swept(), drivers)
    words = in_short(found)
    assert words.startswith("Crawling earns more than an honest lap: 150 in 30.0 s")
    assert "1 more cheat pays." in words
    assert words.endswith("Pay for speed too.")
    assert len(words) < len(verdict(found))


def test_in_short_a_good_function_and_a_fault_are_told_as_ever() -> None:
    for faults in ([], [FunctionFault("exception", "It fails.", 3)]):
        drivers = everybody(**HONEST_PAY)
        assert in_short(Found(faults, swept(), drivers)) == verdict(Found(faults, swept(), drivers))
