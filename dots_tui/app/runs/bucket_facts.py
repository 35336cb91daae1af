"""What the small files of a run in the bucket say: TrainingMetrics*.json and deepracer_checkpoints.json. Pure.

Metrics are written after every episode, minutes before the logs come: the newest there is without SSH.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from dots_tui.training.metric_rows import MetricRow

METRICS = re.compile(r"metrics/TrainingMetrics(?:_(\d+))?\.json")
CHECKPOINTS = "model/deepracer_checkpoints.json"
LOG = re.compile(r"logs/([^/]+)\.log")
TRAINING, COMPLETE = "training", 100
_LARGEST = 1e12
"""A number beyond it is damaged: no reward, time or count is so large."""
_MOST = 1e9
"""No count or per cent is larger."""


@dataclass(frozen=True)
class WorkerMetrics:
    """One worker's finished training episodes. Progress in percent, times in seconds."""

    worker: int
    episodes: int
    laps: int
    best_lap_s: float | None
    last_reward: float | None
    last_progress: float | None
    mean_progress: float | None
    """Of the last twenty."""
    evaluations: int
    rows: tuple[MetricRow, ...] = ()
    """Every episode, evaluations among them."""


@dataclass(frozen=True)
class BucketFacts:
    """What there is of the run below `prefix`; `newest` is when something was written last (Unix seconds)."""

    bucket: str
    prefix: str
    logs: int
    newest: float | None
    metrics: tuple[WorkerMetrics, ...] = ()
    best_checkpoint: str = ""
    last_checkpoint: str = ""


def read_metrics(worker: int, data: bytes) -> WorkerMetrics | None:
    """The content of one metrics file; None when it is none (half written, or another's)."""
    rows = _rows(data)
    if rows is None:
        return None
    driven = [row for row in rows if row.get("phase") == TRAINING]
    progress = [value for row in driven if (value := _number(row, "completion_percentage")) is not None]
    laps = [row for row in driven if _number(row, "completion_percentage") == COMPLETE]
    times = [value / 1000 for row in laps if (value := _number(row, "elapsed_time_in_milliseconds")) is not None]
    recent = progress[-20:]
    return WorkerMetrics(
        worker=worker,
        episodes=len(driven),
        laps=len(laps),
        best_lap_s=min(times, default=None),
        last_reward=_number(driven[-1], "reward_score") if driven else None,
        last_progress=progress[-1] if progress else None,
        mean_progress=sum(recent) / len(recent) if recent else None,
        evaluations=len(rows) - len(driven),
        rows=tuple(found for row in rows if (found := _metric_row(row)) is not None),
    )


def _metric_row(row: dict[str, Any]) -> MetricRow | None:
    """A row in the terms of the log; None when it lacks a number that counts."""
    names = ("episode", "trial", "completion_percentage", "reward_score", "elapsed_time_in_milliseconds")
    values = [_number(row, name) for name in names]
    episode, trial, progress, reward, lasted = (value if value is not None else -1.0 for value in values)
    if None in values or not 0 < episode < _MOST or not 0 <= trial < _MOST or not -_MOST < progress <= COMPLETE:
        return None
    status = str(row.get("episode_status", "")).strip().lower().replace(" ", "_")[:40]
    training = row.get("phase") == TRAINING
    return MetricRow(int(episode), int(trial), training, progress, reward, lasted / 1000, status)


def checkpoint_number(name: str) -> int | None:
    """The number in a checkpoint's name; None when it has none."""
    digits = name.partition("_")[0]
    return int(digits) if digits.isdecimal() and len(digits) <= 12 else None


class NamedCheckpoint(NamedTuple):
    """A checkpoint that the list of checkpoints names: its mean metric in evaluations (None: not told) and the time of
    the entry (Unix seconds; None: not told).
    """

    name: str
    metric: float | None = None
    at: float | None = None

    @property
    def number(self) -> int | None:
        """The number in its name; None if it has none."""
        return checkpoint_number(self.name)


class CheckpointIndex(NamedTuple):
    """The content of `deepracer_checkpoints.json`; None for an entry that it does not have."""

    best: NamedCheckpoint | None
    last: NamedCheckpoint | None


def read_index(data: bytes) -> CheckpointIndex | None:
    """Return the list of checkpoints in `data`; None if it is no such list (half written, or another's file)."""
    content = _object(data)
    if content is None:
        return None
    return CheckpointIndex(_named(content.get("best_checkpoint")), _named(content.get("last_checkpoint")))


def _named(entry: object) -> NamedCheckpoint | None:
    name = entry.get("name") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(name, str) or not name:
        return None
    return NamedCheckpoint(name, _number(entry, "avg_eval_metric"), _number(entry, "time_stamp"))


def read_checkpoints(data: bytes) -> tuple[str, str]:
    """Return the names of the best and the last checkpoint, "" for each that is not there."""
    best, last = read_index(data) or (None, None)
    return best.name if best else "", last.name if last else ""


def _rows(data: bytes) -> list[dict[str, Any]] | None:
    content = _object(data)
    rows = content.get("metrics") if content is not None else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _number(row: dict[str, Any], key: str) -> float | None:
    value = row.get(key)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or abs(value) > _LARGEST:
        return None
    return float(value) if math.isfinite(value) else None
