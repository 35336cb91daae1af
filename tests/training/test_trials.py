"""An evaluation job drives trials: how many, which one, how often it was put back."""

from __future__ import annotations

from dots_tui.training import snapshot as words
from dots_tui.training.containers import EVALUATION, ROBOMAKER, Container
from dots_tui.training.parser import Parser
from dots_tui.training.snapshot import RunSnapshot
from dots_tui.training.state import RunState

JOB = "deepracer-eval-0-robomaker-1"
PARAMETERS = "{'NUMBER_OF_TRIALS': '3', 'WORLD_NAME': 'reinvent_base', 'JOB_TYPE': 'EVALUATION'}"
PHASE = "agent: Starting evaluation phase"


def row(episode: int, step: int, progress: float, status: str = "in_progress") -> str:
    done = status in ("lap_complete", "time_up")
    return (
        f"SIM_TRACE_LOG:{episode},{step},1.5,0.5,10.0,15.00,2.00,3,2.5,{done},True,{progress},7,17.67,"
        f"{episode * 100 + step / 15:.3f},{status},{2.5 if status == 'pause' else 0.0:.2f}"
    )


def evaluated(*lines: str, role: str = EVALUATION, state: str = "running") -> RunSnapshot:
    run = RunState()
    run.container(Container("id", JOB, role, 1, state, "", 0 if state == "exited" else None))
    for record in Parser().feed("".join(f"{line}\n" for line in lines).encode()):
        run.apply(JOB, record, 1000.0)
    return run.snapshot(1001.0)


def test_trials_are_counted_against_those_wanted() -> None:
    (job,) = evaluated(PARAMETERS, PHASE).evaluations
    assert (job.job, job.trials, job.trial, job.trials_done, job.world) == (True, 3, 0, 0, "reinvent_base")
    first = [PARAMETERS, PHASE, row(0, 1, 0.5, "prepare"), row(0, 2, 60.0)]
    (job,) = evaluated(*first).evaluations
    assert (job.phase, job.trial, job.trials_done, job.progress) == (words.EVALUATING, 1, 0, 60.0)
    (job,) = evaluated(*first, row(0, 3, 100.0, "lap_complete")).evaluations
    assert (job.trial, job.trials_done, job.laps) == (1, 1, 1)
    (job,) = evaluated(*first, row(0, 3, 100.0, "lap_complete"), PHASE, row(1, 1, 0.5, "prepare")).evaluations
    assert (job.trial, job.trials_done) == (2, 1)


def test_each_lap_of_a_continuous_evaluation_is_a_trial() -> None:
    (job,) = evaluated(PARAMETERS, row(0, 1, 0.5, "prepare"), row(0, 2, 100.0), row(1, 3, 1.0)).evaluations
    assert (job.trial, job.trials_done, job.laps) == (2, 1, 1)


def test_a_car_that_is_put_back_is_counted_once_each_time() -> None:
    paused = [row(0, 3, 40.0, "off_track"), row(0, 4, 40.0, "pause"), row(0, 5, 40.0, "pause")]
    again = [row(0, 6, 41.0), row(0, 7, 44.0, "crashed"), row(0, 8, 44.0, "pause")]
    (job,) = evaluated(PARAMETERS, row(0, 1, 0.5, "prepare"), row(0, 2, 39.0), *paused, *again).evaluations
    assert (job.resets, job.trial, job.phase) == (2, 1, words.EVALUATING)


def test_an_ended_job_is_over() -> None:
    lines = [PARAMETERS, row(0, 1, 0.5, "prepare"), row(0, 2, 100.0, "lap_complete")]
    assert evaluated(*lines, state="exited").evaluations[0].phase == words.FINISHED


def test_an_evaluation_that_is_all_there_is_is_told_in_trials() -> None:
    lines = [PARAMETERS, row(0, 1, 0.5, "prepare"), row(0, 2, 50.0, "pause"), row(0, 3, 100.0, "lap_complete")]
    run = evaluated(*lines, role=ROBOMAKER)
    assert run.verdict == "Evaluation: 1 of 3 trials, mean progress 100 %, best lap 0.13 s, put back 1 time."
    assert run.world == "reinvent_base"


def test_a_training_is_no_job() -> None:
    run = evaluated(PARAMETERS.replace("EVALUATION", "TRAINING"), row(0, 1, 0.5, "prepare"), role=ROBOMAKER)
    assert (run.workers[0].job, run.workers[0].phase) == (False, words.DRIVING)
