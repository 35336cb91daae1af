"""The numbers of recorded logs, against counts made by other readers (skipped without the samples)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
TRUTH: dict[str, Any] = (
    json.loads((SAMPLES / "ground_truth.json").read_text()) if SAMPLES.is_dir() else {"no samples": {}}
)
SIMULATIONS = [name for name, truth in TRUTH.items() if "deepracer_utils" in truth]
TRAINERS = [name for name, truth in TRUTH.items() if "policy_training" in truth]
SWARM = [name for name in SIMULATIONS if "swarm-4workers" in name]

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside this checkout")


def replay(*names: str) -> RunSnapshot:
    """A run told by recorded logs, one after the other."""
    run = RunState()
    for name in names:
        parser, data = Parser(), (SAMPLES / name).read_bytes()
        records = [r for at in range(0, len(data), 32768) for r in parser.feed(data[at : at + 32768])]
        for record in records + parser.close():
            run.apply(Path(name).name, record, 0.0)
        assert parser.failures == 0
    return run.snapshot(0.0)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_simulation(name: str) -> None:
    truth, counts = TRUTH[name]["deepracer_utils"], TRUTH[name]["line_counts"]
    run = replay(name)
    (worker,) = run.workers
    assert worker.steps == run.totals.steps == counts["sim_trace_rows"]
    assert worker.episodes_seen == truth["episodes_seen"]
    assert worker.episodes_done == run.totals.episodes_done == truth["episodes_done"]
    assert worker.laps == truth["complete_laps"] == counts["progress100_events"]
    assert worker.best_lap_s == truth["best_lap_s"]
    assert worker.mean_reward == pytest.approx(truth["mean_ep_reward_done"], abs=1e-4)
    assert dict(worker.statuses) == truth["final"]
    assert worker.training_lines == counts["training_lines"]
    assert worker.testing_lines == counts["testing_lines"]
    assert worker.extra_evaluations == counts["additional_eval_lines"]
    # deepracer-utils also counts progress that a simapp 6 `prepare` row has left over from another episode.
    if counts["columns"] == [19]:
        assert worker.mean_progress == pytest.approx(19.9749, abs=1e-4)
    else:
        assert worker.mean_progress == pytest.approx(truth["mean_progress_done"], abs=1e-4)


@pytest.mark.parametrize("name", [name for name in SIMULATIONS if "iterations" in TRUTH[name]])
def test_the_iterations_of_a_simulation(name: str) -> None:
    run = replay(name)
    assert run.iterations == run.workers[0].iterations
    truths = TRUTH[name]["iterations"]
    assert len(run.iterations) == len(truths)
    for found, truth in zip(run.iterations, truths):
        assert found.index == truth["iteration"]
        assert found.checkpoint == truth["checkpoint"]
        assert found.episodes_done == truth["episodes_done"]
        assert found.steps == truth["steps"]
        assert found.laps == truth["complete_laps"]
        assert found.best_lap_s == truth["best_lap_s"]
        assert found.evaluations == truth["testing_lines"]
        assert found.mean_reward == pytest.approx(truth["mean_reward_done"], abs=1e-4)
        # These truths take the last row of an episode, which may be lower than its maximum.
        assert found.mean_progress is not None
        assert truth["mean_progress_done"] - 1e-4 <= found.mean_progress <= truth["mean_progress_done"] + 0.3


def test_the_evaluations_of_an_iteration() -> None:
    run = replay(next(name for name in SIMULATIONS if "simapp6" in name))
    assert run.iterations[4].evaluation_progress == pytest.approx(11.608253147656292)
    assert run.iterations[4].evaluation_reward == pytest.approx((11.06 + 9.22) / 2)
    assert run.iterations[-1].evaluation_progress is None


@pytest.mark.parametrize("name", TRAINERS)
def test_a_trainer(name: str) -> None:
    truth, counts = TRUTH[name]["policy_training"], TRUTH[name]["line_counts"]
    run = replay(name)
    assert run.workers == ()
    assert run.policy.lines == truth["lines"] == counts.get("policy_training_lines", 0)
    assert run.policy.updates == truth.get("updates", 0)
    for found, expected in ((run.policy.first, truth["first"]), (run.policy.last, truth["last"])):
        if expected is None:
            assert found is None
            continue
        assert found is not None
        assert list(expected.values()) == [
            found.loss,
            found.kl,
            found.entropy,
            found.epoch,
            found.learning_rate,
        ]
    assert list(run.checkpoints.saved) == counts["saves"]
    assert run.trainer is not None
    assert (run.trainer.episodes, run.trainer.steps) == (
        int(counts["last_training"][0]),
        int(counts["last_training"][2]),
    )


def test_the_policy_of_each_iteration() -> None:
    names = [name for name in TRUTH if "simapp6" in name]
    run = replay(*names)
    policies = [iteration.policy for iteration in run.iterations]
    assert len(policies) == 15
    assert all(policy is not None and policy.epochs == 3 for policy in policies)
    assert policies[0] is not None
    assert policies[0].entropy == 2.835927963256836
    assert run.checkpoints.best == "13_Step-8383.ckpt"
    assert run.checkpoints.last == "15_Step-10693.ckpt"


def test_four_workers_are_one_run() -> None:
    run = replay(*SWARM)
    assert [worker.worker for worker in run.workers] == [0, 1, 2, 3]
    assert [worker.iterations[0].steps for worker in run.workers] == [2053, 2290, 2222, 1784]
    first, second = run.iterations
    assert (first.index, first.number, first.steps, first.episodes_done) == (0, 308, 8349, 40)
    assert second.checkpoint == "309_Step-8349.ckpt"
    assert run.totals.steps == 3297 + 3715 + 3595 + 2688
    assert (run.totals.laps, run.totals.best_lap_s, run.totals.episodes_done) == (15, 23.92, 74)
    assert [worker.testing_lines for worker in run.workers] == [13, 0, 0, 0]
    assert run.world == "FS_June2020"
    assert run.settings["num_episodes_between_training"] == 40


def test_the_exits_of_a_run() -> None:
    run = replay(SWARM[0])
    assert len(run.exits) == 12
    assert {left.status for left in run.exits} == {"off_track"}
