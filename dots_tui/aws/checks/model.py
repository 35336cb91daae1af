"""Checks of the bucket: reachable, prefix free, pretrained model present, shared custom files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dots_tui.aws.bucket import prefix_in_use
from dots_tui.aws.checks.facts import CUSTOM, MODEL
from dots_tui.aws.checks.result import CheckRemedy, CheckResult, error, good, warning
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.run_objects import read_from
from dots_tui.custom_files.folder import MODEL_METADATA, FolderProblem
from dots_tui.custom_files.model_names import PLACE, following_names, renamed
from dots_tui.custom_files.same_model import differences

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import LaunchFacts


def bucket(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that the base stack's bucket is reachable."""
    name = _bucket(facts)
    if not name:
        return
    try:
        with explained():
            facts.aws.client("s3").head_bucket(Bucket=name)
    except AwsProblem as problem:
        if problem.code not in ("no-object", "no-bucket"):
            raise
        yield error("no-bucket", f"The bucket {name} does not exist any more.", "Make a new base stack.")
        return
    yield good("bucket", f"bucket {name} is reachable")


def prefix(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that the model's prefix is empty and no other training uses it."""
    model = facts.model
    if not PLACE.fullmatch(model):
        yield _no_place(MODEL, model)
        return
    trainer = next((other for other in facts.neighbours() if other.run and other.run == model), None)
    if trainer is not None:
        what = f"{trainer.name} is training the model {model} at this moment."
        yield error("prefix-in-use", what, f"Change {MODEL}.", *_next_free(facts))
        return
    name = _bucket(facts)
    if not name:
        return
    if not prefix_in_use(facts.aws, name, model):
        yield good("model", f"model prefix {model} is free")
    elif _continued(facts) == model:
        what = f"The run would begin from {model} and train over it: it would wipe what it begins from."
        yield error("prefix-in-use", what, f"Change {MODEL}.", *_next_free(facts))
    elif facts.choices.reuse:
        what = f"The model in {name}/{model}/ is trained over, as you said twice."
        yield warning("prefix-reused", what, f"It is moved to {model}-before-TIME/ first; nothing of it is lost.")
    else:
        what = f"There is already a model in {name}/{model}/; training there would wipe it."
        yield error(
            "prefix-in-use", what, f"Change {MODEL}.", *_next_free(facts), CheckRemedy("reuse", "train over it")
        )


def _continued(facts: LaunchFacts) -> str:
    """Return the prefix of the pretrained model; "" if the run trains from scratch."""
    if facts.values.get("DR_LOCAL_S3_PRETRAINED") != "True":
        return ""
    return facts.values.get("DR_LOCAL_S3_PRETRAINED_PREFIX", "").rstrip("/")


def _no_place(key: str, value: str) -> CheckResult:
    what = f'{key} is "{value}", which is no place in a bucket all readers agree on.'
    return error("bad-prefix", what, "Use letters, digits, hyphens and single slashes between them.")


def _next_free(facts: LaunchFacts) -> Iterator[CheckRemedy]:
    """Yield the next name with an empty prefix, in the notation of run.env."""
    name = _bucket(facts)
    taken = {other.run for other in facts.neighbours()}
    for candidate in following_names(facts.model):
        if candidate not in taken and not (name and prefix_in_use(facts.aws, name, candidate)):
            written = renamed(facts.written(MODEL), facts.model, candidate)
            yield CheckRemedy("set", f"use {candidate.rpartition('/')[2]}", MODEL, written)
            return


def pretrained(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that the pretrained model exists and its network fits the files."""
    if facts.values.get("DR_LOCAL_S3_PRETRAINED") != "True":
        yield good("pretrained", "trains from scratch")
        return
    name = _bucket(facts)
    if not name:
        return
    parent = _continued(facts)
    if not prefix_in_use(facts.aws, name, f"{parent}/model"):
        yield error(
            "no-pretrained-model",
            f"There is no model in {name}/{parent}/ to continue from.",
            "Correct DR_LOCAL_S3_PRETRAINED_PREFIX, or set DR_LOCAL_S3_PRETRAINED to False.",
            CheckRemedy("set", "begin from nothing", "DR_LOCAL_S3_PRETRAINED", "False"),
        )
        return
    yield from _same_space(facts, name, parent)


def _same_space(facts: LaunchFacts, name: str, parent: str) -> Iterable[CheckResult]:
    try:
        data, _ = read_from(facts.aws, name, f"{parent}/model/{MODEL_METADATA}", 0)
        mine = facts.files.read(MODEL_METADATA)
    except (AwsProblem, FolderProblem) as problem:
        if isinstance(problem, AwsProblem) and problem.code not in ("no-object", "access-denied"):
            raise
        what = f"The model in {parent}/ is there; whether its action space is that of your files cannot be told."
        yield warning("pretrained-unknown", what, f"Its {MODEL_METADATA} is missing or cannot be read.")
        return
    for fatal, what in differences(data, mine):
        make = error if fatal else warning
        fix = f"Use the {MODEL_METADATA} the model was trained with, or begin from nothing."
        yield make("pretrained-differs", f"The model in {parent}/ {what}.", fix)
        return
    yield good("pretrained", f"continues {parent}, which has the same action space")


def custom_files(facts: LaunchFacts) -> Iterable[CheckResult]:
    """Check that no other training reads the custom files to be replaced, now or after an interruption."""
    custom = facts.custom
    if not PLACE.fullmatch(custom):
        yield _no_place(CUSTOM, custom)
        return
    own = CheckRemedy("set", "a place of its own", CUSTOM, f"{custom}-{facts.choices.name}")
    change = f"Change {CUSTOM}."
    for other in facts.neighbours():
        if other.custom_files.strip("/") != custom:
            continue
        if other.market == "spot":
            what = f"{other.name} is a spot training: after an interruption it goes on with what is in {custom}/ then."
            yield error("custom-files-shared", what, change, own)
            return
        if other.status == "CREATE_IN_PROGRESS":
            what = f"{other.name} is starting and fetches its custom files from {custom}: it would get these."
            yield warning("custom-files-shared", what, f"Wait until it is complete, or change {CUSTOM}.", own)
            return
    yield good("custom", f"custom files go to {custom}/, which no spot training shares")


def _bucket(facts: LaunchFacts) -> str:
    base = facts.base
    return base.bucket if base is not None else ""
