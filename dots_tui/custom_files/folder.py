"""The custom-files folder on disk: which files of a run are there, reading them with limits, writing them whole.

A write goes to a temporary file beside the target, which then takes its place: a reader, or a power cut, sees the
old content or the new one and nothing between.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from dots_tui.bounded_files import replace_file
from dots_tui.custom_files.encodings import wide_encoding
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.expand import expand
from dots_tui.problems import SingleCodeProblem

RUN_ENV = "run.env"
SYSTEM_ENV = "system.env"
HYPERPARAMETERS = "hyperparameters.json"
MODEL_METADATA = "model_metadata.json"
REWARD_FUNCTION = "reward_function.py"
REQUIRED = (RUN_ENV, SYSTEM_ENV, HYPERPARAMETERS, MODEL_METADATA, REWARD_FUNCTION)
"""The files a run cannot do without, in house order; worker-N.env come after system.env."""

TEMPLATES = {RUN_ENV: "template-run.env", SYSTEM_ENV: "template-system.env", "worker-2.env": "template-worker.env"}
"""What DRFC's ``defaults`` folder has in the place of the env files."""

LARGEST = 1024 * 1024
"""No file of a run is larger than this many bytes; what is, was put there by mistake."""

_STRAY = re.compile(r"\.(.+)\.[0-9a-f]{8}\.tmp")
_STRAY_SECONDS = 600.0
_WORKER = re.compile(r"worker-([1-9][0-9]{0,3})\.env")


class FolderProblem(SingleCodeProblem):
    """Something about the folder or a file in it."""

    CODE = "custom-files"


def worker_number(name: str) -> int | None:
    """The N of worker-N.env, or None for any other name."""
    match = _WORKER.fullmatch(name)
    return int(match.group(1)) if match else None


def is_env_file(name: str) -> bool:
    """Whether ``name`` is that of an env file: run.env, system.env or worker-N.env."""
    return name in (RUN_ENV, SYSTEM_ENV) or worker_number(name) is not None


def parse_env(name: str, data: bytes) -> EnvFile:
    """The env file ``name`` with the content ``data``, as that file's reader reads it."""
    return EnvFile.parse(data, literal=worker_number(name) is not None)


def house_order(name: str) -> tuple[int, int]:
    """The place of a run's file in lists, as a sort key."""
    number = worker_number(name)
    if number is not None:
        return (2, number)
    return (REQUIRED.index(name) + (0 if name in (RUN_ENV, SYSTEM_ENV) else 1), 0)


def is_run_file(name: str) -> bool:
    """Whether ``name`` is that of one of a run's files."""
    return name in REQUIRED or worker_number(name) is not None


def find_folder(start: Path) -> Path:
    """``start``/custom-files when that is a folder, else ``start``; whether it has files in it is for open to say."""
    inside = start / "custom-files"
    return inside if inside.is_dir() else start


class CustomFiles:
    """An open folder with the files of a run. Holds no content; everything is read when it is asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def open(cls, path: Path, templates: bool = False) -> CustomFiles:
        """The folder at ``path``. Raises FolderProblem when it is none, or none of a run's files is in it.

        With ``templates``, DRFC's templates of such files do as well.
        """
        files = cls(path)
        try:
            if not path.is_dir():
                what = "is not a folder" if path.exists() else "does not exist"
                raise FolderProblem(f"{path} {what}.", "Give the folder that holds run.env and the other custom files.")
            names = files.names() or (templates and set(files.others()) & set(TEMPLATES.values()))
        except OSError as error:
            raise FolderProblem(
                f"{path} cannot be opened: {_reason(error)}.", "Check the path and your rights."
            ) from error
        if not names:
            raise FolderProblem(
                f"{path} has no custom files in it ({', '.join(REQUIRED)}).",
                "Give the folder that holds them, or create new ones in dots-tui.",
            )
        return files

    def names(self) -> list[str]:
        """The run's files that exist, in house order. Raises FolderProblem when the folder cannot be listed."""
        return sorted(filter(is_run_file, self._all_names()), key=house_order)

    def others(self) -> list[str]:
        """What else is in the folder, by name. Raises FolderProblem when the folder cannot be listed."""
        return sorted(name for name in self._all_names() if not is_run_file(name))

    def _all_names(self) -> list[str]:
        try:
            return [path.name for path in self.root.iterdir()]
        except OSError as error:
            raise FolderProblem(f"{self.root} cannot be listed: {_reason(error)}.", "Check your rights.") from error

    def path(self, name: str) -> Path:
        """Where the file ``name`` is. Raises FolderProblem for anything but a plain file name."""
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            raise FolderProblem(
                f"{name!r} is not the name of a file in {self.root}.", "Give the name only, such as run.env."
            )
        return self.root / name

    def read(self, name: str) -> bytes:
        """The bytes of the file ``name``, UTF-16 text included.

        Raises FolderProblem when it is missing, unreadable, huge or binary.
        """
        path = self.path(name)
        try:
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise FolderProblem(f"{path} is a folder, not a file.", "Move it away and put the file there.")
            if not stat.S_ISREG(mode):
                raise FolderProblem(f"{path} is not a regular file.", "Move it away and put the file there.")
            with path.open("rb") as stream:
                data = stream.read(LARGEST + 1)
        except FileNotFoundError as error:
            what = "is a link to a file that does not exist" if path.is_symlink() else "does not exist"
            raise FolderProblem(f"{path} {what}.", "Create it, or copy it from another run.") from error
        except OSError as error:
            raise FolderProblem(
                f"{path} cannot be read: {_reason(error)}.", "Check the file and your rights."
            ) from error
        if len(data) > LARGEST:
            raise FolderProblem(
                f"{path} is larger than {LARGEST // 1024} KiB, which no file of a run is.", "Put the right file there."
            )
        if b"\0" in data and wide_encoding(data) is None:
            raise FolderProblem(f"{path} is a binary file, not text.", "Put the right file there.")
        return data

    def write(self, name: str, data: bytes) -> None:
        """Replace the file ``name`` by ``data`` as a whole, or create it.

        Its mode stays, and a link stays a link. Raises FolderProblem when that cannot be done; the old content is
        there unharmed then.
        """
        path = self.path(name)
        _sweep(self.root)
        try:
            _replace(Path(os.path.realpath(path)), data)
        except OSError as error:
            raise FolderProblem(f"{path} was not saved: {_reason(error)}.", _advice(error)) from error

    def env(self, name: str) -> EnvFile:
        """The env file ``name``. Raises FolderProblem as :meth:`read` does, and for UTF-16 text."""
        data = self.read(name)
        if wide_encoding(data) is not None:
            raise FolderProblem(f"{self.path(name)} is UTF-16 text, which no reader takes.", "Save it as UTF-8.")
        return parse_env(name, data)

    def values(self) -> Mapping[str, str]:
        """What the keys mean after sourcing system.env and then run.env; a file that is missing sets nothing.

        Raises FolderProblem when a file that is there cannot be read.
        """
        there = self.names()
        return expand(self.env(name) for name in (SYSTEM_ENV, RUN_ENV) if name in there)

    def value(self, key: str, default: str = "") -> str:
        """The meaning of ``key``, or ``default`` when neither file sets it."""
        return self.values().get(key, default)


def _sweep(root: Path) -> None:
    """Remove what a killed program left of its saves; one that is new may be another program's, at work."""
    with contextlib.suppress(OSError):
        for path in root.iterdir():
            stray = _STRAY.fullmatch(path.name)
            if stray and is_run_file(stray.group(1)):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime > _STRAY_SECONDS:
                    path.unlink()


def _replace(target: Path, data: bytes) -> None:
    """Put ``data`` in the place of ``target``. Raises OSError; leaves no temporary file behind."""
    replace_file(target, data, mode=_mode_to_keep(target), created=0o666)
    _sync_folder(target.parent)


def _mode_to_keep(target: Path) -> int | None:
    """The mode of ``target``, or None when it does not exist. Raises OSError when it must not be replaced."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        # Links were followed before; one that is left leads in a circle.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EEXIST, "it is a folder or a device, not a file")
    if not os.access(target, os.W_OK):
        if os.statvfs(target).f_flag & os.ST_RDONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        raise OSError(errno.EACCES, "the file is write-protected")
    return stat.S_IMODE(status.st_mode)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, on file systems that can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _advice(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "Make the folder and the file writable, or copy the folder to a place of your own."
    if error.errno == errno.EROFS:
        return "The disk is read-only: copy the folder to a place of your own."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Free some space on the disk and save again; nothing is lost so far."
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.ELOOP):
        return "Move what is there away and save again."
    return "Look at the disk and the folder, then save again."
