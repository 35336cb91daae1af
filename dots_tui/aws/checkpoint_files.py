"""The checkpoints among the objects of a model. Pure.

A checkpoint is complete when both its weights and its index exist; the trainer uploads them one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dots_tui.aws.run_objects import StoredObject

NEEDED = ("index", "data-00000-of-00001")
"""The parts without which a checkpoint cannot be loaded."""
_FILE = re.compile(r"/model/((\d{1,12})_Step-(\d{1,12})\.ckpt)\.(index|meta|data-00000-of-00001)$")
_GRAPH = re.compile(r"/model/model_(\d{1,12})\.pb$")


@dataclass(frozen=True)
class StoredCheckpoint:
    """One checkpoint in the bucket: name, number, training steps, keys of all its files, their size in bytes, and the
    time of its last file (S3's clock, UTC).
    """

    name: str
    number: int
    steps: int
    keys: tuple[str, ...]
    size: int
    written: datetime
    lacking: tuple[str, ...] = ()
    """The needed parts that do not exist."""

    @property
    def complete(self) -> bool:
        """True if a training can load it."""
        return not self.lacking


def stored_checkpoints(objects: Iterable[StoredObject]) -> list[StoredCheckpoint]:
    """Return the checkpoints among `objects`, by rising number; the frozen graph `model_N.pb` belongs to number N."""
    files: dict[tuple[int, int, str], dict[str, StoredObject]] = {}
    graphs: dict[int, StoredObject] = {}
    for one in objects:
        match = _FILE.search(one.key)
        if match:
            files.setdefault((int(match[2]), int(match[3]), match[1]), {})[match[4]] = one
        elif graph := _GRAPH.search(one.key):
            graphs[int(graph[1])] = one
    found = []
    for (number, steps, name), parts in sorted(files.items()):
        of_it = [*parts.values(), *([graphs[number]] if number in graphs else [])]
        found.append(
            StoredCheckpoint(
                name,
                number,
                steps,
                tuple(one.key for one in of_it),
                sum(one.size for one in of_it),
                max(one.modified for one in parts.values()),
                tuple(part for part in NEEDED if part not in parts),
            )
        )
    return found
