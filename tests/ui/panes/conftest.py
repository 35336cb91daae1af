"""The app on a folder of its own: without a cloud, or on the loopback AWS."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from dots_tui.app.rehearsals import Rehearsals
from dots_tui.app.runs import stack_run
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.ui.panes.stacks import port as stacks_port
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from tests.cloud import aws, base, cloud, files, server, shared
from tests.ui.panes.run_feed import Machine, RunFeed
from tests.ui.panes.stacks_steps import launch

__all__ = ["aws", "base", "cloud", "files", "server", "shared"]

Until = Callable[..., Any]
_REHEARSALS = Rehearsals()


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


# -- on the loopback AWS --------------------------------------------------------------------------


@pytest.fixture
def racing(files: CustomFiles, aws: Any, monkeypatch: pytest.MonkeyPatch) -> DotsApp:
    """The app on files nothing is wrong with and on an AWS account with nothing in it."""
    # Not faster: a press of a key waits until this process, in which AWS runs as well, has nothing to do.
    monkeypatch.setattr(stacks_port, "POLL_SECONDS", 0.1)
    workspace = make_workspace(str(files.root))
    workspace._aws = aws  # clients that are made already: making them takes longer than most tests
    workspace.rehearsals = _REHEARSALS  # which have most outcomes: a rehearsal takes longer than most tests, too
    return DotsApp(workspace)


@pytest.fixture
def machine(cloud: Any, racing: DotsApp) -> Iterator[Machine]:
    """The instance that a launch makes: an SSH host with a Docker engine."""
    made = Machine(cloud)
    racing.workspace.ssh_port = made.host.port
    yield made
    made.close()


@pytest.fixture
def until() -> Until:
    """``await until(pilot, condition)``: let the app run until something that comes from a thread is there."""

    async def wait(pilot: Pilot[int], condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            await pilot.pause(0.02)
        await pilot.pause()

    return wait


@pytest.fixture(autouse=True)
def _quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_run, "STACK_SECONDS", 0.3)
    monkeypatch.setattr(stack_run, "STACK_SECONDS_CUT", 0.1)


@pytest.fixture
def training(aws: Any, base: str, files: CustomFiles, machine: Machine) -> Iterator[str]:
    """The training stack ``run-1``. When the app has been left, no thread of the watching may be left."""
    launch(aws, files)
    yield "run-1"
    names = ("run monitor", "follow ", "ssh i-", "dots-")
    for thread in threading.enumerate():
        if thread.name.startswith(names):
            thread.join(10)
            assert not thread.is_alive(), thread.name


@pytest.fixture
def feed(training: str, machine: Machine) -> RunFeed:
    """Its containers, which print what the test wants."""
    return RunFeed(machine)
