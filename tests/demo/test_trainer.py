"""The demo's training, from a folder of custom files to the log of a run."""

from __future__ import annotations

import json
import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.checkpoints import Checkpoint, load_checkpoint
from dots_tui.demo.paced_output import PacedOutput
from dots_tui.demo.run_config import read_config
from dots_tui.demo.simulated_worker import RunFailed
from dots_tui.demo.training_run import TrainingRun
from dots_tui.training import records as r
from dots_tui.training.containers import role_of
from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.training.snapshot import RunSnapshot

DEFAULT_LIKE = """
    def reward_function(params):
        if not params["all_wheels_on_track"]:
            return 1e-3
        away = params["distance_from_center"] / (0.5 * params["track_width"])
        return float(params["speed"] * (1.0 - away * away))
"""
DISCRETE = {
    "action_space": [
        {"steering_angle": angle, "speed": speed} for angle in (-30, -15, 0, 15, 30) for speed in (0.6, 1.8)
    ],
    "sensor": ["FRONT_FACING_CAMERA"],
    "version": "5",
}
CONTINUOUS = {
    "action_space": {"steering_angle": {"low": -25, "high": 25}, "speed": {"low": 0.5, "high": 2.0}},
    "action_space_type": "continuous",
    "sensor": ["FRONT_FACING_CAMERA"],
    "version": "5",
}
RUN_ENV = {
    "DR_WORLD_NAME": "reInvent2019_wide",
    "DR_LOCAL_S3_MODEL_PREFIX": "a-model",
    "DR_TRAIN_MIN_EVAL_TRIALS": "2",
}


def write_files(
    folder: Path,
    reward: str = DEFAULT_LIKE,
    metadata: dict[str, Any] | None = None,
    workers: int = 2,
    run: dict[str, str] | None = None,
    **hyperparameters: Any,
) -> Path:
    """A folder of custom files."""
    folder.mkdir(exist_ok=True)
    values = {**RUN_ENV, **(run or {})}
    (folder / "run.env").write_text("".join(f"{key}={value}\n" for key, value in values.items()))
    (folder / "system.env").write_text(f"DR_WORKERS={workers}\nDR_LOCAL_S3_BUCKET=a-bucket\n")
    (folder / "model_metadata.json").write_text(json.dumps(metadata or DISCRETE))
    (folder / "hyperparameters.json").write_text(
        json.dumps({"num_episodes_between_training": 6, "num_epochs": 3, "discount_factor": 0.97, **hyperparameters})
    )
    (folder / "reward_function.py").write_text(textwrap.dedent(reward))
    return folder


@dataclass
class Log:
    """What a training printed."""

    lines: list[tuple[str, str]]
    failed: bool

    def of(self, container: str) -> list[str]:
        """The lines of one container."""
        return [text for name, text in self.lines if name == container]

    def steps(self) -> list[r.Step]:
        """All trace rows, in the order they were printed."""
        found = Parser().feed("".join(f"{text}\n" for _, text in self.lines).encode())
        return [record for record in found if isinstance(record, r.Step)]

    def run(self) -> RunSnapshot:
        """The run as the app would see it; every line that looks like a record must be one."""
        state, parsers = RunState(), {name: Parser() for name, _ in self.lines}
        for name, text in self.lines:
            for record in parsers[name].feed(f"{text}\n".encode()):
                state.apply(name, record, 0.0)
        assert [parser.failures for parser in parsers.values()] == [0] * len(parsers)
        return state.snapshot(0.0)


def train(
    folder: Path,
    iterations: int = 2,
    seed: str = "7",
    model: Path | None = None,
    start: Checkpoint | None = None,
) -> Log:
    """Train as fast as possible in this process."""
    target = folder / "log"
    config = read_config(CustomFiles.open(folder))
    failed = False
    with target.open("wb") as stream:
        output = PacedOutput(stream.fileno(), 0.0)
        try:
            TrainingRun(config, folder / "reward_function.py", output, seed, model, start).run(0.0, iterations)
        except RunFailed:
            failed = True
            output.flush()
    pairs = (line.partition("\t") for line in target.read_text().splitlines())
    return Log([(name, text) for name, _, text in pairs], failed)


# -- the log --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """Two iterations of seven episodes by three workers."""
    folder = tmp_path_factory.mktemp("run") / "files"
    return train(write_files(folder, workers=3, num_episodes_between_training=7))


def test_the_containers_have_the_names_docker_would_show(log: Log) -> None:
    names = {name for name, _ in log.lines}
    robots = {f"deepracer-0-robomaker-{number}" for number in (1, 2, 3)}
    assert robots < names
    (trainer,) = names - robots
    assert role_of(trainer) == ("trainer", None)
    assert re.fullmatch(r"[a-z0-9]{10}-algo-1-[a-z0-9]{5}", trainer)


def test_the_run_reads_back_with_the_numbers_that_were_printed(log: Log) -> None:
    run = log.run()
    assert not log.failed
    assert (run.world, run.algorithm) == ("reInvent2019_wide", "clipped_ppo")
    assert run.settings == {"num_episodes_between_training": 7, "num_epochs": 3, "MIN_EVAL_TRIALS": 2}
    assert [worker.episodes_done for worker in run.workers] == [6, 4, 4]
    assert [iteration.episodes_done for iteration in run.iterations] == [7, 7]
    assert run.trainer is not None
    assert (run.trainer.episodes, run.trainer.steps) == (14, run.totals.steps)
    first, second = run.iterations
    assert second.checkpoint == f"1_Step-{first.steps}.ckpt"
    assert run.checkpoints.saved[-1] == f"2_Step-{first.steps + second.steps}.ckpt"
    assert (run.policy.lines, run.policy.updates) == (6, 2)
    assert [worker.phase for worker in run.workers] == ["finished"] * 3


def test_totals_of_an_episode_are_the_sums_of_its_rows(log: Log) -> None:
    for worker in log.run().workers:
        lines = "\n".join(log.of(worker.container))
        printed = [float(x) for x in re.findall(r"Training> .*?Total reward=([^,]+)", lines)]
        assert len(printed) == worker.training_lines == worker.episodes_done
        assert worker.mean_reward == pytest.approx(sum(printed) / len(printed), abs=0.02)
        assert f"Steps={worker.steps}, Training iteration=0" in lines


def test_only_worker_0_evaluates_and_its_evaluations_are_not_traced(log: Log) -> None:
    workers = log.run().workers
    assert workers[0].testing_lines == 2 * 2 + workers[0].extra_evaluations
    assert [worker.testing_lines for worker in workers[1:]] == [0, 0]
    assert log.run().iterations[0].evaluation_progress is not None
    assert sum("SIM_TRACE_LOG" in text for _, text in log.lines) == log.run().totals.steps


def test_workers_are_not_numbered_like_their_containers(log: Log) -> None:
    numbers = [(worker.worker, worker.container) for worker in log.run().workers]
    assert [number for number, _ in numbers] == [0, 1, 2]
    assert [name[-1] for _, name in numbers] != ["1", "2", "3"]


def test_rows_have_19_columns_and_the_prefix_of_the_launch_processes(log: Log) -> None:
    rows = [text for _, text in log.lines if "SIM_TRACE_LOG" in text]
    assert all(
        text.startswith("[download_params_and_roslaunch_agent_node-1] [agent-9] SIM_TRACE_LOG:") for text in rows
    )
    assert {text.count(",") + 1 for text in rows} == {19}
    robots = [text for name, text in log.lines if role_of(name)[0] == "robomaker"]
    bare = {text.split(" ")[0] for text in robots if not text.startswith("[")}
    assert bare == {"Starting", "Using"}  # the start script, before ROS


def test_episodes_begin_with_a_prepare_row_and_end_with_a_known_status(log: Log) -> None:
    for step in log.steps():
        assert (step.status == "prepare") == (step.step == 1)
        assert step.done == (step.status not in ("prepare", "in_progress"))
        if step.step == 1:
            assert step.reward == 0.0
        assert step.status in (
            "prepare",
            "in_progress",
            "off_track",
            "lap_complete",
            "reversed",
            "immobilized",
            "time_up",
        )


def test_containers_print_beside_each_other(log: Log) -> None:
    names = [name for name, text in log.lines if "SIM_TRACE_LOG" in text]
    changes = sum(a != b for a, b in zip(names, names[1:]))
    assert changes > len(names) / 3


def test_two_trainings_with_the_same_seed_are_alike(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "files")
    first, again, other = ([re.sub(r",[\d.]+$", "", t) for _, t in train(folder, seed=s).lines] for s in "112")
    assert first == again
    assert first != other


# -- what it learns -------------------------------------------------------------------------------


@pytest.mark.parametrize("metadata", [DISCRETE, CONTINUOUS], ids=["discrete", "continuous"])
def test_it_learns_to_earn_more_and_to_drive_farther(tmp_path: Path, metadata: dict[str, Any]) -> None:
    folder = write_files(tmp_path / "files", metadata=metadata, num_episodes_between_training=20)
    iterations = train(folder, iterations=8).run().iterations
    first, last = iterations[0], iterations[-1]
    assert first.mean_reward is not None
    assert last.mean_reward is not None
    assert last.mean_reward > 2.0 * first.mean_reward
    assert first.mean_progress is not None
    assert last.mean_progress is not None
    assert first.mean_progress < 40.0 < 60.0 < last.mean_progress
    assert first.policy is not None
    assert last.policy is not None
    assert last.policy.entropy < first.policy.entropy


@pytest.mark.parametrize(
    ("pays_for", "faster"), [("2.0 - params['speed']", False), ("params['speed'] ** 2", True)], ids=["slow", "fast"]
)
def test_it_learns_what_the_reward_pays_for(tmp_path: Path, pays_for: str, faster: bool) -> None:
    folder = write_files(
        tmp_path / "files",
        f"def reward_function(params):\n    return float({pays_for})\n",
        metadata=CONTINUOUS,
        num_episodes_between_training=20,
    )
    steps = train(folder, iterations=8).steps()
    tenth = len(steps) // 10
    before, after = (sum(step.speed for step in part) / tenth for part in (steps[:tenth], steps[-tenth:]))
    assert (after > before + 0.1) if faster else (after < before - 0.1)


def test_a_reward_that_says_nothing_teaches_nothing(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "files", "def reward_function(params):\n    return 1e-9 * 0.0\n")
    run = train(folder, iterations=3).run()
    losses = [iteration.policy.loss for iteration in run.iterations if iteration.policy is not None]
    entropies = {iteration.policy.entropy for iteration in run.iterations if iteration.policy is not None}
    assert losses == [0.0, 0.0, 0.0]
    assert len(entropies) == 1


# -- kinds of runs --------------------------------------------------------------------------------


def test_a_single_worker_prints_no_number(tmp_path: Path) -> None:
    log = train(write_files(tmp_path / "files", workers=1), iterations=1)
    assert not any("Starting as worker" in text for _, text in log.lines)
    assert [worker.worker for worker in log.run().workers] == [0]


def test_excess_workers_leave(tmp_path: Path) -> None:
    log = train(write_files(tmp_path / "files", workers=4, num_episodes_between_training=2), iterations=1)
    run = log.run()
    assert sorted(worker.phase for worker in run.workers) == ["excess", "excess", "finished", "finished"]
    assert run.totals.episodes_done == 2


def test_sac_trains_after_every_episode_and_prints_no_policy(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "files", metadata={**CONTINUOUS, "training_algorithm": "sac"}, exploration_type="additive_noise"
    )
    run = train(folder, iterations=5).run()
    assert run.algorithm == "sac"
    assert run.policy.lines == 0
    assert [iteration.episodes_done for iteration in run.iterations] == [1] * 5
    assert sorted(worker.phase for worker in run.workers) == ["excess", "finished"]


def test_continuous_actions_print_as_pairs(tmp_path: Path) -> None:
    log = train(write_files(tmp_path / "files", metadata=CONTINUOUS), iterations=1)
    actions = {text.split(",")[7] for _, text in log.lines if "SIM_TRACE_LOG" in text}
    assert all(re.fullmatch(r"\[-?[\d.e-]+ [\d.]+\]", action) for action in actions)


def test_objects_can_be_hit(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "files", run={"DR_RACE_TYPE": "OBJECT_AVOIDANCE"}, num_episodes_between_training=20)
    assert train(folder, iterations=2).run().totals.statuses.get("crashed", 0) > 0


def test_what_a_reward_function_prints_is_in_the_log(tmp_path: Path) -> None:
    folder = write_files(
        tmp_path / "files",
        """
        import sys
        print("imported")

        def reward_function(params):
            print("step", params["steps"])
            print("no newline", end="", file=sys.stderr)
            return 1.0
        """,
        workers=1,
    )
    log = train(folder, iterations=1)
    lines = log.of("deepracer-0-robomaker-1")
    prefix = "[download_params_and_roslaunch_agent_node-1] [agent-9] "
    assert prefix + "imported" in lines
    assert prefix + "step 2" in lines
    assert any(text.startswith(prefix + "no newlineSIM_TRACE_LOG:0,2,") for text in lines)
    assert log.run().totals.episodes_done == 6


def test_checkpoints_are_saved(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "files")
    log = train(folder, iterations=6, model=tmp_path / "model")
    names = {path.name for path in (tmp_path / "model").iterdir()}
    last = log.run().checkpoints.last
    assert f"{last}.index" in names
    assert len([name for name in names if name.endswith(".meta")]) <= 4
    assert any("Deleting the frozen models" in text for _, text in log.lines)
    index = json.loads((tmp_path / "model" / "deepracer_checkpoints.json").read_text())
    assert index["best_checkpoint"]["name"] == log.run().checkpoints.best


def test_a_training_goes_on_from_the_checkpoint_of_another(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "files", num_episodes_between_training=20)
    first = train(folder, iterations=6, model=tmp_path / "model").run()
    checkpoint = load_checkpoint(tmp_path / "model", "last")
    assert checkpoint.name == first.checkpoints.last
    assert load_checkpoint(tmp_path / "model", "best").name == first.checkpoints.best
    second = train(folder, iterations=2, start=checkpoint).run()
    assert [iteration.number for iteration in second.iterations] == [7, 8]
    assert second.checkpoints.saved[0] == "7_Step-0.ckpt"
    begun, started = second.iterations[0].mean_progress, first.iterations[0].mean_progress
    assert begun is not None
    assert started is not None
    assert begun > started


# -- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("returns", "code", "says"),
    [
        ("params['nothing']", 41, "nothing"),
        ("1 / 0", 41, "division by zero"),
        ("float('nan')", 41, "nan returned as reward"),
        ("float('-inf')", 41, "inf returned"),
        ("100001", 41, "out of range"),
        ("'much'", 41, "could not convert"),
        ("None", 41, "NoneType"),
        ("exit('enough')", 41, "enough"),
        ("input()", 41, "EOF"),
    ],
)
def test_a_reward_that_fails_ends_the_training(tmp_path: Path, returns: str, code: int, says: str) -> None:
    log = train(write_files(tmp_path / "files", f"def reward_function(params):\n    return {returns}\n"))
    assert log.failed
    (fault,) = log.run().faults
    assert (fault.code, fault.user_error) == (code, True)
    assert says in fault.message
    assert log.run().totals.steps >= 1


@pytest.mark.parametrize(
    ("source", "code", "says"),
    [
        ("def reward_function(params)\n    return 1.0\n", 12, "line 1"),
        ("import no_such_module\n", 12, "no_such_module"),
        ("def reward(params):\n    return 1.0\n", 12, "reward_function"),
        ("raise SystemExit('no')\n", 12, "no"),
        (None, 78, "reward_function.py"),
    ],
)
def test_a_reward_that_does_not_load(tmp_path: Path, source: str | None, code: int, says: str) -> None:
    folder = write_files(tmp_path / "files", source or "")
    if source is None:
        (folder / "reward_function.py").unlink()
    log = train(folder)
    assert log.failed
    (fault,) = log.run().faults
    assert fault.code == code
    assert says in fault.message
