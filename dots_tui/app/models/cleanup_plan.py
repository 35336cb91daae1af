"""What can be deleted of a model without harm, and what it frees. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from dots_tui.app.models.family import descendants
from dots_tui.aws.problems import AwsProblem

if TYPE_CHECKING:
    from dots_tui.app.models.bucket_model import BucketModel
    from dots_tui.app.models.model_reader import ReadModel

Scope = Literal["checkpoints", "model"]
"""Superseded checkpoints, or the whole model."""
QUIET = timedelta(minutes=30)
"""A model that was written within this time may still be training somewhere."""


@dataclass(frozen=True)
class Cleanup:
    """A deletion: exactly these keys, each below the prefix of the model."""

    model: BucketModel
    scope: Scope
    keys: tuple[str, ...]
    size: int
    """Bytes that the current versions of the objects take."""
    kept: tuple[str, ...] = ()
    """Names of the checkpoints that stay."""
    notes: tuple[str, ...] = ()


def refuse_if_in_use(model: BucketModel, running: Collection[str], now: datetime) -> None:
    """Raises AwsProblem `in-use` if a training writes the model, or may write it.

    `running` are the prefixes that trainings of the account write now; a run elsewhere shows only in the times of its
    objects.
    """
    if model.key.prefix in running or model.running:
        what = f"{model.running or 'A training'} is writing {model.key.prefix} at this moment."
        raise AwsProblem("in-use", what, "Stop it first: dots-tui stop.")
    if now - model.changed < QUIET:
        minutes = max(0, int((now - model.changed).total_seconds() // 60))
        what = f"{model.key.prefix} was written {minutes} minutes ago: it may still be training."
        raise AwsProblem("in-use", what, f"Try again when nothing has been written for {QUIET.seconds // 60} minutes.")


def plan_cleanup(read: ReadModel, scope: Scope, models: Sequence[BucketModel]) -> Cleanup:
    """Return what to delete of a model that was just read.

    The best, the last, and the newest complete checkpoint always stay with `checkpoints`. Raises AwsProblem
    `nothing-to-clean`.
    """
    model = read.model
    assert model.facts is not None
    children = [one.key.name for one in descendants(model, models)]
    if scope == "model":
        notes = [f"{', '.join(children)} continued it and stay: they do not need it any more."] if children else []
        keys = tuple(one.key for one in read.objects)
        return Cleanup(model, scope, keys, sum(one.size for one in read.objects), (), tuple(notes))
    needed = {named.name for named in (model.best, model.last) if named is not None}
    newest = model.checkpoint("last")
    if newest is not None:
        needed.add(newest.name)
    if newest is None or model.broken:
        what = f"{model.key.prefix} has no sound list of checkpoints, so it is not known which ones are superseded."
        raise AwsProblem("nothing-to-clean", what, "Delete the whole model, or leave it.")
    # A half-written checkpoint after the newest complete one may be the next to be completed.
    superseded = [one for one in model.facts.checkpoints if one.name not in needed and one.number < newest.number]
    graphs = {one.key: one.size for one in read.objects}
    keys = tuple(key for one in superseded for key in one.keys)
    if not keys:
        raise AwsProblem("nothing-to-clean", f"{model.key.prefix} has no superseded checkpoints.", "")
    return Cleanup(model, scope, keys, sum(graphs[key] for key in keys), tuple(sorted(needed)))
