"""The embedded cloud as a guest: when it cannot start, nothing of it stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from dots_tui.custom_files.folder import FolderProblem
from dots_tui.demo import left_over, session
from dots_tui.demo.session import DemoProblem, EmbeddedCloud


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_files_that_cannot_be_made(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(target: Path) -> None:
        raise FolderProblem(f"{target} cannot be created: no room. Make some.")

    monkeypatch.setattr(session, "create_defaults", refuse)
    with pytest.raises(DemoProblem, match="Make some"):
        EmbeddedCloud()
    assert list(temporary.iterdir()) == []


def test_no_folder_to_be_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DemoProblem, match="nowhere"):
        EmbeddedCloud()


def test_a_cloud_that_does_not_come_up_says_why(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    cloud = EmbeddedCloud()
    with pytest.raises(DemoProblem, match="did not start"):
        cloud.wait()
    cloud.close()
    cloud.close()
    assert list(temporary.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DemoProblem, match=r"pip install 'dots-tui\[demo\]'"):
        EmbeddedCloud()


KILLED = """
import os, signal, sys
from dots_tui.demo import session
def killed(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
{patch}
session.EmbeddedCloud()
"""


@pytest.mark.parametrize(
    "patch",
    ["session.create_defaults = killed", "session.Path.mkdir = killed"],
    ids=["behind the folder", "before the folder"],
)
def test_killed_while_it_makes_its_folder_nothing_stays(tmp_path: Path, patch: str) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    program = [sys.executable, "-c", KILLED.replace("{patch}", patch)]
    assert subprocess.run(program, env=environment, check=False, timeout=60).returncode == -signal.SIGKILL
    deadline = time.monotonic() + 60
    while list(tmp_path.iterdir()):
        assert time.monotonic() < deadline, list(tmp_path.iterdir())
        time.sleep(0.05)


def test_who_is_gone_before_the_cloud_is_up_is_noticed_at_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "custom-files").mkdir(parents=True)
    program = [sys.executable, "-m", "dots_tui.demo.cloud", str(home)]
    ended = subprocess.run(program, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert not home.exists()


def test_a_folder_somebody_still_writes_in_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "user").mkdir(parents=True)
    removed: list[object] = []
    really = shutil.rmtree

    def written_meanwhile(folder: Path, ignore_errors: bool = False) -> None:
        removed.append(folder)
        really(folder, ignore_errors=ignore_errors)
        if len(removed) < 3:
            (home / "user").mkdir(parents=True)

    monkeypatch.setattr(shutil, "rmtree", written_meanwhile)
    left_over.remove(home)
    assert len(removed) == 3
    assert not home.exists()
