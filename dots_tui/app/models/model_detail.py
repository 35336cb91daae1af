"""The details of one model: its checkpoints with the iterations around them, its files, its price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dots_tui.app.models.model_reader import ModelReader
from dots_tui.app.models.training_files import FILES_FOLDER, comparable
from dots_tui.aws import run_objects
from dots_tui.custom_files.diff import DiffLine, diff_lines
from dots_tui.custom_files.folder import (
    HYPERPARAMETERS,
    LARGEST,
    MODEL_METADATA,
    REWARD_FUNCTION,
    house_order,
    is_run_file,
)

if TYPE_CHECKING:
    from dots_tui.app.models.bucket_model import BucketModel
    from dots_tui.app.models.model_reader import ReadModel
    from dots_tui.aws.checkpoint_files import StoredCheckpoint
    from dots_tui.aws.session import Aws
    from dots_tui.training.snapshot import IterationSnapshot

STORAGE_USD_PER_GB_MONTH = 0.025
"""About the list price of S3 Standard: 0.023 to 0.025 USD in the regions with GPUs."""
_OWN_PLACES = {
    REWARD_FUNCTION: REWARD_FUNCTION,
    MODEL_METADATA: f"model/{MODEL_METADATA}",
    HYPERPARAMETERS: f"ip/{HYPERPARAMETERS}",
}
"""The files that DRFC and simapp leave below every model."""


@dataclass(frozen=True)
class CheckpointRow:
    """One line of the table: a checkpoint, or an iteration whose checkpoint is not stored any more.

    The episodes of an iteration are driven with its checkpoint.
    """

    number: int
    stored: StoredCheckpoint | None = None
    iteration: IterationSnapshot | None = None
    best: bool = False
    last: bool = False

    @property
    def name(self) -> str:
        """The name of the checkpoint; "" if it is not stored."""
        return self.stored.name if self.stored is not None else ""


@dataclass(frozen=True)
class ModelDetail:
    """All about one model."""

    model: BucketModel
    rows: tuple[CheckpointRow, ...]
    """By rising number."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """The custom files it was trained with, by name."""

    def differing(self, now: Mapping[str, bytes]) -> dict[str, list[DiffLine]]:
        """Return the diff of each file to its counterpart in `now`; files that are the same are left out.

        A file that `now` does not have is left out too.
        """
        found = {}
        for name, data in self.files.items():
            if name in now:
                lines = diff_lines(comparable(name, data), comparable(name, now[name]))
                if lines:
                    found[name] = lines
        return found


def usd_per_month(size: int) -> float:
    """Return about what `size` bytes in a bucket cost a month, USD."""
    return size / 1e9 * STORAGE_USD_PER_GB_MONTH


def read_detail(aws: Aws, model: BucketModel) -> ModelDetail | None:
    """Read the details of `model`; None if it does not exist any more. Raises AwsProblem."""
    read = ModelReader(aws).read(model)
    return detail_of(aws, read) if read is not None else None


def detail_of(aws: Aws, read: ReadModel) -> ModelDetail:
    """Return the details of a model that was just read. Raises AwsProblem."""
    return ModelDetail(read.model, rows_of(read.model, read.iterations), trained_files(aws, read))


def rows_of(model: BucketModel, iterations: tuple[IterationSnapshot, ...]) -> tuple[CheckpointRow, ...]:
    """Return a row for each checkpoint and each iteration, by number."""
    stored = {one.number: one for one in model.facts.checkpoints} if model.facts is not None else {}
    driven = {one.number: one for one in iterations if one.number is not None}
    best, last = model.checkpoint("best"), model.checkpoint("last")
    return tuple(
        CheckpointRow(
            number,
            stored.get(number),
            driven.get(number),
            best is not None and best.number == number,
            last is not None and last.number == number,
        )
        for number in sorted({*stored, *driven})
    )


def trained_files(aws: Aws, read: ReadModel) -> dict[str, bytes]:
    """Return the files a model was trained with, in house order: those its instance kept, else what simapp left."""
    key = read.model.key
    regional = aws.in_region(key.region)
    names = {one.key[len(key.prefix) + 1 :] for one in read.objects}
    kept = f"{FILES_FOLDER}/"
    places = {name: place for name, place in _OWN_PLACES.items() if place in names}
    places.update(
        {name[len(kept) :]: name for name in names if name.startswith(kept) and is_run_file(name[len(kept) :])}
    )
    found = {}
    for name in sorted(places, key=house_order):
        data = run_objects.read_object(regional, key.bucket, f"{key.prefix}/{places[name]}", LARGEST)
        if data is not None:
            found[name] = data[1]
    return found
