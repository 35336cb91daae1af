"""Proof that a training's model is saved: the checkpoints that are whole in its bucket, before and after a stop.

A checkpoint is whole when its weights and its index are there; the trainer uploads them one after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.run_objects import RunPlace, list_objects, place_of

if TYPE_CHECKING:
    from datetime import datetime

    from dots_tui.aws.session import Aws

_FILE = re.compile(r"/model/((\d+)_Step-\d+\.ckpt)\.(index|meta|data-00000-of-00001)$")


@dataclass(frozen=True)
class Checkpoint:
    """A whole checkpoint: its name, its number, and when its last file was written (S3's clock, UTC)."""

    name: str
    number: int
    written: datetime


@dataclass(frozen=True)
class Proof:
    """What is in the bucket after a stop. ``place`` is where; ``checkpoint`` None when there is none at all."""

    place: RunPlace
    checkpoint: Checkpoint | None

    @property
    def words(self) -> str:
        """What is proven, in words."""
        if self.checkpoint is None:
            return "no checkpoint was written before, so there was none to save"
        where = f"s3://{self.place.bucket}/{self.place.prefix}/model/"
        return f"checkpoint {self.checkpoint.name} is whole in {where}"


def newest_checkpoint(aws: Aws, place: RunPlace) -> Checkpoint | None:
    """The checkpoint with the highest number that is whole in the bucket. Raises AwsProblem."""
    files: dict[tuple[int, str], dict[str, datetime]] = {}
    for one in list_objects(aws, place.bucket, f"{place.prefix}/model"):
        match = _FILE.search(one.key)
        if match:
            files.setdefault((int(match[2]), match[1]), {})[match[3]] = one.modified
    whole = [
        Checkpoint(name, number, max(parts.values()))
        for (number, name), parts in files.items()
        if parts.keys() >= {"index", "data-00000-of-00001"}
    ]
    return max(whole, key=lambda found: found.number, default=None)


class Saving:
    """What was in the bucket of a training when its stop was asked for, to compare with what is there later."""

    def __init__(self, aws: Aws, stack_id: str) -> None:
        """Look now. Raises AwsProblem, ``no-place`` when nobody knows where the model goes."""
        self._aws, self._stack_id = aws, stack_id
        self.place = place_of(aws, stack_id)
        self.before = newest_checkpoint(aws, self.place)

    def proof(self) -> Proof | None:
        """The proof that nothing was lost; None as long as there is none.

        The newest whole checkpoint is the last one from before, or one that was written since. A spot instance may
        have been taken away in between: then the run's place is the next one, and the last place counts as well.
        """
        place = self._place_now()
        found = newest_checkpoint(self._aws, place)
        if place != self.place:
            found, place = (found, place) if found else (newest_checkpoint(self._aws, self.place), self.place)
        elif self.before is not None and (found is None or found.number < self.before.number):
            return None
        return Proof(place, found)

    def _place_now(self) -> RunPlace:
        try:
            return place_of(self._aws, self._stack_id)
        except AwsProblem as problem:
            if problem.code in ("no-place", "no-such-stack"):
                return self.place
            raise
