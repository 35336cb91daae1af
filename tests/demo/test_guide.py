"""The demo's line of guidance follows what has really happened."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dots_tui.app.milestones import Milestone
from dots_tui.app.workspace import Workspace
from dots_tui.demo.guide import Guide
from dots_tui.demo.session import EmbeddedCloud
from dots_tui.ui.start import make_workspace


def test_guide_waits_until_the_stack_is_no_longer_listed(tmp_path: Path) -> None:
    watching = _watching(tmp_path)
    workspace = watching[0]
    workspace.operation = "Stopping run-1"
    assert "Stopping run-1 is under way" in _line(watching)
    workspace.stacks_listed(["base", "run-1"])
    workspace.ended("run-1")
    workspace.operation = ""
    assert workspace.last_ended == ""
    assert _line(watching).startswith("Step 6 of 6")
    workspace.stacks_listed(["base", "run-1"])  # an answer from before the deletion
    assert _line(watching).startswith("Step 6 of 6")
    workspace.stacks_listed(["base"])
    line = _line(watching)
    assert line.startswith("run-1 has ended: its stack is deleted")
    assert "Next:" in line


def test_guide_names_the_pane_that_shows_an_operation(tmp_path: Path) -> None:
    watching = _watching(tmp_path)
    workspace = watching[0]
    workspace.operation = "Stopping run-1"
    assert "3 shows the stacks" in _line(watching, pane=3)
    assert "3 shows the stacks" not in _line(watching, pane=2)


def test_a_stack_that_another_program_deletes_is_no_end_of_ours(tmp_path: Path) -> None:
    watching = _watching(tmp_path)
    workspace = watching[0]
    workspace.stacks_listed(["base", "run-1"])
    workspace.stacks_listed(["base"])
    assert workspace.last_ended == ""


def _watching(folder: Path) -> tuple[Workspace, Guide]:
    """Return a workspace and the guide that listens to it, when everything but the end has happened."""
    workspace, guide = make_workspace(str(folder)), Guide(cast("EmbeddedCloud", None))
    workspace.milestones.subscribe(guide.note)
    for event in set(Milestone) - {Milestone.STOPPED}:
        workspace.milestones.announce(event)
    return workspace, guide


def _line(watching: tuple[Workspace, Guide], pane: int = 2) -> str:
    workspace, guide = watching
    app: Any = SimpleNamespace(workspace=workspace, current_pane=pane)
    return guide.line(app)
