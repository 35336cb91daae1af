"""The families of models: which was trained on from which, and the order in which a list shows them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from dots_tui.app.models.bucket_model import BucketModel, ModelKey

Order = Literal["name", "newest", "size"]
ORDERS: tuple[Order, ...] = ("name", "newest", "size")
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class FamilyRow:
    """One line of the family tree: a model and the branches drawn before it."""

    model: BucketModel
    branches: str
    """Each level is " " (no more below), "│", "├" or "└"."""
    segments: tuple[BucketModel, ...] = ()
    """Earlier segments of the same run, oldest first; each went on under the next after a spot interruption."""

    @property
    def size(self) -> int | None:
        """The bytes of the run with all its segments; None while one is unknown."""
        sizes = [one.facts.size if one.facts is not None else None for one in (*self.segments, self.model)]
        return None if None in sizes else sum(size for size in sizes if size is not None)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return a sort key with which run-9 comes before run-10."""
    parts = _DIGITS.split(text)
    return [(0, int(part), part) if part.isdigit() and len(part) < 18 else (1, 0, part.lower()) for part in parts]


def tree(models: Iterable[BucketModel], order: Order = "name", *, stitched: bool = True) -> list[FamilyRow]:
    """Return the models as a tree: each child below the model it was trained on from.

    With `stitched`, segments of one run are one line: that of the last segment.
    """
    ordered = sorted(models, key=lambda one: _sort_key(one, order))
    by_key = {one.key: one for one in ordered}
    hidden: dict[ModelKey, ModelKey] = {}
    if stitched:
        hidden = {parent: one.key for one in ordered if (parent := _parent(one, by_key)) and _is_segment(one)}
    earlier: dict[ModelKey, tuple[BucketModel, ...]] = {}
    children: dict[ModelKey | None, list[BucketModel]] = {}
    for one in ordered:
        if one.key in hidden:
            continue
        before, parent = _segments(one, by_key, hidden)
        earlier[one.key] = before
        children.setdefault(_shown(parent, hidden, one.key), []).append(one)
    rows: list[FamilyRow] = []
    seen: set[ModelKey] = set()
    # A circle of parents has no beginning: it is shown from its first model on.
    for one in [*children.get(None, ()), *(one for one in ordered if one.key not in hidden)]:
        rows += _family(one, children, earlier, seen)
    return rows


def ancestors(model: BucketModel, models: Iterable[BucketModel]) -> list[BucketModel]:
    """Return the known models that `model` goes back to, the oldest first, and the model itself."""
    by_key = {one.key: one for one in models}
    line = [model]
    while (key := _parent(line[0], by_key)) is not None and by_key[key] not in line:
        line.insert(0, by_key[key])
    return line


def descendants(model: BucketModel, models: Iterable[BucketModel]) -> list[BucketModel]:
    """Return the models that were trained on from `model` directly."""
    known = list(models)
    by_key = {one.key: one for one in known}
    return [one for one in known if _parent(one, by_key) == model.key]


def _sort_key(model: BucketModel, order: Order) -> tuple[object, ...]:
    first = 0.0
    if order == "newest":
        first = -model.changed.timestamp()
    elif order == "size":
        first = -float(model.facts.size if model.facts is not None else 0)
    return first, model.key.bucket, natural(model.key.prefix), model.key.region


def _parent(model: BucketModel, by_key: dict[ModelKey, BucketModel]) -> ModelKey | None:
    parent = model.facts.parent if model.facts is not None else None
    if parent is None:
        return None
    key = model.key._replace(prefix=parent.prefix)
    return key if key in by_key and key != model.key else None


def _is_segment(model: BucketModel) -> bool:
    return model.facts is not None and model.facts.parent is not None and model.facts.parent.segment


def _segments(
    model: BucketModel, by_key: dict[ModelKey, BucketModel], hidden: dict[ModelKey, ModelKey]
) -> tuple[tuple[BucketModel, ...], ModelKey | None]:
    """Return the earlier segments of a run, and the parent of the first one."""
    before: list[BucketModel] = []
    current = model
    while True:
        parent = _parent(current, by_key)
        if parent is None or hidden.get(parent) != current.key or by_key[parent] in before:
            return tuple(before), parent
        current = by_key[parent]
        before.insert(0, current)


def _shown(parent: ModelKey | None, hidden: dict[ModelKey, ModelKey], child: ModelKey) -> ModelKey | None:
    """Return the line below which a child stands: that of the run which its parent is a segment of."""
    seen: set[ModelKey] = set()
    while parent is not None and parent in hidden and parent not in seen:
        seen.add(parent)
        parent = hidden[parent]
    return None if parent == child else parent


def _family(
    root: BucketModel,
    children: dict[ModelKey | None, list[BucketModel]],
    earlier: dict[ModelKey, tuple[BucketModel, ...]],
    seen: set[ModelKey],
) -> Iterator[FamilyRow]:
    """Yield the lines of `root` and its descendants that were not seen yet. A family can be hundreds deep."""
    waiting: list[tuple[BucketModel, str, str]] = [(root, "", "")]
    while waiting:
        one, before, sign = waiting.pop()
        if one.key in seen:
            continue
        seen.add(one.key)
        yield FamilyRow(one, before + sign, earlier[one.key])
        inner = before + {"├": "│", "└": " "}.get(sign, "")
        below = [child for child in children.get(one.key, ()) if child.key not in seen]
        for at, child in reversed(list(enumerate(below))):
            waiting.append((child, inner, "└" if at == len(below) - 1 else "├"))
