"""The files beside a model that say what it was trained with: parameters, environment, phases. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from dots_tui.app.models.bucket_model import Parent
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand
from dots_tui.custom_files.folder import RUN_ENV, SYSTEM_ENV

FILES_FOLDER = "dots-tui/files"
"""The folder below a model with the custom files of its run; an instance of dots-tui writes it."""
PARAMETERS = re.compile(r"training_params(?:_1)?\.yaml")
_LINE = re.compile(r"""\s*(['"]?)([A-Za-z0-9_]+)\1\s*:\s*(?:'((?:[^']|'')*)'|"([^"\\]*)"|([^'"\[{#][^#]*?))\s*""")
_TRUE = ("true", "yes", "t", "1")
"""What DRFC's start script takes for yes."""


class TrainingParameters(NamedTuple):
    """The parameters of a training job that a list shows."""

    track: str = ""
    race_type: str = ""
    metric: str = ""
    custom_files: str = ""
    """The prefix of its custom files; "" if its files are not together in one."""


def read_parameters(data: bytes) -> TrainingParameters:
    """Return the parameters in a `training_params.yaml` of DRFC: one quoted value a line, lists left out."""
    values: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        match = _LINE.fullmatch(line) if not line.startswith((" ", "\t")) else None
        if match:
            single, double, plain = match[3], match[4], match[5]
            values[match[2]] = single.replace("''", "'") if single is not None else (double or plain or "").strip()
    folder, _, name = values.get("MODEL_METADATA_FILE_S3_KEY", "").rpartition("/")
    return TrainingParameters(
        values.get("WORLD_NAME", ""),
        values.get("RACE_TYPE", ""),
        values.get("BEST_MODEL_METRIC", ""),
        folder if name == "model_metadata.json" else "",
    )


def environment(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the values of system.env and run.env among `files`, expanded."""
    return expand(EnvFile.parse(files[name]) for name in (SYSTEM_ENV, RUN_ENV) if name in files)


def parent_of(prefix: str, values: Mapping[str, str]) -> Parent | None:
    """Return the parent of the model `prefix` in the environment `values` of its run.

    None if the run began from nothing, or if the values belong to another model.
    """
    if values.get("DR_LOCAL_S3_MODEL_PREFIX", "").strip("/") != prefix:
        return None
    before = values.get("DR_LOCAL_S3_PRETRAINED_PREFIX", "").strip("/")
    if values.get("DR_LOCAL_S3_PRETRAINED", "").lower() not in _TRUE or not before or before == prefix:
        return None
    return Parent(before, values.get("DR_LOCAL_S3_PRETRAINED_CHECKPOINT", "") or "last")


def next_segment(phases: bytes) -> str:
    """Return the prefix under which a spot run went on, from its record of phases; "" if it did not."""
    try:
        document = json.loads(phases)
    except (ValueError, RecursionError):
        return ""
    following = document.get("next") if isinstance(document, dict) else None
    return following.strip("/") if isinstance(following, str) else ""


def comparable(name: str, data: bytes) -> bytes:
    """Return a file for a comparison: JSON in one layout, because simapp writes hyperparameters in its own."""
    if not name.endswith(".json"):
        return data
    try:
        return (json.dumps(json.loads(data), indent=2, sort_keys=True) + "\n").encode()
    except (ValueError, RecursionError):
        return data
