"""What it takes to continue a model: the checkpoint, the changes to the env files, and what is against it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from dots_tui.app.models.bucket_model import BucketModel
from dots_tui.app.models.training_files import environment
from dots_tui.aws.checkpoint_files import StoredCheckpoint
from dots_tui.aws.problems import AwsProblem
from dots_tui.custom_files.env_edits import put
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import RUN_ENV, SYSTEM_ENV
from dots_tui.custom_files.model_names import following_names, refers_to, renamed
from dots_tui.custom_files.same_model import differences

MODEL = "DR_LOCAL_S3_MODEL_PREFIX"
PRETRAINED = "DR_LOCAL_S3_PRETRAINED"
PRETRAINED_PREFIX = "DR_LOCAL_S3_PRETRAINED_PREFIX"
PRETRAINED_CHECKPOINT = "DR_LOCAL_S3_PRETRAINED_CHECKPOINT"
CUSTOM_FILES = "DR_LOCAL_S3_CUSTOM_FILES_PREFIX"
UPLOAD = "DR_UPLOAD_S3_PREFIX"


class KeyChange(NamedTuple):
    """One key of an env file that changes: its text before and after."""

    file: str
    key: str
    before: str
    after: str


class CheckpointStart(NamedTuple):
    """The checkpoint that the new run loads.

    `which` is what `DR_LOCAL_S3_PRETRAINED_CHECKPOINT` says: best or last. simapp takes nothing else, so any other
    checkpoint needs a copy (`copied`) in a place of its own, with a list that names only this checkpoint.
    """

    stored: StoredCheckpoint
    which: str
    copied: bool = False


@dataclass(frozen=True)
class Continuation:
    """A run that continues `model` under `prefix`."""

    model: BucketModel
    start: CheckpointStart
    prefix: str
    changes: tuple[KeyChange, ...]
    files: Mapping[str, bytes]
    """The changed files, by name."""
    notes: tuple[str, ...] = ()

    @property
    def parent(self) -> str:
        """The prefix that the new run loads its checkpoint from."""
        return copy_prefix(self.model, self.start.stored) if self.start.copied else self.model.key.prefix


def copy_prefix(model: BucketModel, stored: StoredCheckpoint) -> str:
    """Return the place of a copy of one checkpoint of a model."""
    return f"{model.key.prefix}-checkpoint-{stored.number}"


def start_from(model: BucketModel, which: str) -> CheckpointStart:
    """Return the checkpoint `which` (best, last, a number, a name) of a model as a start.

    Raises AwsProblem `no-checkpoint` with the reason if simapp could not load it.
    """
    whole = [one for one in (model.facts.checkpoints if model.facts is not None else ()) if one.complete]
    if not whole:
        raise _none(model, f"{model.key.prefix} has no complete checkpoint.", "Its training may have ended too early.")
    numbers = ", ".join(str(one.number) for one in whole)
    if which in ("best", "last"):
        named = model.best if which == "best" else model.last
        if named is None:
            why = "its list of checkpoints is damaged" if model.broken else f"its list names no {which} checkpoint"
            raise _none(model, f"{model.key.prefix} has no {which} checkpoint: {why}.", f"Choose one of {numbers}.")
        found = next((one for one in whole if one.name == named.name), None)
        if found is None:
            what = f"The {which} checkpoint of {model.key.prefix}, {named.name}, is not complete in the bucket."
            raise _none(model, what, f"Choose one of {numbers}.")
        return CheckpointStart(found, which)
    found = next((one for one in reversed(whole) if which in (one.name, str(one.number))), None)
    if found is None:
        half = any(which in (one.name, str(one.number)) for one in (model.facts.checkpoints if model.facts else ()))
        why = "is half written" if half else "does not exist"
        what = f"Checkpoint {which} of {model.key.prefix} {why}."
        raise _none(model, what, f"There are best, last, and {numbers}.")
    for name, named in (("last", model.last), ("best", model.best)):
        if named is not None and named.name == found.name:
            return CheckpointStart(found, name)
    return CheckpointStart(found, "last", copied=True)


def _none(model: BucketModel, what: str, advice: str) -> AwsProblem:
    if model.running:
        advice = f"{model.running} is training it at this moment: wait for its next checkpoint, or: {advice}"
    return AwsProblem("no-checkpoint", what, advice)


def refusals(metadata: bytes, files: Mapping[str, bytes], name: str) -> list[str]:
    """Return why simapp could not load a model with `metadata` into a run with `files`; none if it can or if unsure."""
    if name not in files or not metadata:
        return []
    return [f"The model {words}." for fatal, words in differences(metadata, files[name]) if fatal]


def planned(model: BucketModel, start: CheckpointStart, prefix: str, files: Mapping[str, bytes]) -> Continuation:
    """Return the changes to the env files among `files` with which a run continues `model` under `prefix`.

    Only these values change; references in them are kept where they can.
    """
    values = environment(files)
    old = values.get(MODEL, "").strip("/")
    parent = copy_prefix(model, start.stored) if start.copied else model.key.prefix
    wanted = {
        PRETRAINED: "True",
        PRETRAINED_PREFIX: parent,
        PRETRAINED_CHECKPOINT: start.which,
        MODEL: prefix,
    }
    for key in (CUSTOM_FILES, UPLOAD):
        follows = _following(key, values, files, old, prefix)
        if follows:
            wanted[key] = follows
    changed = {name: EnvFile.parse(files[name]) for name in (SYSTEM_ENV, RUN_ENV) if name in files}
    changes = []
    for key, value in wanted.items():
        name = _home(key, files)
        env = changed[name]
        before = env.get(key) or ""
        meaning = values.get(key, "")
        text = before if meaning == value else renamed(before, meaning, value)
        if env.get(key) != text:
            changed[name] = put(env, key, text)
            changes.append(KeyChange(name, key, before, text))
    data = {name: env.data for name, env in changed.items() if env.data != files[name]}
    return Continuation(model, start, prefix, tuple(changes), data, tuple(_notes(model, start)))


def _home(key: str, files: Mapping[str, bytes]) -> str:
    """Return the env file whose value of `key` is in effect: run.env comes after system.env."""
    for name in (RUN_ENV, SYSTEM_ENV):
        if name in files and EnvFile.parse(files[name]).get(key) is not None:
            return name
    return RUN_ENV if RUN_ENV in files else SYSTEM_ENV


def _following(key: str, values: Mapping[str, str], files: Mapping[str, bytes], old: str, prefix: str) -> str:
    """Return the new value of a prefix that is named after the model; "" if it stays or follows by itself."""
    name = _home(key, files)
    written = EnvFile.parse(files[name]).get(key) if name in files else None
    now = values.get(key, "").strip("/")
    if not written or not now or refers_to(written, MODEL):
        return ""
    folder, _, last = now.rpartition("/")
    mine = f"{folder}/" if folder else ""
    if last == old.rpartition("/")[2]:
        return mine + prefix.rpartition("/")[2]
    # DRFC's upload keeps a count of its own; custom files stay where they are.
    return next(following_names(now)) if key == UPLOAD else ""


def _notes(model: BucketModel, start: CheckpointStart) -> list[str]:
    notes = []
    if model.running:
        notes.append(
            f"{model.running} is training this model at this moment: the new run starts from what is there then."
        )
    newer = [one for one in (model.facts.checkpoints if model.facts else ()) if one.complete]
    if start.which == "last" and not start.copied and newer and newer[-1].number > start.stored.number:
        notes.append(
            f"Checkpoint {newer[-1].number} is newer than the last one in its list ({start.stored.number}): "
            f"choose {newer[-1].number} to start from it."
        )
    return notes
