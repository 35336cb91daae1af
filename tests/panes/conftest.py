"""The app on a folder of its own, without a cloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import TextArea

from dots_tui.app import DotsApp
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.start import make_workspace


@pytest.fixture(autouse=True)
def _steady_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TextArea, "cursor_blink", False, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A custom-files folder with the defaults."""
    create_defaults(tmp_path / "custom-files")
    return tmp_path / "custom-files"


@pytest.fixture
def app(folder: Path) -> DotsApp:
    """The app on that folder. Asking AWS fails at once: there is no cloud."""
    workspace = make_workspace(str(folder))
    workspace.before_aws = _no_cloud
    return DotsApp(workspace)


def _no_cloud() -> int:
    raise RuntimeError("no cloud in this test")
