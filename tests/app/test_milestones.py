"""The workspace announces what has happened, to whoever listens."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.app.milestones import Milestone
from dots_tui.app.workspace import Workspace
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.ui.start import make_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    create_defaults(tmp_path / "custom-files")
    return make_workspace(str(tmp_path / "custom-files"))


@pytest.fixture
def heard(workspace: Workspace) -> list[Milestone]:
    events: list[Milestone] = []
    workspace.milestones.subscribe(events.append)
    return events


def test_an_edit_and_a_save_are_announced(workspace: Workspace, heard: list[Milestone]) -> None:
    document = workspace.documents["run.env"]
    document.edit(document.data, step=True)  # nothing changes
    assert heard == []
    document.edit(document.data + b"\nDR_X=1\n", step=True)
    document.save()
    assert heard == [Milestone.EDITED, Milestone.SAVED]


def test_a_usable_base_stack_is_announced(workspace: Workspace, heard: list[Milestone]) -> None:
    workspace.stacks_listed(["base"])
    assert heard == []
    workspace.stacks_listed(["base"], base_ready=True)
    assert heard == [Milestone.BASE_READY]


def test_a_launch_is_announced_and_watched(workspace: Workspace, heard: list[Milestone]) -> None:
    workspace.launched("run-1")
    assert workspace.runs.watched == "run-1"
    assert heard == [Milestone.LAUNCHED]


def test_the_end_is_announced_when_the_stack_is_no_longer_listed(workspace: Workspace, heard: list[Milestone]) -> None:
    workspace.ended("run-1")
    workspace.stacks_listed(["run-1"])
    assert heard == []
    workspace.stacks_listed([])
    assert heard == [Milestone.STOPPED]
