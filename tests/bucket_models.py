"""Models in the bucket of a loopback AWS, for tests and benchmarks: written straight into its store, which is fast."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ACCOUNT = "123456789012"
INDEX = "model/deepracer_checkpoints.json"
PARTS = (".data-00000-of-00001", ".index", ".meta")


def bucket_of(aws: Any, base: str = "base") -> str:
    """The bucket of a base stack."""
    from dots_tui.aws.base_stack import base_of
    from dots_tui.aws.stacks import get_stack

    return base_of(get_stack(aws, base)).bucket


def put(bucket: str, objects: Mapping[str, bytes]) -> None:
    """Write objects at once."""
    from moto.s3.models import s3_backends

    backend = s3_backends[ACCOUNT]["aws"]
    for key, body in objects.items():
        backend.put_object(bucket, key, body)


def checkpoint_name(number: int) -> str:
    """The name of checkpoint `number`: 400 steps an iteration."""
    return f"{number}_Step-{number * 400}.ckpt"


def metrics(iterations: int, *, lap_s: float | None = None, episodes: int = 2) -> bytes:
    """Training metrics: progress grows by one per cent an iteration; the last episode is a lap of `lap_s` if given."""
    rows: list[dict[str, Any]] = []
    for at in range(iterations):
        for trial in range(1, episodes + 1):
            rows.append(_row(len(rows) + 1, trial, min(99, 10 + at), 5 + at))
    if rows and lap_s is not None:
        rows[-1].update(completion_percentage=100, elapsed_time_in_milliseconds=round(lap_s * 1000))
        rows[-1]["episode_status"] = "Lap complete"
    return json.dumps({"metrics": rows, "version": 2.0, "best_model_metric": "progress"}).encode()


def _row(episode: int, trial: int, progress: int, reward: int) -> dict[str, Any]:
    return {
        "reward_score": reward,
        "metric_time": episode * 1000,
        "start_time": episode * 1000 - 900,
        "elapsed_time_in_milliseconds": 900,
        "episode": episode,
        "trial": trial,
        "phase": "training",
        "completion_percentage": progress,
        "episode_status": "Off track",
    }


def index(best: int, last: int, metric: float | None = 61.5) -> bytes:
    """A list of checkpoints."""
    return json.dumps(
        {
            "best_checkpoint": {"name": checkpoint_name(best), "avg_eval_metric": metric, "time_stamp": 1790000000.0},
            "last_checkpoint": {"name": checkpoint_name(last), "avg_eval_metric": None, "time_stamp": 1790000100.0},
        }
    ).encode()


def parameters(
    prefix: str, track: str = "reInvent2019_track", race: str = "TIME_TRIAL", custom: str = "files"
) -> bytes:
    """The parameters of a training job, as DRFC writes them."""
    return (
        f"---\n'BEST_MODEL_METRIC': 'progress'\n'MODEL_METADATA_FILE_S3_KEY': '{custom}/model_metadata.json'\n"
        f"'RACE_TYPE': '{race}'\n'SAGEMAKER_SHARED_S3_PREFIX': '{prefix}'\n'WORLD_NAME': '{track}'\n"
    ).encode()


def run_env(prefix: str, parent: str = "", checkpoint: str = "last") -> bytes:
    """The run.env of a training that continues `parent`; "" for one from scratch."""
    lines = [f"DR_LOCAL_S3_MODEL_PREFIX={prefix}", f"DR_LOCAL_S3_PRETRAINED={bool(parent)}"]
    if parent:
        lines += [f"DR_LOCAL_S3_PRETRAINED_PREFIX={parent}", f"DR_LOCAL_S3_PRETRAINED_CHECKPOINT={checkpoint}"]
    return ("\n".join(lines) + "\n").encode()


def model(
    prefix: str,
    *,
    checkpoints: Sequence[int] = (1, 2),
    best: int | None = None,
    last: int | None = None,
    parent: str = "",
    lap_s: float | None = 12.5,
    iterations: int = 3,
    extra: Mapping[str, bytes] | None = None,
    kept: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """The objects of a finished model."""
    newest = max(checkpoints, default=0)
    objects = {
        INDEX: index(newest if best is None else best, newest if last is None else last),
        "training_params.yaml": parameters(prefix),
        "metrics/TrainingMetrics.json": metrics(iterations, lap_s=lap_s),
        "reward_function.py": b"def reward_function(params):\n    return 1.0\n",
        "dots-tui/files/run.env": run_env(prefix, parent),
    }
    for number in checkpoints:
        objects.update({f"model/{checkpoint_name(number)}{part}": b"x" * 100 for part in PARTS})
    objects.update({f"dots-tui/files/{name}": data for name, data in (kept or {}).items()})
    objects.update(extra or {})
    return {f"{prefix}/{name}": data for name, data in objects.items()}


def many(count: int, objects: int = 0, folder: str = "training/reInvent2019_track") -> Iterable[dict[str, bytes]]:
    """The objects of `count` models, each with so many traces beside."""
    for number in range(1, count + 1):
        prefix = f"{folder}/run-{number}"
        traces = {f"training-simtrace/{at}-iteration.csv": b"0,1,2\n" for at in range(objects)}
        yield model(prefix, extra=traces)
