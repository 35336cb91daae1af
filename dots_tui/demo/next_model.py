"""Continuing a model as the next one, with the changes that `dr-increment-training -f` makes in run.env."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from dots_tui.custom_files.folder import CustomFiles
from dots_tui.custom_files.model_names import following_names
from dots_tui.demo.trainer import MODEL_FOLDER, PRETRAINED_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

RUN_ENV = "run.env"


def go_on_as_next(folder: Path) -> str:
    """Use the model in `folder` as the pretrained model. Return the next model's prefix. Raises FolderProblem."""
    files = CustomFiles.open(folder)
    old = files.value("DR_LOCAL_S3_MODEL_PREFIX").strip("/")
    new = next(following_names(old))
    env = files.env(RUN_ENV)
    for key, value in (
        ("DR_LOCAL_S3_PRETRAINED", "True"),
        ("DR_LOCAL_S3_PRETRAINED_PREFIX", old),
        ("DR_LOCAL_S3_PRETRAINED_CHECKPOINT", "last"),
        ("DR_LOCAL_S3_MODEL_PREFIX", new),
    ):
        env = env.set(key, value)
    files.write(RUN_ENV, env.data)
    shutil.rmtree(folder / PRETRAINED_FOLDER, ignore_errors=True)
    (folder / MODEL_FOLDER).mkdir(exist_ok=True)
    (folder / MODEL_FOLDER).replace(folder / PRETRAINED_FOLDER)
    return new
