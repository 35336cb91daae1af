"""What the tests of the Training pane do again and again."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Static

from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.training.pane import TrainingPane
from dots_tui.ui.widgets.lanes import WorkerLanes
from tests.ui.panes.run_feed import RunFeed
from tests.ui.panes.stacks_steps import Until

SIZE = (118, 36)
PROGRESS = (10, 14, 22, 35, 48, 61)


async def show(pilot: Pilot[int], until: Until) -> TrainingPane:
    """Go to the pane, which finds the run by itself, and wait for the connection."""
    await pilot.press("4")
    await pilot.pause()
    pane = pilot.app.pane  # type: ignore[attr-defined]
    assert isinstance(pane, TrainingPane)
    await until(pilot, lambda: state(pane) == "connected")
    return pane


def state(pane: TrainingPane) -> str:
    """Of the transport."""
    snapshot = pane.run.snapshot() if pane.run is not None else None
    return snapshot.transport.state if snapshot is not None else ""


def text(pane: Pane, name: str) -> str:
    """What stands in a line of the pane."""
    return str(pane.query_one(f"#training-{name}", Static).render())


async def drive(pilot: Pilot[int], pane: TrainingPane, feed: RunFeed, until: Until) -> None:
    """Six iterations and a seventh under way; wait until the pane shows all of it."""
    feed.start()
    for number, percent in enumerate(PROGRESS):
        feed.iteration(number, percent)
    feed.restore(6)
    feed.episode(1, [50, 100], status="lap_complete")
    feed.episode(1, [10, 24], done=False)
    feed.episode(2, [10, 47], done=False)
    feed.episode(0, [10, 20])
    feed.evaluation()
    await until(pilot, lambda: len(spool(pane)) == feed.lines)
    lanes = pane.query_one(WorkerLanes)
    await until(pilot, lambda: [lane.episode for lane in lanes.lanes] == ["1/2", "ep 14", "ep 13"])
    await until(pilot, lambda: [lane.progress for lane in lanes.lanes] == [None, 24, 47])


def spool(pane: TrainingPane) -> list[str]:
    """Every line that came in."""
    assert pane.run is not None
    lines = pane.run.spool
    assert lines is not None
    return [line.text for line in lines.lines(0, len(lines))]
