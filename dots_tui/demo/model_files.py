"""The files that DRFC, simapp and an instance of dots-tui leave beside the checkpoints of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, REWARD_FUNCTION, RUN_ENV, SYSTEM_ENV

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES_FOLDER = "dots-tui/files"
_PLACES = {
    REWARD_FUNCTION: REWARD_FUNCTION,
    MODEL_METADATA: f"model/{MODEL_METADATA}",
    HYPERPARAMETERS: f"ip/{HYPERPARAMETERS}",
}
_PARAMETERS = (
    ("BEST_MODEL_METRIC", "DR_TRAIN_BEST_MODEL_METRIC", "progress"),
    ("MODEL_METADATA_FILE_S3_KEY", "DR_LOCAL_S3_MODEL_METADATA_KEY", "custom_files/model_metadata.json"),
    ("RACE_TYPE", "DR_RACE_TYPE", "TIME_TRIAL"),
    ("REWARD_FILE_S3_KEY", "DR_LOCAL_S3_REWARD_KEY", "custom_files/reward_function.py"),
    ("SAGEMAKER_SHARED_S3_PREFIX", "DR_LOCAL_S3_MODEL_PREFIX", ""),
    ("WORLD_NAME", "DR_WORLD_NAME", "LGSWide"),
)


def model_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the objects beside a model trained with `files`, by name below its prefix."""
    values = expand(EnvFile.parse(files[name]) for name in (SYSTEM_ENV, RUN_ENV) if name in files)
    lines = ["---", *(f"'{name}': '{values.get(key, default)}'" for name, key, default in _PARAMETERS)]
    objects = {place: files[name] for name, place in _PLACES.items() if name in files}
    objects.update({f"{FILES_FOLDER}/{name}": data for name, data in files.items()})
    objects["training_params.yaml"] = ("\n".join(lines) + "\n").encode()
    return objects
