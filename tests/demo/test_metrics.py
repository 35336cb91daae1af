"""The metrics of the demo's workers are such as simapp writes, and come to the bucket."""

from __future__ import annotations

from pathlib import Path

from dots_tui.app.runs.bucket_facts import read_metrics
from dots_tui.demo.metrics import METRICS_FOLDER, Metrics, MetricsCopies
from dots_tui.demo.rollout import Row
from dots_tui.reward.actions import CarAction


def row(step: int, progress: float, status: str) -> Row:
    return Row(
        step, 0.0, 0.0, 0.0, CarAction(0.0, 1.0, "0"), 1.5, step == 3, True, progress, 1, step * 0.5, status, 0.06, ""
    )


def test_every_episode_stands_in_the_file(tmp_path: Path) -> None:
    metrics = Metrics(tmp_path / METRICS_FOLDER, 1)
    metrics.add([row(1, 0.0, "prepare"), row(2, 40.0, "in_progress"), row(3, 41.9, "off_track")], 1, 1, training=True)
    metrics.add([row(1, 0.0, "prepare"), row(3, 100.0, "lap_complete")], 1, 1, training=False)
    read = read_metrics(1, (tmp_path / METRICS_FOLDER / "TrainingMetrics_1.json").read_bytes())
    assert read is not None
    first, second = read.rows
    assert (first.progress, first.status, first.training, first.seconds) == (41.0, "off_track", True, 1.0)
    assert (second.progress, second.status, second.training) == (100.0, "lap_complete", False)


def test_the_file_is_copied_when_its_worker_says_so(tmp_path: Path) -> None:
    copied: list[tuple[str, bytes]] = []
    copies = MetricsCopies(tmp_path, lambda key, body: copied.append((key, body)))
    Metrics(tmp_path / METRICS_FOLDER, 0).add([row(3, 5.0, "off_track")], 1, 1, training=True)
    copies.heard(b"SIM_TRACE_LOG:0,1")
    line = b"[s3] Successfully uploaded metrics to  s3 bucket b with s3 key models/x/metrics/TrainingMetrics.json."
    copies.heard(line)
    copies.heard(line)  # not again so soon
    assert [key for key, _ in copied] == ["models/x/metrics/TrainingMetrics.json"]
