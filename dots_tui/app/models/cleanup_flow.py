"""Delete superseded checkpoints or a whole model: preview, the name typed, and exactly the previewed objects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Callable

from dots_tui.app.models.bucket_model import BucketModel, size_words
from dots_tui.app.models.cleanup_plan import Cleanup, Scope, plan_cleanup, refuse_if_in_use
from dots_tui.app.models.model_catalog import running_places
from dots_tui.app.models.model_reader import ModelReader
from dots_tui.app.models.model_words import storage_words
from dots_tui.app.port import Confirmation, FlowResult, Port, Selection
from dots_tui.aws import object_versions
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.stacks import list_stacks

if TYPE_CHECKING:
    from dots_tui.aws.object_versions import Leftovers
    from dots_tui.aws.session import Aws

_SHOWN = 8


async def clean_model(
    port: Port,
    aws_of: Callable[[], Aws],
    model: BucketModel,
    models: Sequence[BucketModel],
    *,
    scope: Scope | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
) -> int | None:
    """Delete what `scope` says (None: asked for) and return the number of deleted objects; None if the user declines.

    Old versions of the deleted objects and unfinished uploads below the model are deleted with them. A model that a
    training writes is refused, also if the training starts while the question is open. Raises AwsProblem.
    """
    if scope is None:
        options = [("checkpoints", "Superseded checkpoints: best and last stay"), ("model", "The whole model")]
        answer = await port.ask(Selection(f"Delete what of {model.key.name}?", options))
        if answer is None:
            return None
        scope = "model" if answer == "model" else "checkpoints"
    chosen: Scope = scope
    plan, left = await port.work(lambda: _preview(aws_of(), model, models, chosen, now()))
    if not await port.ask(_question(plan, left)):
        return None
    deleted = await port.work(lambda: _delete(aws_of(), plan, now()))
    freed = size_words(plan.size + left.size)
    port.tell(FlowResult(f"{deleted} objects of {model.key.prefix} are deleted, {freed} freed."))
    return deleted


def _preview(
    aws: Aws, model: BucketModel, models: Sequence[BucketModel], scope: Scope, now: datetime
) -> tuple[Cleanup, Leftovers]:
    read = ModelReader(aws).read(model)
    if read is None:
        raise AwsProblem("no-model", f"{model.key.address} does not exist any more.", "Read the list again.")
    _refuse(aws, read.model, now)
    if scope == "model" and read.nested:
        what = f"There are other models below {model.key.prefix}: {', '.join(read.nested)}."
        raise AwsProblem("in-use", what, "Delete these first.")
    plan = plan_cleanup(read, scope, models)
    regional = aws.in_region(model.key.region)
    everything = scope == "model"
    left = object_versions.leftovers(regional, model.key.bucket, model.key.prefix, plan.keys, everything=everything)
    return plan, left


def _refuse(aws: Aws, model: BucketModel, now: datetime) -> None:
    regional = aws.in_region(model.key.region)
    writing = running_places(regional, list_stacks(regional))
    refuse_if_in_use(model, [key.prefix for key in writing if key.bucket == model.key.bucket], now)


def _question(plan: Cleanup, left: Leftovers) -> Confirmation:
    key, size = plan.model.key, plan.size + left.size
    names = [one[len(key.prefix) + 1 :] for one in plan.keys]
    lines = [f"{len(plan.keys)} objects, {size_words(plan.size)}, are deleted from {key.address}:"]
    lines += [f"  {name}" for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        lines.append(f"  and {len(names) - _SHOWN} more")
    if plan.kept:
        lines.append(f"{', '.join(plan.kept)} stay.")
    if left.versions or left.uploads:
        lines.append(
            f"Also {left.versions} old versions and {left.uploads} unfinished uploads, {size_words(left.size)}."
        )
    lines.append(f"That frees {storage_words(size)}. It cannot be undone.")
    lines += plan.notes
    what = "model" if plan.scope == "model" else "superseded checkpoints"
    title = f"Delete the {what} of {key.name}?" if plan.scope == "checkpoints" else f"Delete {key.name}?"
    return Confirmation(title, "\n".join(lines), yes="Delete", no="Leave it", typed=key.name, danger=True)


def _delete(aws: Aws, plan: Cleanup, now: datetime) -> int:
    """Delete exactly the previewed objects, unless the model is in use now or has changed since."""
    key = plan.model.key
    read = ModelReader(aws).read(plan.model)
    if read is None:
        raise AwsProblem("no-model", f"{key.address} does not exist any more.", "Read the list again.")
    _refuse(aws, read.model, now)
    assert plan.model.facts is not None
    assert read.model.facts is not None
    if read.model.facts.newest != plan.model.facts.newest:
        raise AwsProblem("changed", f"{key.prefix} has changed since the preview.", "Look at it again.")
    strange = [one for one in plan.keys if not one.startswith(f"{key.prefix}/")]
    if strange:
        raise AwsProblem("not-cleaned", f"{strange[0]} does not belong to {key.prefix}.", "Nothing was deleted.")
    regional, everything = aws.in_region(key.region), plan.scope == "model"
    return object_versions.delete_all(regional, key.bucket, key.prefix, plan.keys, everything=everything)
