"""The record of a run as text, to keep it: JSON with short rows. Pure."""

from __future__ import annotations

import json
import math
from dataclasses import astuple
from typing import Any

from dots_tui.bounded_files import parse_json
from dots_tui.training.kept_runs import NotKept
from dots_tui.training.metric_rows import MetricRow
from dots_tui.training.run_record import EpisodeKey, EpisodeResult, IterationRecord, RunRecord, Sums
from dots_tui.training.snapshot import PolicySummary

VERSION = 2


def record_text(record: RunRecord, kept_at: float) -> str:
    """Return the record as JSON; `kept_at` is Unix seconds."""
    document = {
        "version": VERSION,
        "name": record.name,
        "world": record.world,
        "kept_at": kept_at,
        "best_checkpoint": record.best_checkpoint,
        "prefix": record.prefix,
        "between": record.between,
        "iterations": [_row(one) for one in record.iterations.values()],
        "metrics": {
            prefix: {str(worker): [list(row) for row in rows] for worker, rows in metrics.items()}
            for prefix, metrics in record.metrics.items()
        },
        "first": record.first,
        "starts": {str(number): at for number, at in record.starts.items()},
        "last_checkpoints": record.last_checkpoints,
    }
    return json.dumps(_finite(document), separators=(",", ":"), allow_nan=False)


def read_record(text: str) -> RunRecord:
    """Return the record that `record_text` wrote. Raise NotKept."""
    try:
        document = parse_json(text)
        if document["version"] != VERSION:
            raise NotKept(f"it was written by another version ({document['version']})")
        record = RunRecord(str(document["name"]), str(document["world"]))
        record.best_checkpoint, record.prefix = str(document["best_checkpoint"]), str(document["prefix"])
        record.between = _integer(document["between"])
        for row in document["iterations"]:
            one = _iteration(row)
            record.iterations[one.number, one.steps] = one
        for prefix, metrics in document["metrics"].items():
            record.metrics[prefix] = {int(worker): _metrics(rows) for worker, rows in metrics.items()}
        record.last_checkpoints = {prefix: int(number) for prefix, number in document["last_checkpoints"].items()}
        record.starts = {int(number): _known(at) for number, at in document["starts"].items()}
        record.first = _integer(document["first"])
        record.current()
    except NotKept:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise NotKept(f"it is damaged ({type(error).__name__})") from error
    return record


def kept_at(text: str) -> float:
    """Return when a record was kept (Unix seconds); 0 if the text has no time."""
    try:
        at = float(parse_json(text)["kept_at"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0.0
    return at if math.isfinite(at) else 0.0


def _row(one: IterationRecord) -> dict[str, Any]:
    return {
        "number": one.number,
        "steps": one.steps,
        "began_at": one.began_at,
        "driven": one.driven,
        "evaluation": list(one.evaluation),
        "policy": list(astuple(one.policy)) if one.policy is not None else None,
        "folded": list(astuple(one.folded)) if one.folded is not None else None,
        "episodes": [[*key, *result] for key, result in one.episodes.items()],
    }


def _iteration(row: dict[str, Any]) -> IterationRecord:
    one = IterationRecord(
        int(row["number"]), _integer(row["steps"]), _number(row["began_at"]), driven=int(row["driven"])
    )
    count, reward, progress = row["evaluation"]
    one.evaluation = int(count), _number(reward), _number(progress)
    if row["policy"] is not None:
        *values, epochs = row["policy"]
        loss, kl, entropy, rate = (_known(value) for value in values)
        one.policy = PolicySummary(loss, kl, entropy, rate, int(epochs))
    if row["folded"] is not None:
        episodes, progress_sum, rewarded, reward_sum, laps, best, statuses = row["folded"]
        counts = {str(status): int(times) for status, times in statuses.items()}
        one.folded = Sums(
            int(episodes), _known(progress_sum), int(rewarded), _known(reward_sum), int(laps), _number(best), counts
        )
    for worker, episode, progress, reward, lap_s, status, source in row["episodes"]:
        result = EpisodeResult(_known(progress), _number(reward), _number(lap_s), str(status), int(source))
        one.episodes[EpisodeKey(int(worker), int(episode))] = result
    return one


def _metrics(rows: list[list[Any]]) -> tuple[MetricRow, ...]:
    return tuple(
        MetricRow(
            int(episode), int(trial), bool(training), _known(progress), _known(reward), _known(lasted), str(status)
        )
        for episode, trial, training, progress, reward, lasted, status in rows
    )


def _integer(value: Any) -> int | None:
    return int(value) if value is not None else None


def _number(value: Any) -> float | None:
    number = float(value) if value is not None else None
    return number if number is not None and math.isfinite(number) else None


def _known(value: Any) -> float:
    """Return a required number; an update can print nan, which is null in JSON."""
    return math.nan if value is None else float(value)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, (list, tuple)) else value
