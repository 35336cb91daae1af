"""Continue a model: choose the checkpoint and the name, check what simapp would refuse, change the env files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Callable

from dots_tui.app.models import continuation as plans
from dots_tui.app.models.bucket_model import BucketModel, metric_words
from dots_tui.app.models.continuation import CheckpointStart, Continuation
from dots_tui.app.models.family import ancestors
from dots_tui.app.models.model_detail import trained_files
from dots_tui.app.models.model_reader import ModelReader, ReadModel
from dots_tui.app.models.training_files import FILES_FOLDER, comparable
from dots_tui.app.port import Confirmation, FlowResult, Port, Selection, TextEntry
from dots_tui.app.runs.bucket_facts import CHECKPOINTS
from dots_tui.aws import bucket as buckets
from dots_tui.aws import run_objects
from dots_tui.aws.problems import AwsProblem
from dots_tui.custom_files.diff import changed_lines, diff_lines
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, REWARD_FUNCTION, RUN_ENV
from dots_tui.custom_files.model_names import PLACE, following_names

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws

OWN_FILES = (REWARD_FUNCTION, MODEL_METADATA, HYPERPARAMETERS)
_CANCEL, _OWN = "cancel", "own"


async def continue_model(
    port: Port,
    aws_of: Callable[[], Aws],
    model: BucketModel,
    models: Sequence[BucketModel],
    files: Mapping[str, bytes],
    *,
    which: str = "",
    name: str = "",
    numbered: bool = False,
    own: bool = False,
) -> Continuation | None:
    """Return the continuation of `model` with the open `files`, and tell it; None if the user declines.

    `which` and `name` are asked for if ""; with `numbered` the next free name is taken unasked. `own`: use the reward
    function, action space and hyperparameters that the model was trained with. The caller writes
    `Continuation.files`. Raises AwsProblem.
    """
    if RUN_ENV not in files:
        raise AwsProblem("no-files", "There is no run.env to set the new run in.", "Open the folder of a run first.")
    read = await port.work(lambda: ModelReader(aws_of()).read(model))
    if read is None:
        raise AwsProblem("no-model", f"{model.key.address} does not exist any more.", "Read the list again.")
    model = read.model
    start = await _start(port, model, which)
    if start is None:
        return None
    prefix = await _name(port, aws_of, model, models, name, asks=not numbered)
    if prefix is None:
        return None
    taken = await _fitting_files(port, aws_of, read, files, own=own)
    if taken is None:
        return None
    found = plans.planned(model, start, prefix, {**files, **taken})
    found = replace(found, files={**_new(files, taken), **found.files})
    if not await port.ask(_question(found, taken, models)):
        return None
    if start.copied:
        await port.work(lambda: copy_checkpoint(aws_of(), read, start, found.parent))
    what = f"{prefix} is set up to continue {found.parent} from its {start.which} checkpoint."
    port.tell(FlowResult(f"{what} Launch it next."))
    return found


async def own_files(
    port: Port, aws_of: Callable[[], Aws], model: BucketModel, files: Mapping[str, bytes]
) -> dict[str, bytes] | None:
    """Return those of the files a model was trained with that differ from the open `files`; None if the user declines.

    Raises AwsProblem.
    """
    read = await port.work(lambda: ModelReader(aws_of()).read(model))
    theirs = await port.work(lambda: trained_files(aws_of(), read)) if read is not None else {}
    found = {name: theirs[name] for name in OWN_FILES if name in theirs and name in files}
    new = {name: data for name, data in found.items() if comparable(name, data) != comparable(name, files[name])}
    if not new:
        there = "The open files are those it was trained with." if found else "Its files are not in the bucket."
        port.tell(FlowResult(there))
        return None
    lines = [
        f"{name}: {changed_lines(diff_lines(comparable(name, files[name]), comparable(name, data)))}"
        for name, data in new.items()
    ]
    body = "\n".join([*lines, "", "Undo in the Files and Reward panes brings the open ones back."])
    if not await port.ask(Confirmation(f"Use the files of {model.key.name}?", body, yes="Use them", no="Leave it")):
        return None
    port.tell(FlowResult(f"{', '.join(new)}: as {model.key.name} was trained with. Save to keep it."))
    return new


async def _start(port: Port, model: BucketModel, which: str) -> CheckpointStart | None:
    if not which:
        answer = await port.ask(Selection(f"Continue {model.key.name} from which checkpoint?", _options(model)))
        if answer is None:
            return None
        which = answer
    return plans.start_from(model, which)


def _options(model: BucketModel) -> list[tuple[str, str]]:
    """Return the checkpoints that can be loaded, the best and the last in the list first."""
    assert model.facts is not None
    whole = [one for one in model.facts.checkpoints if one.complete]
    if not whole:
        plans.start_from(model, "last")  # raises with the reason
    named = {"best": model.best, "last": model.last}
    options = []
    for which, one in named.items():
        if one is not None and any(stored.name == one.name for stored in whole):
            metric = metric_words(one.metric, model.facts.metric)
            options.append((which, f"{which}: {one.name}{f', {metric}' if metric else ''}"))
    known = {one.name for one in named.values() if one is not None}
    options += [
        (one.name, f"{one.name} (copied to a place of its own first)")
        for one in reversed(whole)
        if one.name not in known
    ]
    return options


async def _name(
    port: Port, aws_of: Callable[[], Aws], model: BucketModel, models: Sequence[BucketModel], name: str, *, asks: bool
) -> str | None:
    """Return the prefix of the new model: the wanted name, in the folder of its parent if it is a bare one."""
    known = {one.key.prefix for one in models if one.key.bucket == model.key.bucket}
    if not name:
        free = await port.work(lambda: next_free(aws_of(), model, known))
        title, label = f"Continue {model.key.name}", "Name of the new model"
        entry = TextEntry(title, label, free, lambda text: name_problem(full_name(model, text), known))
        answer = await port.ask(entry) if asks else free
        if answer is None:
            return None
        name = answer
    wanted = full_name(model, name)
    problem = name_problem(wanted, known)
    if problem:
        raise AwsProblem("bad-input", problem, "Choose another name.")
    used = await port.work(
        lambda: buckets.prefix_in_use(aws_of().in_region(model.key.region), model.key.bucket, wanted)
    )
    if used:
        raise AwsProblem("prefix-in-use", f"There are objects in {wanted}/ already.", "Choose another name.")
    return wanted


def full_name(model: BucketModel, name: str) -> str:
    """Return the prefix for a name that may be a bare one: then it is in the folder of `model`."""
    name = name.strip().strip("/")
    folder = model.key.prefix.rpartition("/")[0]
    return name if "/" in name or not folder else f"{folder}/{name}"


def name_problem(name: str, known: set[str]) -> str:
    """Return what is wrong with the prefix of a new model; "" if nothing is."""
    name = name.strip().strip("/")
    if not PLACE.fullmatch(name):
        return "Use letters, digits, hyphens and single slashes between them."
    return f"There is a model {name} already." if name in known else ""


def next_free(aws: Aws, model: BucketModel, known: set[str]) -> str:
    """Return the next name after that of `model` below which nothing is. Raises AwsProblem."""
    regional = aws.in_region(model.key.region)
    for name in following_names(model.key.prefix):
        if name not in known and not buckets.prefix_in_use(regional, model.key.bucket, name):
            return name
    raise AwsProblem("bad-input", f"There is no free name after {model.key.prefix}.", "Choose a name of your own.")


async def _fitting_files(
    port: Port, aws_of: Callable[[], Aws], read: ReadModel, files: Mapping[str, bytes], *, own: bool
) -> dict[str, bytes] | None:
    """Return the files of the model to use in place of the open ones; None if the user declines.

    Raises AwsProblem `model-differs` if simapp would refuse the open ones and nobody chose those of the model.
    """
    theirs = await port.work(lambda: trained_files(aws_of(), read))
    usable = {name: theirs[name] for name in OWN_FILES if name in theirs and name in files}
    if own:
        return usable
    why = plans.refusals(theirs.get(MODEL_METADATA, b""), files, MODEL_METADATA)
    if not why:
        return {}
    options = [(_OWN, f"Use the model's own {MODEL_METADATA}"), (_CANCEL, "Change nothing")]
    body = " ".join(["The open files cannot continue this model.", *why])
    answer = await port.ask(Selection("The model does not fit", options, body))
    if answer is None:
        advice = f"Use its own files (--own-files), or correct {MODEL_METADATA}."
        raise AwsProblem("model-differs", body, advice)
    return {MODEL_METADATA: theirs[MODEL_METADATA]} if answer == _OWN else None


def _new(files: Mapping[str, bytes], taken: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in taken.items() if files[name] != data}


def _question(found: Continuation, taken: Mapping[str, bytes], models: Sequence[BucketModel]) -> Confirmation:
    known = next((one for one in models if one.key == found.model.key), found.model)
    line = " → ".join([*(one.key.name for one in ancestors(known, models)), found.prefix.rpartition("/")[2]])
    stored = found.start.stored
    lines = [line, "", f"Starts from {stored.name} of {found.model.key.prefix}."]
    if found.start.copied:
        lines.append(
            f"simapp loads only the best or the last checkpoint: {stored.name} is copied to {found.parent}/ first."
        )
    lines += [f"{one.file}: {one.key}={one.after}" for one in found.changes]
    lines += [f"{name}: the model's own" for name in taken if name in found.files]
    lines += found.notes
    return Confirmation(f"Continue as {found.prefix}?", "\n".join(lines), yes="Continue", no="Leave it")


def copy_checkpoint(aws: Aws, read: ReadModel, start: CheckpointStart, target: str) -> None:
    """Copy one checkpoint of a model to `target`, with a list that names only it. Raises AwsProblem."""
    key, stored = read.model.key, start.stored
    regional = aws.in_region(key.region)
    if buckets.prefix_in_use(regional, key.bucket, target):
        existing = run_objects.read_object(regional, key.bucket, f"{target}/{CHECKPOINTS}", 1 << 16)
        if existing is not None and stored.name.encode() in existing[1]:
            return  # copied before
        raise AwsProblem("prefix-in-use", f"{target}/ is in the way of the copy.", "Move or delete what is there.")
    beside = [f"{key.prefix}/model/{MODEL_METADATA}"]
    there = {one.key for one in read.objects}
    for source in (*stored.keys, *(name for name in beside if name in there)):
        buckets.copy_object(regional, key.bucket, source, target + source[len(key.prefix) :])
    entry = {"name": stored.name, "avg_eval_metric": None, "time_stamp": stored.written.timestamp()}
    env = (
        f"{plans.MODEL}={target}\n{plans.PRETRAINED}=True\n{plans.PRETRAINED_PREFIX}={key.prefix}\n"
        f"{plans.PRETRAINED_CHECKPOINT}={stored.name}\n"
    )
    contents = {
        f"{FILES_FOLDER}/{RUN_ENV}": env.encode(),
        "model/.coach_checkpoint": stored.name.encode(),
        # The list comes last: only a complete copy is a model.
        CHECKPOINTS: json.dumps({"best_checkpoint": entry, "last_checkpoint": entry}).encode(),
    }
    for _ in buckets.upload(regional, key.bucket, target, contents):
        pass
