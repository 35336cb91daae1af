"""The search for models in one bucket: folder by folder, with few requests until the first are found.

A folder is a model if `model/deepracer_checkpoints.json` exists in it. Sibling folders resemble each other: where the
first one is a model, the others are asked for their list of checkpoints at once (one request each); elsewhere they are
listed first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Callable, TypeVar

from dots_tui.app.models.bucket_model import BucketModel, ModelKey
from dots_tui.app.models.family import natural
from dots_tui.app.runs.bucket_facts import CHECKPOINTS, read_index
from dots_tui.aws import run_objects
from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem

if TYPE_CHECKING:
    from dots_tui.aws.run_objects import StoredObject
    from dots_tui.aws.session import Aws

T = TypeVar("T")
AT_ONCE = 12
"""Parallel requests."""
DEEPEST = 8
"""Folders in each other; DRFC's prefixes have two or three."""
LARGEST_INDEX = 64 * 1024
"""Bytes; a list of checkpoints has a few hundred."""
_MODEL_FOLDER = CHECKPOINTS.rpartition("/")[0]


class ModelSearch:
    """The search in one bucket. Nothing is read before the models are iterated."""

    def __init__(self, aws: Aws, region: str, bucket: str, stopped: Callable[[], bool] = lambda: False) -> None:
        self._aws = aws.in_region(region)
        self._region, self._bucket = region, bucket
        self._stopped = stopped

    def models(self) -> Iterator[list[BucketModel]]:
        """Yield groups of models in the order of their names. Raises AwsProblem if the bucket cannot be listed."""
        yield from self._below(self._folders(""), 1)

    def _folders(self, prefix: str) -> list[str]:
        return sorted(run_objects.list_folders(self._aws, self._bucket, prefix), key=natural)

    def _below(self, folders: Sequence[str], depth: int) -> Iterator[list[BucketModel]]:
        """Yield the models at and below sibling folders."""
        if not folders or depth > DEEPEST or self._stopped():
            return
        first = self.model_at(folders[0])
        if first is not None:
            yield [first]
        else:
            yield from self._below(self._folders(folders[0]), depth + 1)
        rest = folders[1:]
        for start in range(0, len(rest), AT_ONCE):
            if self._stopped():
                return
            group = rest[start : start + AT_ONCE]
            yield from self._among(group, depth) if first is not None else self._listed(group, depth)

    def _among(self, group: Sequence[str], depth: int) -> Iterator[list[BucketModel]]:
        """Yield the models at folders that are probably models, then those below the others."""
        found = dict(self._parallel(group, self.model_at))
        models = [model for folder in group if (model := found[folder]) is not None]
        if models:
            yield models
        others = [folder for folder in group if found[folder] is None]
        if others:
            yield from self._listed(others, depth)

    def _listed(self, group: Sequence[str], depth: int) -> Iterator[list[BucketModel]]:
        """Yield the models at and below folders that are probably no models."""
        folders = dict(self._parallel(group, self._folders))
        for folder in group:
            model = self.model_at(folder) if f"{folder}/{_MODEL_FOLDER}" in folders[folder] else None
            if model is not None:
                yield [model]
            else:
                yield from self._below(folders[folder], depth + 1)

    @staticmethod
    def _parallel(group: Sequence[str], work: Callable[[str], T]) -> Iterator[tuple[str, T]]:
        for folder, result in in_parallel(group, work, AT_ONCE):
            if isinstance(result, AwsProblem):
                raise result
            yield folder, result

    def model_at(self, prefix: str) -> BucketModel | None:
        """Return the model at exactly `prefix`; None if there is none. Raises AwsProblem."""
        read = run_objects.read_object(self._aws, self._bucket, f"{prefix}/{CHECKPOINTS}", LARGEST_INDEX)
        return None if read is None else listed_model(ModelKey(self._region, self._bucket, prefix), *read)


def listed_model(key: ModelKey, stored: StoredObject, data: bytes) -> BucketModel:
    """Return the model whose list of checkpoints is `stored` with the content `data`."""
    index = read_index(data)
    if index is None:
        return BucketModel(key, stored.modified, broken=True)
    return BucketModel(key, stored.modified, index.best, index.last)
