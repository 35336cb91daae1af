"""Proof that a training's model is saved: complete checkpoints in its bucket, before and after a stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.aws.checkpoint_files import stored_checkpoints
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.run_objects import RunPlace, list_objects, place_of

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack

_UPLOADED_LATE = 2
"""Number of checkpoints that may still be uploading while the training continues."""


@dataclass(frozen=True)
class SavedCheckpoint:
    """A complete checkpoint: name, number, and time of its last file (S3's clock, UTC)."""

    name: str
    number: int
    written: datetime


@dataclass(frozen=True)
class Proof:
    """The state of the bucket after a stop: `place`, and `checkpoint`, None if there is none."""

    place: RunPlace
    checkpoint: SavedCheckpoint | None

    @property
    def words(self) -> str:
        """Return a description of the proof."""
        if self.checkpoint is None:
            return "no checkpoint was written before, so there was none to save"
        return f"checkpoint {self.checkpoint.name} is whole in {self.place.model}"


def newest_checkpoint(aws: Aws, place: RunPlace) -> SavedCheckpoint | None:
    """Return the complete checkpoint with the highest number in the bucket. Raises AwsProblem."""
    objects = list_objects(aws, place.bucket, f"{place.prefix}/model")
    whole = [SavedCheckpoint(one.name, one.number, one.written) for one in stored_checkpoints(objects) if one.complete]
    return max(whole, key=lambda found: found.number, default=None)


class SeenCheckpoint(NamedTuple):
    """The last checkpoint that a run's log mentions. `prefix` is the place named in the log; "" if unknown."""

    number: int | None
    prefix: str = ""


NOTHING_SEEN = SeenCheckpoint(None)


class Saving:
    """The state of a training's bucket when its stop was requested, to compare with a later state."""

    def __init__(self, aws: Aws, stack: Stack, seen: SeenCheckpoint = NOTHING_SEEN) -> None:
        """Read the bucket now. `seen` comes from the log.

        Raises AwsProblem, `no-place` if the place of the model is unknown.
        """
        self._aws, self._stack, self._seen = aws, stack, seen
        self.place = place_of(aws, stack.id)
        self._asked = _clock_of(aws, self.place.bucket)
        self.before = {place: newest_checkpoint(aws, place) for place in self._places(self.place)}
        self.found = dict(self.before)
        """The newest complete checkpoint of each place at the last look."""

    def _places(self, place: RunPlace) -> list[RunPlace]:
        """Return the places the run writes to: the given one, and the one in its log if different."""
        told = RunPlace(place.bucket, self._seen.prefix)
        return [place, told] if told.prefix and told != place else [place]

    @property
    def doubt(self) -> str:
        """Return the reason a save cannot be proved even before the stop; "" if it can."""
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
        """Return the proof that nothing was lost; None while there is none.

        A checkpoint is proof if it is complete in a place the run writes to, was written after the look before the
        stop, and its number is at least that in the log. A missing checkpoint proves that there was none to save only
        if neither bucket nor log has ever shown one.
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

    def _after_the_stop(self, place: RunPlace, found: SavedCheckpoint) -> bool:
        """Return true if the checkpoint was written after the stop request and is not older than the earlier state."""
        if self._asked is not None and found.written < self._asked:
            return False
        before = self.before.get(place)
        if before is not None and (found == before or found.number < before.number):
            return False
        counts = self._seen.prefix == place.prefix or (not self._seen.prefix and place in self.before)
        return not counts or self._seen.number is None or found.number >= self._seen.number

    def lacking(self) -> str:
        """Return a description of the missing proof, as of the last look."""
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
            return self.place  # only a hand-over moves a run during a stop, and it removes the instance's tag
        try:
            return place_of(self._aws, self._stack.id)
        except AwsProblem as problem:
            if problem.code in ("no-place", "no-such-stack"):
                return self.place
            raise


def _clock_of(aws: Aws, bucket: str) -> datetime | None:
    """Return the time of the clock that stamps the objects, in whole seconds; None if S3 returns no time."""
    with explained():
        answer = aws.client("s3").head_bucket(Bucket=bucket)
    try:
        told = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    except (KeyError, TypeError, ValueError):
        return None
    return told.astimezone(timezone.utc)
