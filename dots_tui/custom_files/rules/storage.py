"""Rules about places in the bucket: what is put where, what is looked for where, what is wiped.

DRFC's scripts/training/start.sh with -w wipes the model's place before a training; the launch puts the folder of
custom files at DR_LOCAL_S3_CUSTOM_FILES_PREFIX, and the simapp reads its three files from the keys given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dots_tui.custom_files.env_file import EnvEntry
from dots_tui.custom_files.expand import expand
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import Finding, Fix, kind, set_value, shown, write_value
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, REWARD_FUNCTION, RUN_ENV, SYSTEM_ENV
from dots_tui.custom_files.rules.spoilt_values import placeholder_in, spoilt
from dots_tui.custom_files.words import REFERENCE
from dots_tui.problems import ERROR, INFO, WARNING

_MODEL = "DR_LOCAL_S3_MODEL_PREFIX"
_PRETRAINED = "DR_LOCAL_S3_PRETRAINED_PREFIX"
_CUSTOM_FILES = "DR_LOCAL_S3_CUSTOM_FILES_PREFIX"
_URL = re.compile(r"s3:/", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9_.,:+@%${}/-]+")
_FILE_KEYS = {
    "DR_LOCAL_S3_MODEL_METADATA_KEY": MODEL_METADATA,
    "DR_LOCAL_S3_HYPERPARAMETERS_KEY": HYPERPARAMETERS,
    "DR_LOCAL_S3_REWARD_KEY": REWARD_FUNCTION,
}
_LOOKED_FOR_IN = {
    _CUSTOM_FILES: (RUN_ENV, WARNING, "The launch scripts of DeepRacer on the Spot read"),
    _MODEL: (RUN_ENV, WARNING, "After an interruption of a spot instance, DeepRacer on the Spot's script looks in"),
    "DR_UPLOAD_S3_PREFIX": (RUN_ENV, WARNING, "After an interruption, DeepRacer on the Spot's script looks in"),
    "DR_WORLD_NAME": (RUN_ENV, INFO, "DeepRacer on the Spot's analysis looks in"),
    "DR_WORKERS": (SYSTEM_ENV, INFO, "DeepRacer on the Spot's analysis looks in"),
}


def _inside(place: str, other: str) -> bool:
    """Whether ``place`` is ``other`` or within it."""
    return place == other or place.startswith(other + "/")


def model_prefix(facts: FileFacts) -> Iterator[Finding]:
    """Where the model is saved is wiped first: nothing that is needed may be in it."""
    prefix = facts.value(_MODEL)
    model = prefix.strip("/")
    if model and _inside(facts.value(_CUSTOM_FILES).strip("/"), model):
        message = (
            "The custom files are put where the model is saved, and that place is wiped when the training starts: "
            "it would not find its files."
        )
        fix = f"Set {_CUSTOM_FILES} to a place outside {_MODEL}."
        yield facts.about(_CUSTOM_FILES, ERROR, "custom-files-in-model", message, fix)
    if facts.is_true("DR_LOCAL_S3_PRETRAINED"):
        yield from _pretrained(facts, model)


def _pretrained(facts: FileFacts, model: str) -> Iterator[Finding]:
    parent = facts.value(_PRETRAINED).strip("/")
    fix = f"Give the new model another {_MODEL}."
    entry = facts.effective[_PRETRAINED][1] if _PRETRAINED in facts.effective else None
    if entry is not None and spoilt(entry):
        return
    if not parent:
        message = "DR_LOCAL_S3_PRETRAINED is True, but no place of a model to start from is given."
        fix = "Set it to the prefix of a trained model."
        yield facts.about(_PRETRAINED, ERROR, "pretrained-missing", message, fix)
    elif model and _inside(parent, model):
        message = (
            "The model to start from is where the new one is saved, and that place is wiped when the training starts: "
            "the model would be lost."
        )
        yield facts.about(_PRETRAINED, ERROR, "pretrained-is-model", message, fix)
    elif model and parent.startswith(model):
        message = (
            f"{_MODEL} is the beginning of the prefix of the model to start from; scripts that compare prefixes take "
            "the new model for one that exists."
        )
        yield facts.about(_MODEL, INFO, "model-prefix-clash", message, fix)


def prefix_slashes(facts: FileFacts) -> Iterator[Finding]:
    """Places with the name of the bucket in them, or that begin, end or have within them an empty name."""
    keys = [_MODEL, _CUSTOM_FILES, "DR_LOCAL_S3_METRICS_PREFIX", "DR_UPLOAD_S3_PREFIX"]
    keys += [_PRETRAINED] if facts.is_true("DR_LOCAL_S3_PRETRAINED") else []
    for key in keys:
        # What a reference brings along is told of where it comes from.
        entry = facts.effective[key][1] if key in facts.effective else None
        if entry is None or spoilt(entry):
            continue
        written = REFERENCE.sub("x", entry.value)
        if _URL.match(written):
            message = f"{key} is a place within the bucket, without s3:// and the name of the bucket."
            yield facts.about(key, ERROR, "prefix-slash", message, _clean(facts, key, entry, in_url=True))
        elif key == _MODEL and written != written.strip("/"):
            message = "The prefix has a slash at the start or the end, which makes an unnamed folder in the bucket."
            yield facts.about(key, ERROR, "model-prefix-slash", message, _clean(facts, key, entry))
        elif "//" in written or written != written.strip("/"):
            harm = "makes an unnamed folder in the bucket"
            lost = key == _CUSTOM_FILES and written.endswith("/")
            if lost:
                harm = "makes the training look for its files in a folder that is not there"
            message = f"{key} has a slash too many, which {harm}."
            severity = ERROR if lost else WARNING
            yield facts.about(key, severity, "prefix-slash", message, _clean(facts, key, entry))


def _clean(facts: FileFacts, key: str, entry: EnvEntry, in_url: bool = False) -> Fix:
    """The place without bucket and needless slashes, where that is one the other rules accept."""
    names = [name for name in entry.value.split("/") if name]
    clean = "/".join(names[2:] if in_url else names)
    after = {**facts.values, key: "/".join(filter(None, facts.value(key).split("/")[3:] if in_url else names))}
    taken = [after.get(other, "").strip("/") for other in (_MODEL, _PRETRAINED, _CUSTOM_FILES) if other != key]
    model = after.get(_MODEL, "").strip("/")
    others = [one for one in taken if one]
    clash = any(_inside(other, clean) for other in others) if key == _MODEL else _inside(clean, model or "/")
    if not clean or clash or not _PLAIN.fullmatch(clean) or placeholder_in(key, clean):
        return Fix(f"Give {key} a place of its own within the bucket, without slashes at its ends.")
    return set_value(f"Write {key}={clean}", clean)


def file_keys(facts: FileFacts) -> Iterator[Finding]:
    """The three files are looked for where they are put, under their own names."""
    prefix = facts.value(_CUSTOM_FILES).strip("/")
    for key, name in _FILE_KEYS.items():
        value = facts.value(key)
        if not prefix or not value or "//" in value or not value.strip("/"):
            continue  # findings of their own
        fix = write_value(key, f"${{{_CUSTOM_FILES}}}/{name}")
        if not value.startswith(prefix + "/"):
            message = f"{key} is {shown(value)}, but the launch puts {name} in {shown(prefix)}: it would not be found."
            yield facts.about(key, WARNING, "not-in-custom-files", message, fix)
            continue
        other = value[len(prefix) + 1 :]
        if other == name:
            continue
        message = (
            f"The training looks for {shown(other)} and not for {name}; a launch puts only the files of a run in the "
            "bucket, under their own names."
        )
        yield facts.about(key, ERROR, "other-file-used", message, fix)


def looked_for_elsewhere(facts: FileFacts) -> Iterator[Finding]:
    """Any key may be in either file, but some scripts look into one of them only."""
    for key, (file, severity, who) in _LOOKED_FOR_IN.items():
        elsewhere = key in facts.effective and facts.effective[key][0] != file
        if elsewhere and file in facts.env and facts.env[file].entry(key) is None:
            message = f"{who} {file} only, and does not find {key}."
            yield facts.about(key, severity, "wrong-file", message, f"Move the line to {file}.")
    if facts.effective.get(_CUSTOM_FILES, ("",))[0] == RUN_ENV:
        alone = expand([facts.env[RUN_ENV]]).get(_CUSTOM_FILES, "")
        if alone != facts.value(_CUSTOM_FILES):
            message = (
                f"The launch scripts of DeepRacer on the Spot read {RUN_ENV} without {SYSTEM_ENV}, and take "
                f"{shown(alone) or 'nothing'} for {_CUSTOM_FILES}."
            )
            fix = f"Set what it refers to in {RUN_ENV}."
            yield facts.about(_CUSTOM_FILES, WARNING, "wrong-file", message, fix)


RULES = (model_prefix, prefix_slashes, file_keys, looked_for_elsewhere)
KINDS = (
    kind(
        "model-prefix-slash",
        "error",
        "The place of the model begins or ends with a slash, which makes an unnamed folder in the bucket.",
        "Write it without.",
    ),
    kind(
        "custom-files-in-model",
        "error",
        "The custom files are put where the model is saved, and that place is wiped at the start.",
        "Set DR_LOCAL_S3_CUSTOM_FILES_PREFIX to a place outside DR_LOCAL_S3_MODEL_PREFIX.",
    ),
    kind("pretrained-missing", "error", "No place of the model to start from is given.", "Set the prefix of a model."),
    kind(
        "pretrained-is-model",
        "error",
        "The model to start from is where the new one is saved; it would be wiped.",
        "Give the new model another DR_LOCAL_S3_MODEL_PREFIX.",
    ),
    kind(
        "model-prefix-clash",
        "info",
        "The place of the new model is the beginning of the old one's; scripts that compare prefixes mix them up.",
        "Give the new model another DR_LOCAL_S3_MODEL_PREFIX.",
    ),
    kind(
        "prefix-slash",
        "error, warning",
        "A place in the bucket is written with s3:// and the bucket, or with a slash too many.",
        "Write the place within the bucket, without slashes at its ends.",
    ),
    kind(
        "not-in-custom-files",
        "warning",
        "A file is looked for outside the place where the launch puts it.",
        "Write the value that the finding names; F does it.",
    ),
    kind(
        "other-file-used",
        "error",
        "The training looks for a file of another name than the launch puts into the bucket.",
        "Write the value that the finding names; F does it.",
    ),
)
