"""The catalog of all models in the buckets of the base stacks, read step by step: the first rows come at once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable

from dots_tui.app.models.bucket_model import BucketModel, ModelKey, Parent
from dots_tui.app.models.model_reader import ModelReader, ReadModel
from dots_tui.app.models.model_search import AT_ONCE, ModelSearch
from dots_tui.app.runs.stack_facts import is_running
from dots_tui.aws.base_stack import base_of
from dots_tui.aws.everywhere import stacks_of
from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.run_objects import place_of

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws
    from dots_tui.aws.stacks import Stack


@dataclass(frozen=True)
class CatalogSnapshot:
    """The catalog at one moment."""

    models: tuple[BucketModel, ...] = ()
    buckets: tuple[str, ...] = ()
    searching: bool = True
    """True while more models may be found."""
    unread: int = 0
    """Number of models whose facts are not read yet."""
    problems: tuple[str, ...] = ()
    """The buckets and models that could not be read, as sentences."""

    @property
    def complete(self) -> bool:
        """True if nothing is left to read."""
        return not self.searching and not self.unread

    @property
    def size(self) -> int:
        """Bytes of all models read so far."""
        return sum(one.facts.size for one in self.models if one.facts is not None)


class ModelCatalog:
    """One reading of the catalog. `before` are the models of an earlier reading: their facts show until read again."""

    def __init__(self, aws: Aws, regions: Sequence[str], before: Iterable[BucketModel] = ()) -> None:
        self._aws, self._regions = aws, regions
        self._before: Mapping[ModelKey, BucketModel] = {one.key: one for one in before}
        self._reader = ModelReader(aws)
        self._models: dict[ModelKey, BucketModel] = {}
        self._unread: dict[ModelKey, None] = {}
        self._following: dict[ModelKey, str] = {}
        self._buckets: list[tuple[str, str]] = []
        self._problems: list[str] = []
        self._searching = True
        self._lock = threading.Lock()
        self._wanted: tuple[ModelKey, ...] = ()

    def want(self, keys: Sequence[ModelKey]) -> None:
        """Read the facts of these models next: they are on the screen."""
        with self._lock:
            self._wanted = tuple(keys)

    def read(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[CatalogSnapshot]:
        """Yield the catalog after each step: names and checkpoints first, then facts. Blocks. Raises AwsProblem.

        A bucket that cannot be read becomes a problem of the catalog.
        """
        stacks, problems = stacks_of(self._aws, self._regions)
        self._problems += [f"{region}: {problem}" for region, problem in problems.items()]
        self._buckets = base_buckets(stacks)
        for region, bucket in self._buckets:
            yield from self._search(region, bucket, stopped)
        self._searching = False
        self._mark_running(stacks)
        yield self.snapshot()
        while self._unread and not stopped():
            self._read_some()
            yield self.snapshot()

    def snapshot(self) -> CatalogSnapshot:
        """Return the catalog as it is now."""
        models = tuple(self._with_segment(one) for one in self._models.values())
        buckets = tuple(dict.fromkeys(bucket for _, bucket in self._buckets))
        return CatalogSnapshot(models, buckets, self._searching, len(self._unread), tuple(self._problems))

    def _search(self, region: str, bucket: str, stopped: Callable[[], bool]) -> Iterator[CatalogSnapshot]:
        try:
            for group in ModelSearch(self._aws, region, bucket, stopped).models():
                for model in group:
                    self._add(model)
                yield self.snapshot()
        except AwsProblem as problem:
            self._problems.append(f"{bucket}: {problem}")

    def _add(self, model: BucketModel) -> None:
        known = self._before.get(model.key)
        facts = known.facts if known is not None and known.listed == model.listed else None
        self._models[model.key] = replace(model, facts=facts)
        self._unread[model.key] = None

    def _mark_running(self, stacks: Sequence[Stack]) -> None:
        for key, name in running_places(self._aws, stacks).items():
            if key in self._models:
                self._models[key] = replace(self._models[key], running=name)

    def _read_some(self) -> None:
        """Read the facts of the next models: those on the screen first."""
        with self._lock:
            wanted = [key for key in self._wanted if key in self._unread]
        keys = list(dict.fromkeys([*wanted, *self._unread]))[:AT_ONCE]
        for key, result in in_parallel(keys, lambda key: self._reader.read(self._models[key]), AT_ONCE):
            del self._unread[key]
            if isinstance(result, AwsProblem):
                self._problems.append(f"{key.prefix}: {result}")
            elif result is None:
                del self._models[key]  # deleted meanwhile
            else:
                self._take(key, result)

    def _take(self, key: ModelKey, read: ReadModel) -> None:
        self._models[key] = read.model
        if read.following:
            self._following[key] = read.following
        search = ModelSearch(self._aws, key.region, key.bucket)
        for prefix in read.nested:
            if key._replace(prefix=prefix) not in self._models:
                model = search.model_at(prefix)
                if model is not None:
                    self._add(model)

    def _with_segment(self, model: BucketModel) -> BucketModel:
        """Return the model with the parent that a spot interruption gave it: the parent's record names it as next."""
        if model.facts is None:
            return model
        parent = model.facts.parent
        for key, following in self._following.items():
            same_bucket = (key.region, key.bucket) == (model.key.region, model.key.bucket)
            if same_bucket and following == model.key.prefix and (parent is None or parent.prefix == key.prefix):
                checkpoint = parent.checkpoint if parent is not None else "last"
                return replace(model, facts=replace(model.facts, parent=Parent(key.prefix, checkpoint, segment=True)))
        return model


def base_buckets(stacks: Iterable[Stack]) -> list[tuple[str, str]]:
    """Return region and bucket of each base stack that has one."""
    found = [(stack.region, base_of(stack).bucket) for stack in stacks if stack.kind == "base"]
    return list(dict.fromkeys(place for place in found if place[1]))


def running_places(aws: Aws, stacks: Iterable[Stack]) -> dict[ModelKey, str]:
    """Return the models that trainings write now, with the names of their stacks. Raises AwsProblem."""
    by_id = {stack.id: stack for stack in stacks if is_running(stack)}
    found: dict[ModelKey, str] = {}
    for stack_id, place in in_parallel(by_id, lambda one: place_of(aws.in_region(by_id[one].region), one), AT_ONCE):
        stack = by_id[stack_id]
        if not isinstance(place, AwsProblem):
            found[ModelKey(stack.region, place.bucket, place.prefix)] = stack.name
        elif place.code not in ("no-place", "no-such-stack"):
            raise place
    return found
