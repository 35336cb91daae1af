"""Proof that a training's model is saved: the checkpoints that are whole in its bucket, before and after a stop.

A checkpoint is whole when its weights and its index are there; the trainer uploads them one after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

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


class SeenCheckpoint(NamedTuple):
    """The last checkpoint that the log of a run has told of. ``prefix`` is where it said that it writes; "" unknown."""

    number: int | None
    prefix: str = ""


NOTHING_SEEN = SeenCheckpoint(None)


class Saving:
    """What was in the bucket of a training when its stop was asked for, to compare with what is there later."""

    def __init__(self, aws: Aws, stack: Stack, seen: SeenCheckpoint = NOTHING_SEEN) -> None:
        """Look now. ``seen`` is what its log has told.

        Raises AwsProblem, ``no-place`` when nobody knows where the model goes.
        """
        self._aws, self._stack, self._seen = aws, stack, seen
        self.place = place_of(aws, stack.id)
        self._asked = _clock_of(aws, self.place.bucket)
        self.before = {place: newest_checkpoint(aws, place) for place in self._places(self.place)}
        self.found = dict(self.before)
        """The newest whole checkpoint of each place at the last look."""

    def _places(self, place: RunPlace) -> list[RunPlace]:
        """Where the run writes now: the place it was given, and the one its log names where that is another."""
        told = RunPlace(place.bucket, self._seen.prefix)
        return [place, told] if told.prefix and told != place else [place]

    @property
    def doubt(self) -> str:
        """Why a save cannot be proved even before the stop, in words; "" when it can."""
        if self._seen.number is None:
            return ""
        place = self._places(self.place)[-1]
        newest = self.before[place]
        if newest is not None and newest.number >= self._seen.number - _UPLOADED_LATE:
            return ""
        there = f"the newest one in {place.model} is {newest.name}" if newest else f"there is none in {place.model}"
        return (
            f"The log has told of checkpoint {self._seen.number}, but {there}. The run may write elsewhere: "
            "nothing will prove that its model is saved."
        )

    def proof(self) -> Proof | None:
        """The proof that nothing was lost; None as long as there is none.

        A checkpoint is proof when it is whole in a place the run writes to now, was written after the look before the
        stop, and its number is at least that of the log. No checkpoint proves that there was none to save only when
        neither bucket nor log has ever told of one.
        """
        place = self._place_now()
        moved = place != self.place
        self.place = place
        self.found = {one: newest_checkpoint(self._aws, one) for one in self._places(place)}
        for one, found in self.found.items():
            if found is not None and self._after_the_stop(one, found):
                return Proof(one, found)
        nothing = not any(self.found.values()) and not any(self.before.values())
        return Proof(place, None) if nothing and self._seen.number is None and not moved else None

    def _after_the_stop(self, place: RunPlace, found: Checkpoint) -> bool:
        """True if the checkpoint was written after the stop was asked for, and is not behind what was there."""
        if self._asked is not None and found.written < self._asked:
            return False
        before = self.before.get(place)
        if before is not None and (found == before or found.number < before.number):
            return False
        counts = self._seen.prefix == place.prefix or (not self._seen.prefix and place in self.before)
        return not counts or self._seen.number is None or found.number >= self._seen.number

    def lacking(self) -> str:
        """What is missing for a proof, in words, as of the last look."""
        place = self._places(self.place)[-1]
        before, found = self.before.get(place), self.found.get(place)
        if before is not None and (found is None or found.number < before.number):
            return f"{before.name} is not whole in {place.model}"
        if found is None:
            return f"there is no whole checkpoint in {place.model}"
        if self._seen.number is not None and found.number < self._seen.number:
            newest = f"the newest whole checkpoint in {place.model} is {found.name}"
            return f"{newest}, and the log has told of checkpoint {self._seen.number}"
        written = f"{found.written:%Y-%m-%d %H:%M:%S} UTC"
        return f"{found.name} in {place.model} is from {written}, before the stop, and none came after it"

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
