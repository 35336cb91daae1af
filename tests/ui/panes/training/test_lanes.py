"""From the snapshot of a run to the lanes of its workers: who each is, and what it does or waits for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dots_tui.training import snapshot as words
from dots_tui.training.snapshot import RunSnapshot, TrainerSnapshot
from dots_tui.ui.panes.training import lanes as view
from dots_tui.ui.widgets.lanes import PHASES
from tests.ui.panes.told import ALGO, ONE, THREE, TWO, snapshot, started, step, told


def run(**more: object) -> RunSnapshot:
    """Worker 0 drives its first episode."""
    shot = snapshot(told(one=[started(0), step(0, 1, 0.0), step(0, 2, 24.0)]))
    return replace(shot, workers=(replace(shot.workers[0], **more),))  # type: ignore[arg-type]


def test_lanes_are_in_the_order_of_the_workers_numbers() -> None:
    lanes = view.lanes(
        snapshot(told(one=[started(2)], two=[started(0), step(0, 1, 0.0), step(0, 2, 24.0)], three=[started(1)]))
    )
    assert [lane.worker for lane in lanes] == [0, 1, 2]
    assert (lanes[0].phase, lanes[0].episode, lanes[0].progress, lanes[0].age_s) == ("driving", "ep 1", 24.0, 2.0)
    assert (lanes[1].phase, lanes[1].episode, lanes[1].progress, lanes[1].reward) == ("starting", "", None, None)


def test_a_worker_that_has_not_said_who_it_is_has_no_number_and_keeps_its_lane() -> None:
    lanes = view.lanes(snapshot(told(one=["hello"], two=[started(0)], three=["hello"])))
    assert [(lane.worker, lane.key) for lane in lanes] == [(0, TWO), (None, ONE), (None, THREE)]


def test_tracks_are_named_where_workers_drive_different_ones() -> None:
    other = started(1).replace("reInvent2019_track", "Oval_track")
    worlds = [lane.world for lane in view.lanes(snapshot(told(one=[started(0)], two=[other])))]
    assert worlds == ["reInvent2019_track", "Oval_track"]
    assert [lane.world for lane in view.lanes(snapshot(told(one=[started(0)], two=[started(1)])))] == ["", ""]


def test_an_evaluation_is_counted() -> None:
    lines = [started(0), "{'MIN_EVAL_TRIALS': '5'}", step(0, 1, 0.0), "## agent: Starting evaluation phase"]
    (lane,) = view.lanes(snapshot(told(one=lines)))
    assert (lane.phase, lane.episode, lane.progress) == ("evaluating", "0/5", None)
    (lane,) = view.lanes(snapshot(told(one=[started(0), step(0, 1, 0.0), "## agent: Starting evaluation phase"])))
    assert lane.episode == "0"


def test_what_has_ended_drives_no_more() -> None:
    (lane,) = view.lanes(run(), ended=True)
    assert (lane.phase, lane.age_s, lane.progress, lane.note) == ("stopped", None, 24.0, "")


@pytest.mark.parametrize(
    ("phase", "word", "note"),
    [
        (words.EXCESS, "idle", "more workers than episodes; harmless"),
        (words.UPDATING, "done", "its episodes are done; others still drive"),
        (words.WAITING, "waiting", "for the trainer, 40 s so far"),
        (words.GONE, "gone", "its container has ended"),
        (words.RESTARTING, "restarting", "starts a second time, as intended; takes a minute"),
        (words.DRIVING, "driving", ""),
    ],
)
def test_one_that_does_not_drive_says_why(phase: str, word: str, note: str) -> None:
    (lane,) = view.lanes(run(phase=phase, waited_s=40))
    assert (lane.phase, lane.note) == (word, note)
    assert (lane.age_s is None) == (phase in words.OVER)


def test_the_update_of_the_policy_is_told_with_its_epoch() -> None:
    trainer = TrainerSnapshot(ALGO, words.UPDATING, 20, 2000, 3, 1.0)
    (lane,) = view.lanes(replace(run(phase=words.UPDATING), trainer=trainer, settings={"num_epochs": 10}))
    assert (lane.phase, lane.note) == ("updating", "the policy is updated, epoch 3/10")


def test_every_phase_has_a_sign() -> None:
    for phase in words.PHASES:
        (lane,) = view.lanes(run(phase=phase))
        assert lane.phase in PHASES
    assert view.STOPPED in PHASES
    assert view.UPDATING in PHASES


def test_short_names_of_containers() -> None:
    shot = snapshot(told(one=[started(2)], two=["x"], algo=["DoorMan: installing SIGINT, SIGTERM"]))
    assert [view.container_label(shot, name) for name in (ONE, TWO, ALGO)] == ["W2", "W?", "SM"]
    assert view.container_label(None, ALGO) == "SM"
    assert view.container_label(None, "deepracer-0-viewer") == "viewer"


# -- evaluation jobs ------------------------------------------------------------------------------


def job(**more: object) -> RunSnapshot:
    """A training's worker, and beside it an evaluation job in its second trial of three."""
    both = run(phase=words.DRIVING)
    beside = replace(
        both.workers[0],
        worker=None,
        container="deepracer-eval-0-robomaker-1",
        phase=words.EVALUATING,
        job=True,
        trials=3,
        trial=2,
        trials_done=1,
        resets=1,
    )
    return replace(both, evaluations=(replace(beside, **more),))  # type: ignore[arg-type]


def test_an_evaluation_job_has_a_lane_behind_the_workers() -> None:
    worker, lane = view.lanes(job())
    assert (worker.worker, worker.sign, worker.episode) == (0, "", "ep 1")
    assert (lane.worker, lane.sign, lane.phase, lane.episode) == (None, "E", "evaluating", "trial 2/3")
    assert (lane.progress, lane.resets, lane.note) == (24.0, 1, "")


def test_an_ended_evaluation_job_keeps_its_numbers() -> None:
    _, lane = view.lanes(job(phase=words.FINISHED, trials_done=3, trial=3, mean_progress=98.7, laps=2, best_lap_s=9.5))
    assert (lane.phase, lane.episode, lane.laps, lane.best_lap_s) == ("finished", "trial 3/3", 2, 9.5)
    assert lane.note == "its container has ended, mean progress 99 %"


def test_trials_nobody_told_the_number_of_are_counted() -> None:
    assert view.lanes(job(trials=None))[1].episode == "trial 2"
    assert view.lanes(job(trials=None, trial=0))[1].episode == ""


def test_the_log_of_an_evaluation_job_has_a_name_of_its_own() -> None:
    assert view.container_label(job(), "deepracer-eval-0-robomaker-1") == "E"
