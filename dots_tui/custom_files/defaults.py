"""The default custom files of a new racer: a complete run that only needs launching."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dots_tui.config.packaged_data import data_folder
from dots_tui.custom_files.folder import CustomFiles, FolderProblem


def default_files() -> Mapping[str, bytes]:
    """The packaged files by name, README.md included. Raises FileNotFoundError in a broken installation."""
    folder = data_folder("custom-files")
    paths = (path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith("."))
    return {path.name: path.read_bytes() for path in paths}


def create_defaults(target: Path) -> CustomFiles:
    """Put the default files into ``target``, creating the folder; files that are there stay as they are.

    Raises FolderProblem when the folder or a file cannot be written.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderProblem(
            f"{target} cannot be created: {error.strerror}. Choose a place where you may write."
        ) from error
    files = CustomFiles(target)
    for name, data in default_files().items():
        # A link that leads nowhere does not "exist", but it is there.
        if not files.path(name).is_symlink() and not files.path(name).exists():
            files.write(name, data)
    return CustomFiles.open(target)
