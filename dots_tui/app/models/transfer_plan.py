"""Which objects of a model go into which files, and back. Pure, except for a look at the folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dots_tui.app.runs.bucket_facts import CHECKPOINTS, read_index
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.transfers import PART_ENDING
from dots_tui.bounded_files import Damaged, read_regular

if TYPE_CHECKING:
    from dots_tui.app.models.bucket_model import BucketModel
    from dots_tui.aws.checkpoint_files import StoredCheckpoint
    from dots_tui.aws.run_objects import StoredObject

_LARGE = re.compile(r"(logs|mp4|(\d+/)?training-simtrace|evaluation-\d+)/.*")
"""What is left out when only a checkpoint is wanted: logs, traces, videos."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\:*?\"<>|]")
_MOST_PARTS, _LONGEST = 20, 200


@dataclass(frozen=True)
class WantedFile:
    """An object to download: its path in the folder of the model, relative and safe."""

    stored: StoredObject
    path: PurePosixPath


@dataclass(frozen=True)
class TransferProgress:
    """How far a transfer is."""

    files: int
    total_files: int
    moved: int
    total: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.moved / self.total) if self.total else 1.0


def wanted_files(
    model: BucketModel, objects: Iterable[StoredObject], checkpoint: StoredCheckpoint | None
) -> list[WantedFile]:
    """Return the objects to download: all, or one checkpoint with the small files beside it.

    Raises AwsProblem `unsafe-name` for a name that is no file name here.
    """
    start = f"{model.key.prefix}/"
    others: set[str] = set()
    if checkpoint is not None and model.facts is not None:
        others = {key for one in model.facts.checkpoints if one.name != checkpoint.name for key in one.keys}
    found = []
    for one in objects:
        name = one.key[len(start) :]
        if not name or name.endswith("/"):
            continue  # a folder made in the console
        if checkpoint is not None and (one.key in others or _LARGE.fullmatch(name) or _other_graph(name, checkpoint)):
            continue
        found.append(WantedFile(one, safe_path(name)))
    paths = {one.path for one in found}
    for path in paths:
        if any(parent in paths for parent in path.parents):
            raise _unsafe(str(path), "a part of it is a file and a folder at once")
    return found


def _other_graph(name: str, checkpoint: StoredCheckpoint) -> bool:
    return name.startswith("model/model_") and name.endswith(".pb") and name != f"model/model_{checkpoint.number}.pb"


def safe_path(name: str) -> PurePosixPath:
    """Return the name of an object as a relative path that cannot leave its folder. Raises AwsProblem."""
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise _unsafe(name, "a part of it is empty or leads elsewhere")
    if len(parts) > _MOST_PARTS or any(len(part.encode()) > _LONGEST for part in parts):
        raise _unsafe(name, "it is too long")
    if _UNSAFE.search(name):
        raise _unsafe(name, "it has characters that no file name has")
    return PurePosixPath(name)


def _unsafe(name: str, why: str) -> AwsProblem:
    return AwsProblem("unsafe-name", f"{name!r} cannot be written to a file: {why}.", "Rename or delete that object.")


def local_files(folder: Path) -> list[tuple[Path, str]]:
    """Return the files of a model in a folder with their names in the bucket; the list of checkpoints is last.

    Hidden files other than simapp's own are left out, and so are parts of downloads. Raises AwsProblem `no-model` for a
    folder that is no model.
    """
    if not folder.is_dir():
        raise AwsProblem("no-model", f"{folder} is not a folder.", "Give the folder that holds model/.")
    index = folder / CHECKPOINTS
    try:
        listed = read_index(read_regular(index, 1 << 16))
    except (OSError, Damaged):
        listed = None
    if listed is None or (listed.best is None and listed.last is None):
        what = f"{folder} is no model: {CHECKPOINTS} is missing or damaged in it."
        raise AwsProblem("no-model", what, "Give the folder that holds model/.")
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.is_symlink() or path.name.endswith(PART_ENDING) or name == CHECKPOINTS:
            continue
        if path.name.startswith(".") and path.name not in (".coach_checkpoint", ".ready", ".finished"):
            continue
        found.append((path, name))
    _check_complete([name for _, name in found], listed.best.name if listed.best else "", "best", folder)
    _check_complete([name for _, name in found], listed.last.name if listed.last else "", "last", folder)
    return [*found, (index, CHECKPOINTS)]


def _check_complete(names: Sequence[str], checkpoint: str, which: str, folder: Path) -> None:
    if not checkpoint:
        return
    for ending in (".index", ".data-00000-of-00001"):
        if f"model/{checkpoint}{ending}" not in names:
            what = (
                f"The {which} checkpoint in the list, {checkpoint}, is not complete in {folder}: {ending} is missing."
            )
            raise AwsProblem("no-model", what, "Download the model again.")
