"""A model in a bucket, as far as it was read. Immutable values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import NamedTuple

from dots_tui.app.runs.bucket_facts import NamedCheckpoint
from dots_tui.aws.checkpoint_files import StoredCheckpoint

LAPTIME = "laptime"
_MILLISECONDS = 1000.0


class ModelKey(NamedTuple):
    """The place of a model: region and bucket, and the prefix in it (without a final slash)."""

    region: str
    bucket: str
    prefix: str

    @property
    def name(self) -> str:
        """The last part of the prefix."""
        return self.prefix.rpartition("/")[2]

    @property
    def address(self) -> str:
        """The place as a URL of S3."""
        return f"s3://{self.bucket}/{self.prefix}/"


class Parent(NamedTuple):
    """The model that a model was trained on from, and the source of this knowledge."""

    prefix: str
    checkpoint: str
    """best, last, or the name of a checkpoint; "" if unknown."""
    segment: bool = False
    """True if this model continues the same run on another instance (after a spot interruption)."""


@dataclass(frozen=True)
class ModelFacts:
    """The facts about a model from all its objects."""

    size: int
    """Bytes of all its objects."""
    objects: int
    newest: datetime
    """The time when the newest object was written."""
    checkpoints: tuple[StoredCheckpoint, ...] = ()
    """By rising number."""
    track: str = ""
    race_type: str = ""
    metric: str = ""
    """The metric of the best checkpoint: progress, reward or laptime."""
    iterations: int | None = None
    best_lap_s: float | None = None
    parent: Parent | None = None
    damaged: tuple[str, ...] = ()
    """Files that could not be understood, relative to the prefix."""


@dataclass(frozen=True)
class BucketModel:
    """One model: a prefix below which `model/deepracer_checkpoints.json` exists."""

    key: ModelKey
    listed: datetime
    """The time when its list of checkpoints was written (S3's clock, UTC)."""
    best: NamedCheckpoint | None = None
    last: NamedCheckpoint | None = None
    broken: bool = False
    """True if its list of checkpoints cannot be understood."""
    running: str = ""
    """The training stack that writes it now; "" if none is known."""
    facts: ModelFacts | None = None
    """None until its objects were read."""

    @property
    def changed(self) -> datetime:
        """The time of the last known change."""
        return self.facts.newest if self.facts is not None else self.listed

    def missing(self) -> list[NamedCheckpoint]:
        """Return the checkpoints that its list names and that do not exist as a whole; none before it was read."""
        if self.facts is None:
            return []
        whole = {one.name for one in self.facts.checkpoints if one.complete}
        found = [one for one in (self.best, self.last) if one is not None and one.name not in whole]
        return list(dict.fromkeys(found))

    def checkpoint(self, which: str) -> StoredCheckpoint | None:
        """Return the stored checkpoint `which`: best, last, a number or a name; None if there is none.

        The last one is the one with the highest number that is complete, because the list lags behind.
        """
        stored = self.facts.checkpoints if self.facts is not None else ()
        whole = [one for one in stored if one.complete]
        if which == "last":
            return whole[-1] if whole else None
        if which == "best":
            which = self.best.name if self.best is not None else ""
        found = [one for one in stored if which in (one.name, str(one.number))]
        return found[-1] if found else None


def metric_words(value: float | None, metric: str) -> str:
    """Return the metric of a checkpoint with its unit; "" if it is unknown."""
    if value is None:
        return ""
    if metric == LAPTIME:
        # simapp writes milliseconds. A mean lap of 1000 s or of 1 s does not exist, so the unit is certain.
        return f"{value / _MILLISECONDS if value >= _MILLISECONDS else value:.2f} s"
    return f"{value:.1f}" if metric == "reward" else f"{value:.1f} %"


def size_words(size: int) -> str:
    """Return a size in bytes in the unit that fits."""
    amount, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"


def moment(seconds: float) -> datetime:
    """Return a time in Unix seconds as an aware one (UTC)."""
    return datetime.fromtimestamp(seconds, timezone.utc)
