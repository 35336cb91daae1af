"""The folder on disk: what is listed, read with limits, written as a whole, and what is said when it fails."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from dots_tui.custom_files.folder import REQUIRED, CustomFiles, FolderProblem, find_folder

ROOT = os.geteuid() == 0


@pytest.fixture
def files(tmp_path: Path) -> CustomFiles:
    (tmp_path / "run.env").write_bytes(b"DR_X=$DR_Y/a\nDR_Y=run\n")
    (tmp_path / "system.env").write_bytes(b"DR_Y=system\n")
    return CustomFiles.open(tmp_path)


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name not in ("run.env", "system.env")]


def test_files_are_listed_in_house_order(tmp_path: Path) -> None:
    for name in ("worker-10.env", "worker-2.env", *reversed(REQUIRED), "README.md", "worker-x.env", "worker-02.env"):
        (tmp_path / name).write_bytes(b"")
    assert CustomFiles.open(tmp_path).names() == [
        "run.env",
        "system.env",
        "worker-2.env",
        "worker-10.env",
        "hyperparameters.json",
        "model_metadata.json",
        "reward_function.py",
    ]


def test_values_are_those_of_both_files(files: CustomFiles) -> None:
    assert files.values() == {"DR_Y": "run", "DR_X": "system/a"}
    assert files.value("DR_X") == "system/a"
    assert files.value("DR_NOPE") == ""
    assert files.value("DR_NOPE", "x") == "x"
    assert files.env("system.env").get("DR_Y") == "system"


def test_values_do_without_a_missing_file(files: CustomFiles) -> None:
    (files.root / "system.env").unlink()
    assert files.values() == {"DR_Y": "run", "DR_X": "/a"}


def test_the_folder_is_found_inside_or_is_the_place_itself(tmp_path: Path) -> None:
    assert find_folder(tmp_path) == tmp_path
    (tmp_path / "custom-files").write_bytes(b"")
    assert find_folder(tmp_path) == tmp_path
    (tmp_path / "custom-files").unlink()
    (tmp_path / "custom-files").mkdir()
    assert find_folder(tmp_path) == tmp_path / "custom-files"


def test_no_folder_is_a_problem_that_says_which(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderProblem, match=r"nowhere does not exist\. Give the folder"):
        CustomFiles.open(tmp_path / "nowhere")
    with pytest.raises(FolderProblem, match=r"file is not a folder\. Give the folder"):
        CustomFiles.open(tmp_path / "file")
    with pytest.raises(FolderProblem, match=r"has no custom files in it"):
        CustomFiles.open(tmp_path)


@pytest.mark.parametrize("data", [b"", b"DR_X=1\r\n", b"\xef\xbb\xbfDR_X=1\n", b"\xff\xfe"])
def test_any_text_is_read_as_it_is(files: CustomFiles, data: bytes) -> None:
    (files.root / "run.env").write_bytes(data)
    assert files.read("run.env") == data


def test_what_cannot_be_read_says_why(files: CustomFiles) -> None:
    with pytest.raises(FolderProblem, match=r"reward_function\.py does not exist\. Create it"):
        files.read("reward_function.py")
    (files.root / "hyperparameters.json").mkdir()
    with pytest.raises(FolderProblem, match="is a folder, not a file"):
        files.read("hyperparameters.json")
    (files.root / "run.env").write_bytes(b"x" * (1024 * 1024 + 1))
    with pytest.raises(FolderProblem, match="larger than 1024 KiB"):
        files.read("run.env")
    (files.root / "run.env").write_bytes(b"x" * (1024 * 1024))
    assert len(files.read("run.env")) == 1024 * 1024
    (files.root / "run.env").write_bytes(b"DR_X=\0")
    with pytest.raises(FolderProblem, match="binary file"):
        files.read("run.env")
    (files.root / "model_metadata.json").symlink_to("gone")
    with pytest.raises(FolderProblem, match="link to a file that does not exist"):
        files.read("model_metadata.json")
    os.mkfifo(files.root / "reward_function.py")
    with pytest.raises(FolderProblem, match="not a regular file"):
        files.read("reward_function.py")


@pytest.mark.skipif(ROOT, reason="root may read everything")
def test_a_file_without_rights_says_so(files: CustomFiles) -> None:
    (files.root / "run.env").chmod(0)
    with pytest.raises(FolderProblem, match="Permission denied"):
        files.read("run.env")


@pytest.mark.parametrize("name", ["", ".", "..", "../run.env", "/etc/passwd", "a/b", "a\0b"])
def test_only_names_in_the_folder_are_touched(files: CustomFiles, name: str) -> None:
    with pytest.raises(FolderProblem, match="is not the name of a file in"):
        files.read(name)
    with pytest.raises(FolderProblem, match="is not the name of a file in"):
        files.write(name, b"")


def test_a_write_replaces_the_file_and_keeps_its_mode(files: CustomFiles) -> None:
    path = files.root / "run.env"
    path.chmod(0o640)
    before = path.stat().st_ino
    files.write("run.env", b"DR_X=2\n")
    assert path.read_bytes() == b"DR_X=2\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.stat().st_ino != before
    assert left_over(files.root) == []


def test_a_new_file_gets_the_usual_mode(files: CustomFiles) -> None:
    files.write("worker-2.env", b"DR_X=2\n")
    plain = files.root / "plain"
    plain.write_bytes(b"")
    assert (files.root / "worker-2.env").stat().st_mode == plain.stat().st_mode


def test_a_link_stays_a_link(files: CustomFiles, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "shared.env"
    elsewhere.write_bytes(b"DR_X=1\n")
    path = files.root / "worker-2.env"
    path.symlink_to(elsewhere)
    files.write("worker-2.env", b"DR_X=2\n")
    assert path.is_symlink()
    assert elsewhere.read_bytes() == b"DR_X=2\n"
    assert [p.name for p in elsewhere.parent.iterdir()] == ["shared.env"]


def test_links_in_a_circle_are_refused(files: CustomFiles) -> None:
    (files.root / "worker-2.env").symlink_to("worker-3.env")
    (files.root / "worker-3.env").symlink_to("worker-2.env")
    with pytest.raises(FolderProblem, match=r"worker-2\.env"):
        files.read("worker-2.env")
    with pytest.raises(FolderProblem, match="was not saved"):
        files.write("worker-2.env", b"")


def test_a_folder_in_the_place_of_a_file_is_left_alone(files: CustomFiles) -> None:
    (files.root / "worker-2.env").mkdir()
    with pytest.raises(FolderProblem, match=r"it is a folder or a device, not a file\. Move what is there"):
        files.write("worker-2.env", b"")


@pytest.mark.skipif(ROOT, reason="root may write everywhere")
def test_a_write_protected_folder_or_file_says_so(files: CustomFiles) -> None:
    (files.root / "run.env").chmod(0o444)
    with pytest.raises(FolderProblem, match=r"write-protected\. Make the folder and the file writable"):
        files.write("run.env", b"")
    files.root.chmod(0o555)
    try:
        with pytest.raises(FolderProblem, match=r"Permission denied\. Make the folder and the file writable"):
            files.write("system.env", b"")
    finally:
        files.root.chmod(0o755)


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space on the disk"),
        (errno.EDQUOT, "Free some space on the disk"),
        (errno.EROFS, "The disk is read-only"),
        (errno.EACCES, "Make the folder and the file writable"),
        (errno.EIO, "Look at the disk"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "fchmod"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    files: CustomFiles, monkeypatch: pytest.MonkeyPatch, number: int, advice: str, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    before = files.read("run.env")
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(FolderProblem, match=f"was not saved: {os.strerror(number)}. {advice}"):
        files.write("run.env", b"new")
    assert files.read("run.env") == before
    assert left_over(files.root) == []


def test_an_interrupt_leaves_no_temporary_file(files: CustomFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write("run.env", b"new")
    assert left_over(files.root) == []


def test_only_regular_files_are_replaced(files: CustomFiles) -> None:
    os.mkfifo(files.root / "pipe")
    (files.root / "worker-2.env").symlink_to("pipe")
    with pytest.raises(FolderProblem, match="not a regular file"):
        files.read("worker-2.env")
    with pytest.raises(FolderProblem, match="was not saved: it is a folder or a device"):
        files.write("worker-2.env", b"x")
    assert (files.root / "pipe").is_fifo()
