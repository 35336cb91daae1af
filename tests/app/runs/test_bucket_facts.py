"""What the metrics and the list of checkpoints in the bucket say; what is half written says nothing."""

from __future__ import annotations

import json

import pytest

from dots_tui.app.runs.bucket_facts import LOG, METRICS, read_checkpoints, read_metrics


def row(phase: str, percent: int, seconds: float, reward: int = 5) -> dict[str, object]:
    return {
        "phase": phase,
        "completion_percentage": percent,
        "elapsed_time_in_milliseconds": int(seconds * 1000),
        "reward_score": reward,
    }


def test_a_workers_episodes_laps_and_evaluations_are_counted() -> None:
    rows = [row("training", 40, 3), row("training", 100, 12.5), row("evaluation", 100, 9), row("training", 100, 11, 7)]
    read = read_metrics(2, json.dumps({"metrics": rows, "version": 2.0}).encode())
    assert read is not None
    assert (read.worker, read.episodes, read.laps, read.evaluations) == (2, 3, 2, 1)
    assert (read.best_lap_s, read.last_reward, read.last_progress, read.mean_progress) == (11.0, 7.0, 100.0, 80.0)


@pytest.mark.parametrize("data", [b"", b'{"metrics": [', b"[]", b'{"metrics": 3}', b"\xff\xfe"])
def test_what_is_no_metrics_file_says_nothing(data: bytes) -> None:
    assert read_metrics(0, data) is None


def test_a_row_without_its_numbers_is_an_episode_all_the_same() -> None:
    read = read_metrics(0, b'{"metrics": [{"phase": "training", "completion_percentage": "?"}, 7]}')
    assert read is not None
    assert (read.episodes, read.laps, read.last_progress) == (1, 0, None)


def test_best_and_last_checkpoint_are_named() -> None:
    data = {"best_checkpoint": {"name": "26_Step-9.ckpt"}, "last_checkpoint": {"name": "27_Step-11.ckpt"}}
    assert read_checkpoints(json.dumps(data).encode()) == ("26_Step-9.ckpt", "27_Step-11.ckpt")
    assert read_checkpoints(b'{"best_checkpoint": null}') == ("", "")


def test_names_in_the_bucket_are_told_apart() -> None:
    assert [METRICS.fullmatch(f"metrics/TrainingMetrics{end}.json") is not None for end in ("", "_12", "_x")] == [
        True,
        True,
        False,
    ]
    found = LOG.fullmatch("logs/deepracer-0_robomaker.1.abc.log")
    assert found is not None
    assert found[1] == "deepracer-0_robomaker.1.abc"
    assert LOG.fullmatch("logs/old/one.log") is None
