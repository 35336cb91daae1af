"""How a run goes, in plain words: only what its numbers bear out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dots_tui.training import outlook as o
from dots_tui.training.snapshot import Exit, IterationSnapshot, PolicySummary, RunSnapshot
from dots_tui.training.state import RunState


def run(
    progress: Sequence[float], entropy: Sequence[float] = (), reward: Sequence[float] = (), first: int = 0
) -> RunSnapshot:
    """Complete iterations with this mean progress (per cent), and one more under way."""
    iterations = [
        IterationSnapshot(
            index=at,
            number=first + at,
            checkpoint=None,
            episodes_done=20,
            steps=100,
            mean_reward=reward[at] if reward else None,
            mean_progress=percent,
            laps=0,
            best_lap_s=None,
            statuses={},
            evaluations=0,
            evaluation_reward=None,
            evaluation_progress=None,
            policy=PolicySummary(0.0, 0.0, entropy[at], 0.0003, 3) if entropy else None,
        )
        for at, percent in enumerate(progress)
    ]
    under_way = replace(iterations[-1], index=len(progress), number=first + len(progress), policy=None)
    return replace(RunState().snapshot(0.0), iterations=(*iterations, under_way))


def said(shot: RunSnapshot) -> tuple[str, str]:
    found = o.outlook(shot)
    return (found.word, found.text) if found is not None else ("", "")


RISING = (10.0, 18.0, 25.0, 33.0, 41.0, 48.0)


def test_nothing_is_said_before_four_iterations_are_complete() -> None:
    assert o.outlook(run(RISING[:3])) is None
    assert o.outlook(replace(run(RISING), iterations=())) is None


def test_learning_is_told_with_its_evidence() -> None:
    shot = run(RISING, entropy=(2.0, 1.96, 1.9, 1.86, 1.8, 1.7))
    assert said(shot) == ("LEARNING", "progress 14 → 44 % (iterations 1-2 → 5-6), entropy 1.70 falling slowly.")


@pytest.mark.parametrize(
    ("entropy", "words"),
    [
        ((2.0,) * 6, "entropy 2.00 steady"),
        ((2.0, 2.1, 2.2, 2.3, 2.4, 2.5), "entropy 2.50 rising"),
        ((2.0, 1.9, 1.6, 1.3, 1.1, 0.9), "entropy 0.90 falling fast"),
        ((-1.0, -1.2, -1.4, -1.6, -1.8, -2.0), "entropy -2.00 falling fast"),
    ],
)
def test_where_entropy_goes(entropy: tuple[float, ...], words: str) -> None:
    assert words in said(run(RISING, entropy=entropy))[1]


def test_entropy_that_is_used_up_before_it_can_drive_is_a_collapse() -> None:
    spent = (2.8, 2.2, 1.5, 0.9, 0.5, 0.3)
    word, text = said(run((10.0, 12.0, 18.0, 22.0, 24.0, 25.0), entropy=spent))
    assert (word, text.split(":")[0]) == ("COLLAPSING", "entropy 2.80 → 0.40 over 6 updates, at 24 % progress")
    assert "beta_entropy" in text
    assert said(run((60.0, 70.0, 85.0, 95.0, 96.0, 97.0), entropy=spent))[0] == "LEARNED"  # it may be sure of itself


def test_what_it_could_and_can_no_more_is_a_collapse() -> None:
    word, text = said(run((10.0, 30.0, 50.0, 60.0, 58.0, 20.0, 12.0, 10.0), reward=(5, 20, 40, 50, 50, 9, 6, 4)))
    assert word == "COLLAPSING"
    assert text.startswith("progress 59 → 11 % in the last 3 iterations, reward 50.0 → 5.0: it forgets")


def test_a_small_fall_is_no_collapse() -> None:
    assert said(run((10.0, 30.0, 50.0, 60.0, 58.0, 48.0, 46.0, 47.0)))[0] != "COLLAPSING"


def test_a_plateau_is_where_it_did_learn_and_does_no_more() -> None:
    up = (5.0, 12.0, 20.0, 30.0, 40.0, 48.0)
    word, text = said(run((*up, 50.0, 51.0, 49.0, 50.0, 51.0, 50.0)))
    assert word == "PLATEAU"
    assert text.startswith("at 50 %: progress 50 → 50 % (iterations 7-9 → 10-12), after 17 % at first.")
    assert said(run((*up, 55.0, 62.0, 68.0, 74.0, 80.0, 85.0)))[0] == "LEARNING"
    assert said(run((*up, 93.0, 94.0, 95.0, 95.0, 95.0, 95.0)))[0] == "LEARNED"  # there is no room left


def test_a_new_model_that_gets_nowhere_had_an_unlucky_start() -> None:
    word, text = said(run((2.0, 2.2, 1.9, 2.1)))
    assert word == "UNLUCKY START"
    assert text.startswith("after 4 iterations episodes still end at 2.0 % of the lap.")
    assert said(run((2.0, 2.2, 1.9, 2.1), first=30))[0] == "NO PROGRESS YET"  # it was trained before
    assert said(run((12.0, 11.0, 13.0, 12.0)))[0] == "NO PROGRESS YET"


def test_reward_for_something_else_is_pointed_out() -> None:
    word, text = said(run((12.0, 11.0, 13.0, 12.0), reward=(5.0, 9.0, 15.0, 21.0)))
    assert word == "NO PROGRESS YET"
    assert "reward 7.0 → 18.0" in text
    assert "it pays for something else" in text


def test_a_rise_within_what_iterations_differ_by_is_called_neither() -> None:
    word, text = said(run((15.0, 35.0, 15.0, 55.0), reward=(5.0, 9.0, 15.0, 21.0)))
    assert word == "NOT CLEAR YET"
    assert text.startswith("progress 25 → 35 % (iterations 1-2 → 3-4), which differ by as much among themselves")
    assert "something else" not in text


def test_a_run_that_has_learned_is_never_called_something_less_because_it_goes_on() -> None:
    """The beginning stays the beginning, however long the run stays at the top."""
    for rest in (4, 10, 40, 400):
        word, text = said(run((12.0, 20.0, 45.0, 70.0, *[97.0] * rest)))
        assert word == "LEARNED"
        assert "(iterations 1-" in text


def test_a_plateau_stays_a_plateau() -> None:
    for rest in (12, 40, 400):
        word, text = said(run((12.0, 20.0, 45.0, 55.0, *[62.0] * rest)))
        assert word == "PLATEAU"
        assert text.startswith("at 62 %: ")


def test_steady_and_worse() -> None:
    assert said(run((96.0, 97.0, 95.0, 96.0)))[0] == "STEADY"
    assert said(run((60.0, 61.0, 50.0, 49.0, 44.0, 43.0)))[0] == "GETTING WORSE"


# -- where episodes end -------------------------------------------------------------------------------


def ends(*waypoints: int) -> list[Exit]:
    return [Exit(0, 0.0, 0.0, waypoint, "off_track", 40.0, 1) for waypoint in waypoints]


def test_a_place_where_many_episodes_end_is_named() -> None:
    assert o.worst_place(ends(61, 62, 63, 63, 64, 66, 20, 90)) == o.OffTrackPlace(61, 66, 0.75)
    assert o.worst_place(ends(5, 5, 5, 5, 5)) == o.OffTrackPlace(5, 5, 1.0)


def test_no_place_is_named_where_none_stands_out() -> None:
    assert o.worst_place(ends(61, 62, 63)) is None
    assert o.worst_place(ends(*range(0, 200, 10))) is None
    assert o.worst_place([]) is None
