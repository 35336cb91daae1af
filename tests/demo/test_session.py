"""The embedded cloud as a guest: when it cannot start, nothing of it stays."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from dots_tui.custom_files.folder import FolderProblem
from dots_tui.demo import session
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
