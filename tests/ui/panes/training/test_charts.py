"""What the charts show: iterations, single episodes while there are none, and another run under this one."""

from __future__ import annotations

from dataclasses import replace

from dots_tui.training.kept_runs import KeptIteration, KeptRun
from dots_tui.training.snapshot import RunSnapshot
from dots_tui.ui.panes.training import charts
from dots_tui.ui.panes.training.trail import DrivenEpisode, EpisodeTrail
from tests.ui.panes.told import snapshot, started, step, told

PROGRESS, REWARD, LAP, ENTROPY, KL = charts.KINDS
ONE = KeptIteration(0, 10.0, 2.0, 12.0, 3.0, None, 2.0, 0.01)
TWO = KeptIteration(1, 20.0, 4.0, None, None, 9.5, 1.9, 0.02)
THREE = KeptIteration(2, 30.0, 5.0, None, None, 9.25, None, None)
EPISODES = (DrivenEpisode(1, 4.0, 1.5), DrivenEpisode(2, 7.0, None), DrivenEpisode(3, None, 2.5))


def test_training_and_evaluation_are_two_lines_counted_from_one() -> None:
    per, (training, evaluation) = charts.chart(PROGRESS, (ONE, TWO, THREE))
    assert per == "per iteration"
    assert (training.name, training.points) == ("training %", ((1.0, 10.0), (2.0, 20.0), (3.0, 30.0)))
    assert (evaluation.name, evaluation.points) == ("evaluation %", ((1.0, 12.0),))
    assert charts.chart(LAP, (ONE, TWO, THREE))[1][0].points == ((2.0, 9.5), (3.0, 9.25))
    assert charts.chart(ENTROPY, (ONE, TWO, THREE))[1][0].points == ((1.0, 2.0), (2.0, 1.9))
    assert charts.chart(KL, ())[1] == ()


def test_single_episodes_are_shown_until_there_is_a_line_to_draw() -> None:
    per, (training,) = charts.chart(PROGRESS, (ONE,), EPISODES)
    assert (per, training.points) == ("per episode", ((1.0, 4.0), (2.0, 7.0)))
    per, (training,) = charts.chart(REWARD, (ONE,), EPISODES)
    assert (per, training.points) == ("per episode", ((1.0, 1.5), (3.0, 2.5)))
    assert charts.chart(PROGRESS, (ONE, TWO), EPISODES)[0] == "per iteration"
    assert charts.chart(ENTROPY, (ONE,), EPISODES)[0] == "per iteration"


def test_another_run_lies_under_it() -> None:
    other = KeptRun("run-0", "w", 0.0, 9, None, (ONE, TWO))
    _, (training, evaluation, under) = charts.chart(PROGRESS, (ONE,), EPISODES, other)
    assert (under.name, under.under, len(under.points)) == ("", True, 2)
    assert not training.under
    assert not evaluation.under


def test_the_other_charts_are_a_line_each() -> None:
    rows = charts.sparks("progress", (ONE, TWO, THREE))
    assert [(row.name, row.newest) for row in rows] == [
        ("reward", "5.0"),
        ("best lap", "9.25 s"),
        ("entropy", "1.900"),
        ("KL", "0.0200"),
    ]
    assert [row.newest for row in charts.sparks("reward", ())] == ["-"] * 4


def test_one_chart_after_the_other() -> None:
    names = ["progress"]
    for _ in charts.KINDS:
        names.append(charts.after(names[-1]))
    assert names == ["progress", "reward", "best lap", "entropy", "KL", "progress"]


# -- episodes one by one ------------------------------------------------------------------------------


def driven(*ends: float) -> RunSnapshot:
    """Worker 0 has ended episodes at these percentages of the lap."""
    lines = [started(0)]
    for number, percent in enumerate(ends):
        lines += [step(number, 1, 0.0), step(number, 2, percent, done=True)]
    return snapshot(told(one=lines))


def test_every_new_episode_is_noted_once() -> None:
    trail = EpisodeTrail()
    assert [one.progress for one in trail.look(driven(4.0))] == [4.0]
    trail.look(driven(4.0))
    found = trail.look(driven(4.0, 9.0, 7.0))
    assert [(one.number, one.progress) for one in found] == [(1, 4.0), (2, 9.0), (3, 7.0)]
    assert [one.reward is not None for one in found] == [True, False, True]


def test_a_lap_is_an_episode_as_well() -> None:
    run = driven(4.0, 9.0)
    worker = replace(run.workers[0], episodes_done=3, laps=1, last_status="lap_complete", last_reward=30.0)
    trail = EpisodeTrail()
    trail.look(run)
    assert trail.look(replace(run, workers=(worker,)))[-1] == DrivenEpisode(3, 100.0, 30.0)
    late = EpisodeTrail().look(replace(run, workers=(worker,)))
    assert sorted(one.progress or 0.0 for one in late) == [4.0, 9.0, 100.0]


def test_a_training_begun_anew_goes_on_counting() -> None:
    trail = EpisodeTrail()
    trail.look(driven(4.0, 9.0))
    assert [one.progress for one in trail.look(driven(6.0))] == [4.0, 9.0, 6.0]
