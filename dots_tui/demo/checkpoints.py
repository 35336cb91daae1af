"""The demo's checkpoints on disk, with simapp's file names.

They contain the distribution of the demo's driver as JSON, not a network: no car can drive with them.
"""

from __future__ import annotations

import json
import math
import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from dots_tui.bounded_files import replace_file
from dots_tui.demo.driver import GENES
from dots_tui.demo.learner import Policy
from dots_tui.demo.simapp_log import checkpoint_name

if TYPE_CHECKING:
    from pathlib import Path

DATA = ".data-00000-of-00001"
"""Suffix of the checkpoint file that holds the weights (one of three files)."""
INDEX_FILE = "deepracer_checkpoints.json"
KEPT = 3
"""Number of newest checkpoints to keep; the best one is kept too."""


_NAME = re.compile(r"(\d+)_Step-(\d+)\.ckpt")


class Checkpoint(NamedTuple):
    """A policy with its number and its training steps."""

    number: int
    steps: int
    policy: Policy

    @property
    def name(self) -> str:
        """The name on disk and in the bucket."""
        return checkpoint_name(self.number, self.steps)


class NoCheckpoint(Exception):
    """No checkpoint can be loaded; the message gives the reason."""


def load_checkpoint(folder: Path, which: str) -> Checkpoint:
    """Return the "last", "best" or named checkpoint of a folder. Raises NoCheckpoint."""
    names = {path.name[: -len(DATA)] for path in folder.glob("*" + DATA)}
    numbered = sorted((int(match[1]), int(match[2]), match[0]) for match in map(_NAME.fullmatch, names) if match)
    if not numbered:
        raise NoCheckpoint(f"{folder} has no checkpoint in it")
    wanted = numbered[-1][2] if which == "last" else _best(folder) if which == "best" else which
    for number, steps, name in numbered:
        if name == wanted:
            return Checkpoint(number, steps, _read(folder / (name + DATA)))
    raise NoCheckpoint(f"{folder} has no checkpoint {wanted}")


def _best(folder: Path) -> str:
    try:
        return str(json.loads((folder / INDEX_FILE).read_text(encoding="utf-8"))["best_checkpoint"]["name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoCheckpoint(f"{folder / INDEX_FILE} does not say which checkpoint is the best: {error!r}") from error


def _read(path: Path) -> Policy:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        entries = [document[gene.name] for gene in GENES]
        policy = Policy(
            tuple(float(entry["mean"]) for entry in entries), tuple(float(entry["spread"]) for entry in entries)
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoCheckpoint(f"{path} is no checkpoint of this demo: {error!r}") from error
    if not all(math.isfinite(value) for value in policy.mean + policy.spread) or min(policy.spread) <= 0.0:
        raise NoCheckpoint(f"{path} is no checkpoint of this demo: its numbers make no distribution")
    return policy


class CheckpointStore:
    """A store of checkpoints in a folder, or nowhere if there is none. Raises OSError on disk errors."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._there: dict[int, str] = {}

    def save(self, checkpoint: Checkpoint, best: int) -> list[int]:
        """Write a checkpoint; return the numbers of the checkpoints deleted to make room."""
        self._there[checkpoint.number] = checkpoint.name
        self._write(checkpoint.name + DATA, document(checkpoint.policy))
        self._write(checkpoint.name + ".index", {"number": checkpoint.number, "steps": checkpoint.steps})
        self._write(checkpoint.name + ".meta", {"parameters": [gene.name for gene in GENES]})
        gone = [number for number in sorted(self._there)[:-KEPT] if number != best]
        for number in gone:
            self._delete(self._there.pop(number))
        return gone

    def select(self, best: str, metric: float | None, last: str) -> None:
        """Write which checkpoint is the best and which is the last."""
        now = time.time()
        entries = {
            "best_checkpoint": {"name": best, "avg_eval_metric": metric, "time_stamp": now},
            "last_checkpoint": {"name": last, "avg_eval_metric": None, "time_stamp": now},
        }
        self._write(INDEX_FILE, entries)

    def _write(self, name: str, document: dict[str, Any]) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        # The run may be stopped, and its model uploaded, at any time.
        replace_file(self._folder / name, json.dumps(document, indent=1).encode(), created=0o666, durable=False)

    def _delete(self, name: str) -> None:
        if self._folder is not None:
            for ending in (DATA, ".index", ".meta"):
                (self._folder / (name + ending)).unlink(missing_ok=True)


def document(policy: Policy) -> dict[str, Any]:
    """Return the content of a checkpoint's file of weights."""
    return {"made_by": "dots-tui demo"} | {
        gene.name: {"mean": mean, "spread": spread} for gene, mean, spread in zip(GENES, policy.mean, policy.spread)
    }
