"""Proof that a training's model is saved: the checkpoints that are whole in its bucket, before and after a stop.

A checkpoint is whole when its weights and its index are there; the trainer uploads them one after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.run_objects import RunPlace, list_objects, place_of

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack

_UPLOADED_LATE = 2
"""This many checkpoints may still be on their way to the bucket while the training goes on."""
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
        return f"checkpoint {self.checkpoint.name} is whole in {self.place.model}"


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

    def __init__(self, aws: Aws, stack: Stack, last_seen: int | None = None) -> None:
        """Look now. ``last_seen`` is the number of the last checkpoint its log has told of, None if unknown.

        Raises AwsProblem, ``no-place`` when nobody knows where the model goes.
        """
        self._aws, self._stack, self._last_seen = aws, stack, last_seen
        self.place = place_of(aws, stack.id)
        self._asked = _clock_of(aws, self.place.bucket)
        self.before = newest_checkpoint(aws, self.place)
        self.found = self.before
        """The newest whole checkpoint at the last look."""

    @property
    def doubt(self) -> str:
        """Why a save cannot be proved even before the stop, in words; "" when it can."""
        if self._last_seen is None:
            return ""
        if self.before is None:
            return (
                f"The log has told of checkpoint {self._last_seen}, but there is no checkpoint in {self.place.model}. "
                "The run may write elsewhere: nothing will prove that its model is saved."
            )
        if self.before.number < self._last_seen - _UPLOADED_LATE:
            return (
                f"The log has told of checkpoint {self._last_seen}, but the newest one in {self.place.model} is "
                f"{self.before.name}. The run may write elsewhere: nothing will prove that its model is saved."
            )
        return ""

    def proof(self) -> Proof | None:
        """The proof that nothing was lost; None as long as there is none.

        A checkpoint is proof when it is whole in the place the run writes to now, was written after the look before
        the stop, and its number is at least that of the log. No checkpoint proves that there was none to save only
        when neither bucket nor log has ever told of one.
        """
        place = self._place_now()
        found = newest_checkpoint(self._aws, place)
        moved = place != self.place
        self.place, self.found = place, found
        if found is None:
            never = self.before is None and self._last_seen is None and not moved
            return Proof(place, None) if never else None
        return Proof(place, found) if self._after_the_stop(found, moved) else None

    def _after_the_stop(self, found: Checkpoint, moved: bool) -> bool:
        """True if the checkpoint was written after the stop was asked for, and is not behind what was there."""
        if self._asked is not None and found.written < self._asked:
            return False
        if moved:
            return True  # the next model of the run counts its checkpoints anew
        before = self.before
        if before is not None and (found == before or found.number < before.number):
            return False
        return self._last_seen is None or found.number >= self._last_seen

    def lacking(self) -> str:
        """What is missing for a proof, in words, as of the last look."""
        before = self.before
        if before is not None and (self.found is None or self.found.number < before.number):
            return f"{before.name} is not whole in {self.place.model}"
        if self.found is None:
            return f"there is no whole checkpoint in {self.place.model}"
        if self._last_seen is not None and self.found.number < self._last_seen:
            newest = f"the newest whole checkpoint in {self.place.model} is {self.found.name}"
            return f"{newest}, and the log has told of checkpoint {self._last_seen}"
        written = f"{self.found.written:%Y-%m-%d %H:%M:%S} UTC"
        return f"{self.found.name} in {self.place.model} is from {written}, before the stop, and none came after it"

    def _place_now(self) -> RunPlace:
        if self._stack.ours and self._stack.market != "spot":
            return self.place  # only a hand-over moves a run that is being stopped, and the instance's tag goes with it
        try:
            return place_of(self._aws, self._stack.id)
        except AwsProblem as problem:
            if problem.code in ("no-place", "no-such-stack"):
                return self.place
            raise


def _clock_of(aws: Aws, bucket: str) -> datetime | None:
    """The time by the clock that stamps the objects, in whole seconds; None when S3 does not tell it."""
    with explained():
        answer = aws.client("s3").head_bucket(Bucket=bucket)
    try:
        told = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, TypeError, ValueError):
        return None
    return told.astimezone(timezone.utc)
