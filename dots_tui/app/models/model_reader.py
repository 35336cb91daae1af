"""All facts about one model, from the objects below its prefix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dots_tui.app.models import training_files
from dots_tui.app.models.bucket_model import BucketModel, ModelFacts, Parent
from dots_tui.app.models.model_search import LARGEST_INDEX, listed_model
from dots_tui.app.runs import bucket_facts
from dots_tui.aws import run_objects
from dots_tui.aws.checkpoint_files import stored_checkpoints
from dots_tui.custom_files.folder import LARGEST, RUN_ENV, SYSTEM_ENV
from dots_tui.training.record_view import RecordView
from dots_tui.training.run_record import RunRecord

if TYPE_CHECKING:
    from dots_tui.app.runs.bucket_facts import WorkerMetrics
    from dots_tui.aws.run_objects import StoredObject
    from dots_tui.aws.session import Aws
    from dots_tui.training.snapshot import IterationSnapshot

LARGEST_METRICS = 32 << 20
"""Bytes; the metrics of ten thousand episodes have 3 MB."""
PHASES = "dots-tui/phases.json"


@dataclass(frozen=True)
class ReadModel:
    """A model with its facts, its objects, and its iterations."""

    model: BucketModel
    objects: tuple[StoredObject, ...]
    iterations: tuple[IterationSnapshot, ...]
    nested: tuple[str, ...] = ()
    """Prefixes of other models below this one."""
    following: str = ""
    """The prefix under which its spot run went on; "" if it did not."""


@dataclass
class ModelReader:
    """Reads models of one account. Keeps the environments of shared custom files."""

    aws: Aws
    _environments: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    def read(self, model: BucketModel) -> ReadModel | None:
        """Return the facts about `model`; None if it does not exist any more. Raises AwsProblem."""
        key = model.key
        aws = self.aws.in_region(key.region)
        objects = run_objects.list_objects(aws, key.bucket, key.prefix)
        names = {one.key[len(key.prefix) + 1 :]: one for one in objects}
        if bucket_facts.CHECKPOINTS not in names:
            return None
        index = self._small(aws, model, names, bucket_facts.CHECKPOINTS, LARGEST_INDEX)
        model = replace(listed_model(key, names[bucket_facts.CHECKPOINTS], index), running=model.running)
        nested = _nested(names)
        mine = {name: one for name, one in names.items() if not name.startswith(tuple(f"{one}/" for one in nested))}
        parameters = self._parameters(aws, model, mine)
        metrics, damaged = self._metrics(aws, model, mine)
        iterations = _iterations(model, metrics)
        following = training_files.next_segment(self._small(aws, model, mine, PHASES, LARGEST))
        laps = [one.best_lap_s for one in metrics if one.best_lap_s is not None]
        facts = ModelFacts(
            size=sum(one.size for one in mine.values()),
            objects=len(mine),
            newest=max(one.modified for one in mine.values()),
            checkpoints=tuple(stored_checkpoints(mine.values())),
            track=parameters.track,
            race_type=parameters.race_type,
            metric=parameters.metric,
            iterations=len(iterations) or None,
            best_lap_s=min(laps, default=None),
            parent=self._parent(aws, model, mine, parameters.custom_files),
            damaged=(*damaged, *((bucket_facts.CHECKPOINTS,) if model.broken else ())),
        )
        prefixes = tuple(f"{key.prefix}/{one}" for one in nested)
        return ReadModel(replace(model, facts=facts), tuple(mine.values()), iterations, prefixes, following)

    def _small(self, aws: Aws, model: BucketModel, names: Mapping[str, StoredObject], name: str, most: int) -> bytes:
        """Return an object of the model; b"" if it does not exist or is too large to be what its name says."""
        if name not in names or names[name].size > most:
            return b""
        read = run_objects.read_object(aws, model.key.bucket, names[name].key, most)
        return b"" if read is None else read[1]

    def _parameters(
        self, aws: Aws, model: BucketModel, names: Mapping[str, StoredObject]
    ) -> training_files.TrainingParameters:
        name = next((one for one in names if training_files.PARAMETERS.fullmatch(one)), "")
        return training_files.read_parameters(self._small(aws, model, names, name, LARGEST))

    def _metrics(
        self, aws: Aws, model: BucketModel, names: Mapping[str, StoredObject]
    ) -> tuple[list[WorkerMetrics], list[str]]:
        found, damaged = [], []
        for name in sorted(names):
            match = bucket_facts.METRICS.fullmatch(name)
            if match is None:
                continue
            data = self._small(aws, model, names, name, LARGEST_METRICS)
            read = bucket_facts.read_metrics(int(match[1] or 0), data)
            if read is None:
                damaged.append(name)
            else:
                found.append(read)
        return found, damaged

    def _parent(
        self, aws: Aws, model: BucketModel, names: Mapping[str, StoredObject], custom_files: str
    ) -> Parent | None:
        """Return the model it was trained on from: its own files say so, else its custom files, if still its own."""
        kept = f"{training_files.FILES_FOLDER}/"
        if kept + RUN_ENV in names:
            files = {name: self._small(aws, model, names, kept + name, LARGEST) for name in (SYSTEM_ENV, RUN_ENV)}
            return training_files.parent_of(model.key.prefix, training_files.environment(files))
        if not custom_files:
            return None
        place = (model.key.bucket, custom_files)
        if place not in self._environments:
            files = {}
            for name in (SYSTEM_ENV, RUN_ENV):
                read = run_objects.read_object(aws, model.key.bucket, f"{custom_files}/{name}", LARGEST)
                files[name] = b"" if read is None else read[1]
            self._environments[place] = training_files.environment(files)
        return training_files.parent_of(model.key.prefix, self._environments[place])


def _nested(names: Mapping[str, StoredObject]) -> list[str]:
    """Return the folders below a model that are models themselves, relative to it."""
    ending = f"/{bucket_facts.CHECKPOINTS}"
    return [name[: -len(ending)] for name in names if name.endswith(ending)]


def _iterations(model: BucketModel, metrics: Sequence[WorkerMetrics]) -> tuple[IterationSnapshot, ...]:
    if not metrics:
        return ()
    record = RunRecord()
    record.prefix = model.key.prefix
    last = model.last.number if model.last is not None else None
    record.measured(model.key.prefix, {one.worker: one.rows for one in metrics}, last)
    return RecordView(record).iterations(())
