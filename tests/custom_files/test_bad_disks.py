"""Saving on disks that are full, read-only or gone: a clear message, the old file as it was, nothing a user typed lost.

The disks are real ones: small file systems in memory where they can be mounted, and the limit the system puts on the
size of files where not.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dots_tui.custom_files.documents import ChangedOnDisk, Document
from dots_tui.custom_files.drafts import Draft, Drafts
from dots_tui.custom_files.folder import CustomFiles, FolderProblem
from dots_tui.custom_files.history import VersionHistory

SMALL = b"DR_CAR_NAME=FastCar\n"
LARGE = SMALL + b"# note\n" * 20_000
"""More than fits on the small disk."""


@contextmanager
def mounted(place: Path, options: str) -> Iterator[None]:
    """A file system in memory at ``place``; skips the test where none can be mounted."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or mount is None or umount is None:
        pytest.skip("only root may mount")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True)
    if done.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        subprocess.run([umount, "-l", str(place)], check=True)


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """No file of this process may grow over ``size`` bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


def opened(folder: Path) -> Document:
    (folder / "run.env").write_bytes(SMALL)
    (folder / "run.env").chmod(0o640)
    return Document.load(CustomFiles.open(folder), "run.env")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def assert_nothing_lost(document: Document, typed: bytes) -> None:
    """The old file is there with its mode and nothing beside it; what was typed is still in the document."""
    path = document.files.path("run.env")
    assert path.read_bytes() == SMALL
    assert path.stat().st_mode & 0o777 == 0o640
    assert names(path.parent) == ["run.env"]
    assert document.data == typed
    assert document.dirty


def test_a_full_disk(disk: Path) -> None:
    with mounted(disk, "size=64k"):
        document = opened(disk)
        document.edit(LARGE)
        with pytest.raises(FolderProblem, match=r"not saved: No space left.*Free some space.*nothing is lost"):
            document.save()
        assert_nothing_lost(document, LARGE)
        document.edit(SMALL + b"# less\n")
        document.save()
        assert (disk / "run.env").read_bytes() == SMALL + b"# less\n"


def test_a_limit_on_the_size_of_files(disk: Path) -> None:
    document = opened(disk)
    document.edit(LARGE)
    with no_file_over(4096), pytest.raises(FolderProblem, match="not saved: File too large"):
        document.save()
    assert_nothing_lost(document, LARGE)
    document.save()
    assert (disk / "run.env").read_bytes() == LARGE


def test_a_read_only_disk(disk: Path) -> None:
    with mounted(disk, "size=64k"):
        document = opened(disk)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        document.edit(SMALL + b"# more\n")
        with pytest.raises(FolderProblem, match=r"not saved: Read-only file system.*copy the folder"):
            document.save()
        assert_nothing_lost(document, SMALL + b"# more\n")


def test_a_folder_that_vanished_and_came_back(disk: Path) -> None:
    document = opened(disk)
    document.edit(SMALL + b"# more\n")
    away = disk.with_name("away")
    disk.rename(away)
    assert document.changed_on_disk()
    with pytest.raises(ChangedOnDisk):
        document.save()
    with pytest.raises(FolderProblem, match="not saved: No such file or directory"):
        document.save(force=True)
    with pytest.raises(FolderProblem, match="cannot be listed"):
        document.files.names()
    assert document.data == SMALL + b"# more\n"
    away.rename(disk)
    document.save()
    assert (disk / "run.env").read_bytes() == SMALL + b"# more\n"


def test_a_folder_in_the_place_of_the_file(disk: Path) -> None:
    document = opened(disk)
    document.edit(SMALL + b"# more\n")
    (disk / "run.env").unlink()
    (disk / "run.env").mkdir()
    with pytest.raises(ChangedOnDisk):
        document.save()
    with pytest.raises(FolderProblem, match="it is a folder or a device"):
        document.save(force=True)
    assert document.data == SMALL + b"# more\n"
    assert names(disk) == ["run.env"]


def test_a_linked_file_keeps_link_and_mode(disk: Path, tmp_path: Path) -> None:
    document = opened(disk)
    target = tmp_path / "shared.env"
    (disk / "run.env").rename(target)
    (disk / "run.env").symlink_to(target)
    document.edit(SMALL + b"# more\n")
    document.save()
    assert (disk / "run.env").is_symlink()
    assert target.read_bytes() == SMALL + b"# more\n"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_change_of_another_program_while_saving_is_seen_afterwards(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = opened(disk)
    document.edit(SMALL + b"# mine\n")
    write = CustomFiles.write

    def and_then_theirs(self: CustomFiles, name: str, data: bytes) -> None:
        write(self, name, data)
        (disk / name).write_bytes(b"# theirs\n")

    monkeypatch.setattr(CustomFiles, "write", and_then_theirs)
    document.save()
    monkeypatch.undo()
    assert document.saved == SMALL + b"# mine\n"
    assert document.news_on_disk()
    document.edit(SMALL + b"# mine again\n")
    with pytest.raises(ChangedOnDisk):
        document.save()
    assert (disk / "run.env").read_bytes() == b"# theirs\n"


def test_a_draft_that_does_not_fit_leaves_the_one_before(disk: Path, tmp_path: Path) -> None:
    drafts = Drafts(disk / "drafts")
    first = Draft("run.env", SMALL, SMALL + b"# one\n", 1.0)
    drafts.keep(tmp_path, first)
    with no_file_over(4096), pytest.raises(OSError, match="File too large"):
        drafts.keep(tmp_path, Draft("run.env", SMALL, LARGE, 2.0))
    assert drafts.find(tmp_path, "run.env") == first
    assert len(list((disk / "drafts").iterdir())) == 1


def test_a_version_that_does_not_fit_leaves_the_ones_before(disk: Path, tmp_path: Path) -> None:
    history = VersionHistory(disk / "history")
    history.keep(tmp_path, "run.env", b"one")
    with no_file_over(4096), pytest.raises(OSError, match="File too large"):
        history.keep(tmp_path, "run.env", LARGE)
    (version,) = history.versions(tmp_path, "run.env")
    assert version.read() == b"one"
    assert names(version.path.parent) == [version.path.name]
