"""The training metrics of a simulated worker, as simapp writes them after each episode."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from dots_tui.bounded_files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dots_tui.demo.rollout import Row

METRICS_FOLDER = "metrics"
COPY_S = 4.0
"""Seconds between two copies of a file: embedded episodes are shorter than real ones."""
_UPLOADED = re.compile(rb"with s3 key (\S+)/metrics/(TrainingMetrics(?:_\d+)?\.json)")
_CHECKPOINTS = "model/deepracer_checkpoints.json"


class Metrics:
    """All episodes of one worker, in one file below `folder`; without a folder nothing is written."""

    def __init__(self, folder: Path | None, worker: int) -> None:
        self.name = "TrainingMetrics.json" if worker == 0 else f"TrainingMetrics_{worker}.json"
        self._folder = folder
        self._rows: list[dict[str, Any]] = []

    def add(self, rows: Sequence[Row], episode: int, trial: int, *, training: bool) -> None:
        """Add a finished episode and replace the file atomically: it may be read at any time."""
        driven = [row for row in rows if row.step > 1]
        first, last = rows[0], rows[-1]
        self._rows.append(
            {
                "reward_score": round(sum(row.reward for row in rows)),
                "metric_time": round(last.time * 1000),
                "start_time": round(first.time * 1000),
                "elapsed_time_in_milliseconds": round((last.time - first.time) * 1000),
                "episode": episode,
                "trial": trial,
                "phase": "training" if training else "evaluation",
                "completion_percentage": int(max((row.progress for row in driven), default=0.0)),
                "episode_status": last.status.replace("_", " ").capitalize(),
            }
        )
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        document = {"metrics": self._rows, "version": 2.0, "best_model_metric": "progress"}
        replace_file(self._folder / self.name, json.dumps(document).encode(), created=0o666, durable=False)


class MetricsCopies:
    """Copies the metrics in an instance's `folder` to the bucket when a worker reports that it wrote them."""

    def __init__(self, folder: Path, put: Callable[[str, bytes], None]) -> None:
        self._folder = folder
        self._put = put
        self._copied: dict[bytes, float] = {}

    def heard(self, line: bytes) -> None:
        """Handle a line that a container printed."""
        match = _UPLOADED.search(line) if b"/metrics/TrainingMetrics" in line else None
        if match is None or time.monotonic() - self._copied.get(match[0], -COPY_S) < COPY_S:
            return
        self._copied[match[0]] = time.monotonic()
        prefix, name = match[1].decode(), match[2].decode()
        for below in (f"{METRICS_FOLDER}/{name}", _CHECKPOINTS):
            path = self._folder / below
            if path.is_file():
                self._put(f"{prefix}/{below}", path.read_bytes())
