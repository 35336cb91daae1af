"""dots-tui replay: recorded logs in, a document or a summary out."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from dots_tui.cli import main

HERE = Path(__file__).resolve()
SAMPLES = HERE.parents[3] / "shared" / "samples"
TRUTH: dict[str, Any] = json.loads((SAMPLES / "ground_truth.json").read_text()) if SAMPLES.is_dir() else {}
SIMULATIONS = [name for name, truth in TRUTH.items() if "deepracer_utils" in truth]
TRAINERS = [name for name, truth in TRUTH.items() if "policy_training" in truth]
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside this checkout")
FIXTURES = HERE.parents[1] / "training" / "fixtures" / "two-workers"
ZERO, ONE, ALGO = (
    str(FIXTURES / f"{name}.log")
    for name in ("deepracer-0-robomaker-2", "deepracer-0-robomaker-1", "3nza2031w3-algo-1-vecmd")
)


def document(capsys: pytest.CaptureFixture[str], *logs: str, code: int = 0) -> dict[str, Any]:
    """What --json prints; it must be one document JSON can have, and nothing else."""
    assert main(["replay", *logs, "--summary", "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out, parse_constant=lambda name: pytest.fail(name))
    return found


def near(value: float) -> Any:
    """As exact as the truths are written down."""
    return pytest.approx(value, abs=1e-4)


def row(episode: int, step: int, status: str = "in_progress", *, progress: float = 5.0, reward: str = "1.0000") -> str:
    """A row; the status tells whether it is the last."""
    done = status not in ("prepare", "in_progress")
    return (
        f"SIM_TRACE_LOG:{episode},{step},1.5,-2.5,90.0,-30.0,1.00,0,{reward},{done},True,{progress:.4f},7,16.60,"
        f"{10 + episode * 10 + step * 0.1:.3f},{status},0.00\n"
    )


def restore(number: int, steps: int) -> str:
    """A simulation loads a checkpoint."""
    return f"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{number}_Step-{steps}.ckpt\n"


def episodes(*numbers: int, progress: float = 5.0) -> str:
    """Episodes of three rows, a reward of 2 each."""
    return "".join(
        row(n, 1, "prepare", reward="0.0000") + row(n, 2, progress=progress) + row(n, 3, "off_track", progress=progress)
        for n in numbers
    )


START = "Sensor list ['A'], network N, simapp_version 5, training_algorithm clipped_ppo, action_space_type discrete\n"


# -- recorded by others ---------------------------------------------------------------------------


@needs_samples
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_numbers_of_a_simulation(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    truth, counts = TRUTH[name]["deepracer_utils"], TRUTH[name]["line_counts"]
    found = document(capsys, str(SAMPLES / name))
    (worker,) = found["workers"]
    assert worker["files"] == [str(SAMPLES / name)]
    assert worker["steps"] == truth["steps"] == counts["sim_trace_rows"]
    assert worker["episodes_seen"] == truth["episodes_seen"]
    assert worker["episodes_done"] == truth["episodes_done"]
    assert worker["laps"] == truth["complete_laps"]
    assert worker["best_lap_s"] == truth["best_lap_s"]
    assert worker["mean_reward"] == near(truth["mean_ep_reward_done"])
    # deepracer-utils also counts progress that a simapp 6 `prepare` row has left over from another episode.
    assert worker["mean_progress"] == near(19.9749 if counts["columns"] == [19] else truth["mean_progress_done"])
    assert worker["statuses"] == truth["final"]
    assert worker["training_lines"] == counts["training_lines"]
    assert worker["testing_lines"] == counts["testing_lines"]
    for iteration, expected in zip(worker["iterations"], TRUTH[name].get("iterations", ())):
        assert iteration["checkpoint"] == expected["checkpoint"]
        assert iteration["episodes_done"] == expected["episodes_done"]
        assert iteration["steps"] == expected["steps"]
        assert iteration["mean_reward"] == near(expected["mean_reward_done"])
        assert iteration["evaluations"] == expected["testing_lines"]
        assert (iteration["laps"], iteration["best_lap_s"]) == (expected["complete_laps"], expected["best_lap_s"])
    if "iterations" in TRUTH[name]:
        assert len(worker["iterations"]) == len(TRUTH[name]["iterations"])
        assert [i["checkpoint"] for i in worker["iterations"]] == counts["restores"]


@needs_samples
@pytest.mark.parametrize("name", TRAINERS)
def test_the_numbers_of_a_trainer(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    truth, counts = TRUTH[name]["policy_training"], TRUTH[name]["line_counts"]
    found = document(capsys, str(SAMPLES / name))
    assert found["workers"] == []
    assert found["policy"]["lines"] == truth["lines"]
    assert found["policy"]["updates"] == truth.get("updates", 0)
    assert found["policy"]["first"] == truth["first"]
    assert found["policy"]["last"] == truth["last"]
    assert found["checkpoints"]["saved"] == counts["saves"]
    assert found["checkpoints"]["last"] == counts["saves"][-1]
    best = counts["best_last"][-1][0]
    assert found["checkpoints"]["best"] == next(name for name in counts["saves"] if name.startswith(f"{best}_"))
    assert found["trainer"]["episodes"] == int(counts["last_training"][0])


@needs_samples
def test_four_workers_are_merged_into_one_run(capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for name in SIMULATIONS if "4workers" in name]
    found = document(capsys, *(str(SAMPLES / name) for name in reversed(names)))
    assert [worker["worker"] for worker in found["workers"]] == [0, 1, 2, 3]
    assert [worker["steps"] for worker in found["workers"]] == [
        TRUTH[n]["line_counts"]["sim_trace_rows"] for n in names
    ]
    first, second = found["iterations"]
    assert (first["checkpoint"], first["steps"], first["episodes_done"]) == ("308_Step-0.ckpt", 8349, 40)
    assert second["checkpoint"] == "309_Step-8349.ckpt"


@needs_samples
def test_a_simulation_and_its_trainer_are_told_apart_by_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [name for name in TRUTH if "simapp6" in name]
    for number, name in enumerate(names):
        (tmp_path / f"{number}.txt").write_bytes((SAMPLES / name).read_bytes())
    found = document(capsys, *(str(tmp_path / f"{number}.txt") for number in range(len(names))))
    assert found["workers"][0]["episodes_done"] == 300
    assert found["policy"]["lines"] == 45
    assert found["checkpoints"]["best"] == "13_Step-8383.ckpt"
    assert found["iterations"][0]["policy"]["entropy"] == near(2.835927963256836)
    assert 0.5 < found["real_time_factor"] < 1.0


# -- whose a log is -------------------------------------------------------------------------------


def test_a_run_of_two_workers(capsys: pytest.CaptureFixture[str]) -> None:
    found = document(capsys, ONE, ALGO, ZERO)
    assert [(worker["worker"], worker["files"]) for worker in found["workers"]] == [(0, [ZERO]), (1, [ONE])]
    assert found["totals"]["steps"] == 327
    assert (found["policy"]["lines"], found["policy"]["updates"]) == (6, 2)
    assert found["checkpoints"]["saved"] == ["0_Step-0.ckpt", "1_Step-88.ckpt", "2_Step-327.ckpt"]
    assert sum(sum(counts.values()) for counts in found["exits_by_waypoint"].values()) == 5
    assert found["findings"] == []


def test_the_parts_of_one_worker_are_one_entry_in_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a spot replacement episodes count from 0 again, checkpoints go on."""
    late, early = tmp_path / "a.log", tmp_path / "b.log"
    early.write_text(START + restore(0, 0) + episodes(0, 1) + restore(1, 6) + episodes(2))
    late.write_text(START + restore(2, 0) + episodes(0, 1, 2))
    found = document(capsys, str(late), str(early))
    (worker,) = found["workers"]
    assert worker["files"] == [str(early), str(late)]
    assert (worker["steps"], worker["episodes_done"], worker["starts"]) == (18, 6, 2)
    assert [(i["checkpoint"], i["episodes_done"]) for i in worker["iterations"]] == [
        ("0_Step-0.ckpt", 2),
        ("1_Step-6.ckpt", 1),
        ("2_Step-0.ckpt", 3),
    ]


def test_a_training_that_was_begun_anew_loses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    first.write_text("printed in the first start\n" + START + restore(0, 0) + episodes(0))
    second.write_text(START + restore(0, 0) + episodes(0, 1) + restore(1, 6) + episodes(2))
    (worker,) = document(capsys, str(first), str(second))["workers"]
    assert worker["episodes_done"] == sum(i["episodes_done"] for i in worker["iterations"]) == 4
    assert [i["checkpoint"] for i in worker["iterations"]] == ["0_Step-0.ckpt", "0_Step-0.ckpt", "1_Step-6.ckpt"]


def test_the_same_log_taken_twice_counts_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    early, late = tmp_path / "early.log", tmp_path / "late.log"
    early.write_text(START + restore(0, 0) + episodes(0))
    late.write_text(START + restore(0, 0) + episodes(0, 1))
    found = document(capsys, str(early), str(late), str(late))
    assert [worker["steps"] for worker in found["workers"]] == [6]
    assert [(f["file"], f["code"], f["severity"]) for f in found["findings"]] == [(str(early), "copy", "info")]


def test_the_copy_of_the_trainers_log_counts_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "rl_coach.log"
    copy.write_text("".join(f"vecmd-algo-1-vecmd  | {line}\n" for line in Path(ALGO).read_text().splitlines()))
    assert document(capsys, str(copy), ALGO)["policy"]["lines"] == 6
    alone = document(capsys, str(copy))
    assert (alone["policy"]["lines"], alone["checkpoints"]["last"]) == (6, "2_Step-327.ckpt")


def test_swarm_slots_and_numbers_in_names_help(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Logs that were cut say nothing about themselves."""
    names = ("deepracer-3_robomaker.2.abcdef.log", "deepracer-3_robomaker.1.ghijkl.log")
    for name in names:
        (tmp_path / name).write_text(episodes(4, 5) + restore(3, 9))
    found = document(capsys, *(str(tmp_path / name) for name in names))
    assert [worker["worker"] for worker in found["workers"]] == [0, 1]
    assert Path(found["workers"][1]["files"][0]).name == names[0]


def test_an_evaluation_beside_a_training_is_not_part_of_its_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    training, evaluation = tmp_path / "a.log", tmp_path / "b.log"
    training.write_text(START + restore(0, 0) + episodes(0, 1))
    evaluation.write_text(" * /JOB_TYPE: EVALUATION\n" + episodes(0))
    found = document(capsys, str(evaluation), str(training))
    assert [worker["steps"] for worker in found["workers"]] == [6]
    assert [worker["steps"] for worker in found["evaluations"]] == [3]
    alone = document(capsys, str(evaluation))
    assert ([w["steps"] for w in alone["workers"]], alone["evaluations"]) == ([3], [])


# -- how it may arrive ----------------------------------------------------------------------------


def test_compressed_archived_and_piped_logs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = document(capsys, ZERO)["workers"][0]
    packed, archive = tmp_path / "x.log.gz", tmp_path / "x.tar.gz"
    packed.write_bytes(gzip.compress(Path(ZERO).read_bytes()))
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(ZERO, "logs/zero.log")
        tar.add(ALGO, "logs/algo.log")
        tar.add(__file__, "metrics.json")
    assert document(capsys, str(packed))["workers"][0] == {**plain, "files": [str(packed)]}
    found = document(capsys, str(archive))
    assert found["workers"][0] == {
        **plain,
        "files": [f"{archive}!logs/zero.log"],
        "iterations": found["workers"][0]["iterations"],
    }
    assert found["policy"]["lines"] == 6
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(ZERO).read_bytes())))
    assert document(capsys, "-")["workers"][0] == {**plain, "files": ["standard input"]}


def test_dockers_timestamps_tell_the_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "stamped.log"
    lines = (START + restore(0, 0) + episodes(0, 1) + restore(1, 6) + episodes(2)).splitlines()
    log.write_text("".join(f"2026-01-01T10:00:{second:02d}.123456789Z {line}\r\n" for second, line in enumerate(lines)))
    found = document(capsys, str(log))
    assert [iteration["seconds"] for iteration in found["iterations"]] == [7.0, None]
    assert found["workers"][0]["steps_per_s"] == near(1.0)
    assert found["real_time_factor"] == near(0.1)


# -- what is wrong --------------------------------------------------------------------------------


def test_faults_are_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "a.log"
    log.write_text(
        START + restore(0, 0) + episodes(0) + '{"simapp_exception": {"message": "Reward function error: boom", '
        '"eventType": "user_error", "errorCode": "400"}}\nERROR: FAULT_CODE: 41\n'
    )
    (finding,) = document(capsys, str(log), code=1)["findings"]
    assert (finding["file"], finding["severity"], finding["code"]) == (str(log), "error", "reward-error")
    assert finding["message"] == ("Fault 41 in worker 0: the reward function failed: Reward function error: boom.")
    assert finding["fix"].startswith("Correct reward_function.py")


def test_a_reward_of_nan_is_null_in_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "a.log"
    policy = (
        "Policy training> Surrogate loss=nan, KL divergence=0.1, Entropy=1.5, training epoch=0, learning_rate=0.1\n"
    )
    log.write_text(policy)
    found = document(capsys, str(log), code=1)
    assert found["policy"]["last"]["Surrogate loss"] is None
    assert [finding["code"] for finding in found["findings"]] == ["loss-nan"]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("", "empty", "empty"),
        ("hello\nworld\n", "not-a-log", "No line of a DeepRacer training"),
        ("episode,steps,X,Y,yaw\n0,1.0,1,2,3\n", "not-a-log", "simulation trace"),
        ('{"metrics": [], "version": 2.0}', "not-a-log", "metrics file"),
        ("\x00\x01\x02\udcff" * 100, "not-a-log", "No line of a DeepRacer training"),
    ],
)
def test_what_is_no_log_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, code: str, words: str
) -> None:
    log = tmp_path / "odd.log"
    log.write_bytes(content.encode("utf-8", "surrogateescape"))
    found = document(capsys, str(log), ZERO, code=1)
    assert [(f["file"], f["code"]) for f in found["findings"]] == [(str(log), code)]
    assert words in found["findings"][0]["message"]
    assert len(found["workers"]) == 1
    assert main(["replay", str(log)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err


def test_what_cannot_be_read_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.gz").write_bytes(gzip.compress(Path(ZERO).read_bytes())[:2000])
    (tmp_path / "broken.tar.gz").write_bytes(b"no archive")
    for name in ("missing.log", ".", "broken.gz", "broken.tar.gz"):
        assert main(["replay", str(tmp_path / name), ZERO, "--json"]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith(str(tmp_path / name))
        assert len(printed.err.splitlines()) == 1


def test_without_a_log_it_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["replay"])
    assert ended.value.code == 2
    assert "LOG" in capsys.readouterr().err


def test_the_summary_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", ZERO, ONE, ALGO, "--summary"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    lines = printed.out.splitlines()
    assert lines[0].startswith("Iteration 2: 3 of 3 episodes")
    for title in ("Workers", "Iterations", "Trainer", "Setup"):
        assert title in lines
    (worker,) = [line for line in lines if line.split()[:2] == ["0", "282"]]
    assert "12.577 s" in worker
    assert "lap complete" in worker
    assert any("best 0_Step-0.ckpt" in line or "best 1_Step-88.ckpt" in line for line in lines)
    assert max(len(line) for line in lines if not line.startswith("  batch_size")) <= 120


def test_the_first_line_is_the_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "worker.log"
    log.write_text(
        "Starting as worker 0, using world Oval and configuration training_params.yaml.\n"
        + "Expecting checkpoint >= 3. Waiting.\n" * 40
    )
    assert main(["replay", str(log), "--summary"]) == 1
    assert capsys.readouterr().out.startswith("WARNING: the worker waits for a checkpoint")
    log.write_text(log.read_text() + "OSError: no\n[agent-9] process has died [pid 4, exit code 132, cmd x].\n")
    assert main(["replay", str(log), "--summary"]) == 1
    assert capsys.readouterr().out.startswith("FAILED: the processor lacks an instruction")
