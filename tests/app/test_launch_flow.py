"""The suggested choices of a launch."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.app.launch_flow import preset
from dots_tui.app.workspace import Workspace
from dots_tui.aws import gpu_types
from dots_tui.config.settings import Folders, SettingsFile
from dots_tui.custom_files.defaults import create_defaults


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("DOTS_TUI_HOME", str(tmp_path / "home"))
    create_defaults(tmp_path / "custom-files")
    folders = Folders.of_user()
    workspace = Workspace(folders, SettingsFile.load(folders))
    workspace.open_folder(tmp_path / "custom-files")
    return workspace


def test_suggested_type_carries_the_workers_of_the_packaged_files(workspace: Workspace) -> None:
    assert workspace.files is not None
    choices = preset(workspace, ["base"], set(), 60)
    assert gpu_types.workers(choices.instance_type) >= int(workspace.files.value("DR_WORKERS"))
    assert choices.instance_type in gpu_types.TYPES


def test_type_of_the_last_launch_is_suggested_again(workspace: Workspace) -> None:
    workspace.settings_file.update(instance_type="g5.2xlarge", base_stack="gone")
    choices = preset(workspace, ["base", "other"], {"first-model"}, 90)
    assert (choices.base, choices.instance_type, choices.ttl_minutes) == ("base", "g5.2xlarge", 90)


@pytest.mark.parametrize(
    ("wanted", "suggested"),
    [
        ("1", "g4dn.2xlarge"),
        ("2", "g4dn.2xlarge"),
        ("3", "g4dn.4xlarge"),
        ("99", "g4dn.8xlarge"),
        ("x", "g4dn.2xlarge"),
    ],
)
def test_cheapest_type_for_the_workers_is_suggested(wanted: str, suggested: str) -> None:
    assert gpu_types.suggested(wanted) == suggested
