"""Finished models in the embedded cloud's bucket: a family of several runs to compare and continue.

A formula creates them. Their checkpoints have the format of the demo's trainer, so a training can load them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import RUN_ENV, is_run_file
from dots_tui.demo.checkpoints import DATA, INDEX_FILE, Checkpoint, document
from dots_tui.demo.driver import GENES
from dots_tui.demo.learner import Policy
from dots_tui.demo.model_files import model_files

_EPISODES = 12
"""Episodes per iteration of one worker."""
_STEPS = 1500
_KEPT = 3
_GRAPH_BYTES = 300_000
_FOLDER = "training"


@dataclass(frozen=True)
class FinishedModel:
    """A finished run: progress (percent) increases from `begins` to about `ends` over its iterations."""

    name: str
    iterations: int
    begins: float
    ends: float
    hours_ago: float
    lap_s: float | None = None
    parent: str = ""
    checkpoint: str = "last"
    first: int = 0
    """Number of its first checkpoint; a continued run continues the numbering."""
    track: str = "reInvent2019_track"
    race_type: str = "TIME_TRIAL"
    following: str = ""
    """The model under which a spot run continued."""

    @property
    def prefix(self) -> str:
        """The prefix of the model."""
        return f"{_FOLDER}/{self.name}"


MODELS = (
    FinishedModel("first-laps-1", 18, 11, 46, 190.0),
    FinishedModel("first-laps-2", 12, 44, 63, 166.0, 14.9, "first-laps-1", first=18, following="first-laps-3"),
    FinishedModel("first-laps-3", 15, 62, 81, 164.5, 13.1, "first-laps-2", first=30),
    FinishedModel("first-laps-4", 24, 80, 92, 98.0, 11.8, "first-laps-3", "best", first=44),
    FinishedModel("faster-1", 26, 71, 88, 50.0, 10.4, "first-laps-3", "best", first=44),
    FinishedModel("obstacles-1", 20, 14, 52, 26.0, 17.6, race_type="OBJECT_AVOIDANCE", track="reinvent_base"),
)


def fill(bucket: str, now: datetime | None = None) -> None:
    """Write the models directly to moto's store, with realistic times."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    now = now or datetime.now(timezone.utc)
    store = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for model in MODELS:
        written = now - timedelta(hours=model.hours_ago)
        for name, body in objects_of(model, written):
            stored = store.put_object(bucket, f"{model.prefix}/{name}", body)
            stored.last_modified = written.replace(tzinfo=None)


def objects_of(model: FinishedModel, written: datetime) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each object of a model."""
    progress = [
        model.begins + (model.ends - model.begins) * (1 - math.exp(-3 * at / model.iterations))
        for at in range(model.iterations)
    ]
    last = model.first + model.iterations - 1
    best = last - 2
    for number in range(last - _KEPT + 1, last + 1):
        yield from _checkpoint(number)
    yield f"model/{INDEX_FILE}", _index(best, last, progress[best - model.first], written)
    yield "metrics/TrainingMetrics.json", _metrics(model, progress)
    if model.following:
        record = {"version": 1, "stack": model.name, "next": f"{_FOLDER}/{model.following}", "phases": []}
        yield "dots-tui/phases.json", json.dumps(record).encode()
    yield from model_files(_files(model)).items()


def _name(number: int) -> str:
    return Checkpoint(number, number * _STEPS, _policy(number)).name


def _policy(number: int) -> Policy:
    random = Random(number)
    return Policy(tuple(random.uniform(-0.4, 0.4) for _ in GENES), tuple(max(0.15, 0.7 * 0.97**number) for _ in GENES))


def _checkpoint(number: int) -> Iterator[tuple[str, bytes]]:
    yield f"model/{_name(number)}{DATA}", json.dumps(document(_policy(number))).encode()
    yield f"model/{_name(number)}.index", json.dumps({"number": number, "steps": number * _STEPS}).encode()
    yield f"model/{_name(number)}.meta", json.dumps({"parameters": [gene.name for gene in GENES]}).encode()
    yield f"model/model_{number}.pb", Random(number).randbytes(_GRAPH_BYTES)


def _index(best: int, last: int, metric: float, written: datetime) -> bytes:
    at = written.timestamp()
    entries = {
        "best_checkpoint": {"name": _name(best), "avg_eval_metric": round(metric, 2), "time_stamp": at},
        "last_checkpoint": {"name": _name(last), "avg_eval_metric": None, "time_stamp": at},
    }
    return json.dumps(entries).encode()


def _metrics(model: FinishedModel, progress: list[float]) -> bytes:
    random = Random(model.name)
    rows: list[dict[str, Any]] = []
    for mean in progress:
        for trial in range(1, _EPISODES + 1):
            reached = min(100, max(1, int(random.gauss(mean, 14))))
            lap = reached == 100 and model.lap_s is not None
            seconds = (model.lap_s or 20.0) * (1 + random.random() * 0.3) * reached / 100
            rows.append(
                {
                    "reward_score": round(reached * 0.9 + random.random() * 8),
                    "metric_time": len(rows) * 1000,
                    "start_time": len(rows) * 1000,
                    "elapsed_time_in_milliseconds": round(seconds * 1000),
                    "episode": len(rows) + 1,
                    "trial": trial,
                    "phase": "training",
                    "completion_percentage": reached if lap or reached < 100 else 99,
                    "episode_status": "Lap complete" if lap else "Off track",
                }
            )
    return json.dumps({"metrics": rows, "version": 2.0, "best_model_metric": "progress"}).encode()


def _files(model: FinishedModel) -> Mapping[str, bytes]:
    """Return the packaged custom files with the settings of this run."""
    files = {name: data for name, data in default_files().items() if is_run_file(name)}
    env = EnvFile.parse(files[RUN_ENV])
    for key, value in (
        ("DR_WORLD_NAME", model.track),
        ("DR_RACE_TYPE", model.race_type),
        ("DR_LOCAL_S3_MODEL_PREFIX", model.prefix),
        ("DR_LOCAL_S3_PRETRAINED", str(bool(model.parent))),
        ("DR_LOCAL_S3_PRETRAINED_PREFIX", f"{_FOLDER}/{model.parent}" if model.parent else f"{_FOLDER}/none"),
        ("DR_LOCAL_S3_PRETRAINED_CHECKPOINT", model.checkpoint),
        ("DR_LOCAL_S3_CUSTOM_FILES_PREFIX", f"custom_files/{model.name}"),
        ("DR_UPLOAD_S3_PREFIX", f"upload/{model.name}"),
    ):
        env = env.set(key, value)
    return {**files, RUN_ENV: env.data}
