"""The whole loop in the app itself: the real panes and the real wiring, on the embedded cloud, without a terminal."""

from __future__ import annotations

import os
import tempfile
import time
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.milestones import Milestone
from dots_tui.demo.guide import Guide
from dots_tui.demo.session import EmbeddedCloud
from dots_tui.ui.panes.stacks.launch_board import LaunchBoard
from dots_tui.ui.panes.training.pane import TrainingPane
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from dots_tui.ui.widgets.lanes import WorkerLanes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.pilot import Pilot

    from tests.system.conftest import Traces

pytestmark = pytest.mark.system


@pytest.fixture
def traces(make_traces: Callable[[], Traces], monkeypatch: pytest.MonkeyPatch) -> Iterator[Traces]:
    """Of what this process starts. Its environment, which the cloud changes, is put back."""
    made = make_traces()
    before = dict(os.environ)
    os.environ["TMPDIR"] = str(made.folder)
    monkeypatch.setattr(tempfile, "tempdir", str(made.folder))
    yield made
    os.environ.clear()
    os.environ.update(before)


async def _until(pilot: Pilot[int], condition: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    """Wait for something that happens in threads and other processes; the app goes on meanwhile."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"in {seconds:g} s it did not come to this: {what}"
        await pilot.pause(0.05)


async def _type(pilot: Pilot[int], text: str) -> None:
    await pilot.press(*("underscore" if key == "_" else key for key in text))


@pytest.mark.timeout(240)
async def test_the_whole_loop(traces: Traces) -> None:
    cloud = EmbeddedCloud()
    try:
        os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
        workspace = make_workspace(str(cloud.folder))
        workspace.settings_file.update(address="127.0.0.1")
        guide = Guide(cloud)
        workspace.before_aws = guide.cloud_ready
        workspace.milestones.subscribe(guide.note)
        app = DotsApp(workspace, guide.line)
        async with app.run_test(size=(110, 34)) as pilot:
            await _edit(pilot, app)
            await _make_base(pilot, app)
            await _launch(pilot, app)
            await _watch(pilot, app)
            await _stop(pilot, app)
            assert "first-model has ended" in guide.line(app)
            await pilot.press("q")
        assert app.return_value == 0
    finally:
        cloud.close()
    traces.assert_nothing_left(5)


async def _edit(pilot: Pilot[int], app: DotsApp) -> None:
    await pilot.press("slash")
    await _type(pilot, "car_color")
    await pilot.press("enter", "enter")
    await _until(pilot, lambda: len(app.screen_stack) == 2, "the colours are shown")
    await pilot.press("down", "enter")
    await _until(pilot, lambda: app.workspace.unsaved() == ["run.env"], "the value is changed")
    await pilot.press("s")
    await _until(pilot, lambda: Milestone.SAVED in app.workspace.milestones, "it is saved")
    assert app.workspace.files is not None
    assert app.workspace.files.value("DR_CAR_COLOR") != "Black"


async def _make_base(pilot: Pilot[int], app: DotsApp) -> None:
    await pilot.press("3")
    await _until(pilot, lambda: app.workspace.identity is not None, "the account is known", 60)
    await pilot.press("b")
    await _until(pilot, lambda: len(app.screen_stack) == 2, "the form is shown")
    await pilot.press("enter")
    await _until(pilot, lambda: Milestone.BASE_READY in app.workspace.milestones, "the base stack is ready", 60)


async def _launch(pilot: Pilot[int], app: DotsApp) -> None:
    async def form() -> bool:
        await pilot.press("n")
        return len(app.screen_stack) == 2

    deadline = time.monotonic() + 30
    while not await form():  # the base stack is there a moment before its last event is
        assert time.monotonic() < deadline, "the form was not shown"
        await pilot.pause(0.2)
    asked = app.screen
    await pilot.press("enter")
    await _until(pilot, lambda: app.screen is not asked and app.query(LaunchBoard), "the board is shown")
    await _until(pilot, lambda: app.query("LaunchPreparation.-go"), "everything was looked at", 60)
    await pilot.press("y")
    await _until(pilot, lambda: Milestone.LAUNCHED in app.workspace.milestones, "the stack is made", 60)


async def _watch(pilot: Pilot[int], app: DotsApp) -> None:
    """Three lanes go on from episode to episode, and what they earn rises."""
    await pilot.press("4")
    await _until(pilot, lambda: app.query(WorkerLanes), "the pane is there")
    seen: dict[int, set[str]] = defaultdict(set)

    def all_go_on() -> bool:
        for lane in app.query_one(WorkerLanes).lanes:
            if lane.worker is not None and lane.episode.startswith("ep "):
                seen[lane.worker].add(lane.episode)
        return set(seen) == {0, 1, 2} and all(len(episodes) >= 3 for episodes in seen.values())

    await _until(pilot, all_go_on, "three workers drive", 90)
    await _until(pilot, lambda: _risen(_rewards(app)), "the mean reward rises", 120)
    assert Milestone.WATCHED in app.workspace.milestones


def _rewards(app: DotsApp) -> list[float]:
    """The mean rewards of the iterations."""
    watch = app.query_one(TrainingPane).run
    snapshot = watch.snapshot() if watch is not None else None
    iterations = snapshot.run.iterations if snapshot is not None else ()
    return [one.mean_reward for one in iterations if one.mean_reward is not None]


def _risen(rewards: list[float]) -> bool:
    return len(rewards) >= 3 and rewards[-1] > 1.5 * rewards[0]


async def _stop(pilot: Pilot[int], app: DotsApp) -> None:
    await pilot.press("S")
    await _until(pilot, lambda: len(app.screen_stack) == 2, "it asks")
    await pilot.press("enter")
    await _until(pilot, lambda: Milestone.STOPPED in app.workspace.milestones, "the stack is gone", 60)
    from dots_tui.aws.stacks import list_stacks

    assert [stack.kind for stack in list_stacks(app.workspace.aws())] == ["base"]
