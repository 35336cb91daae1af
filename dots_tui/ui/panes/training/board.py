"""The part of the Training pane above the log: verdict, workers, track and charts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from dots_tui.ui.panes.training import view
from dots_tui.ui.panes.training.chart_box import ChartBox
from dots_tui.ui.panes.training.head import gauges_line
from dots_tui.ui.panes.training.lanes import lanes
from dots_tui.ui.panes.training.replay_line import ReplayLine
from dots_tui.ui.panes.training.run_line import RunLine
from dots_tui.ui.panes.training.track_outline import TrackOutline
from dots_tui.ui.panes.training.verdict_line import VerdictLine
from dots_tui.ui.widgets.glyphs import ascii_only
from dots_tui.ui.widgets.lanes import WorkerLanes
from dots_tui.ui.widgets.track_map import TrackMap

if TYPE_CHECKING:
    from dots_tui.app.runs.run import Run
    from dots_tui.remote.gauges import Gauges
    from dots_tui.training.snapshot import RunSnapshot

WIDE = 100
"""Columns from which on everything is shown side by side (the app's breakpoint)."""


class TrainingBoard(Vertical):
    """The view of a `Run`. It makes no requests."""

    def __init__(self) -> None:
        super().__init__(id="training-board")
        self._outline = TrackOutline()

    def compose(self) -> ComposeResult:
        yield RunLine()
        yield VerdictLine()
        with Horizontal(id="training-top"):
            yield WorkerLanes(id="training-lanes", classes="box")
            yield TrackMap(id="training-map", classes="box")
            yield ChartBox()
        yield Static(id="training-policy", classes="line")
        yield Static(id="training-gauges", classes="line")
        yield ReplayLine()

    def on_mount(self) -> None:
        self.query_one(WorkerLanes).border_title = "workers"
        self.query_one(WorkerLanes).empty = "No worker has been seen yet."
        self.query_one("#training-gauges").add_class("-none")

    def on_resize(self) -> None:
        """Show the key of the hidden column in the frames."""
        folded = self.app.size.width < WIDE
        self.query_one(WorkerLanes).border_subtitle = "v track and charts" if folded else ""
        self.query_one(ChartBox).hint = "v workers" if folded else ""

    def forget(self) -> None:
        """Reset the view for another run."""
        self._outline = TrackOutline()
        self.query_one(ChartBox).forget()

    def rewound(self) -> None:
        """Restart the charts because the run is played again from its start."""
        self.query_one(ChartBox).rewound()

    def draw(self, run: Run) -> None:
        """Show the current state of `run`."""
        snapshot, now, plain = run.snapshot(), datetime.now(timezone.utc), ascii_only(self.app)
        self.query_one(RunLine).draw(run, now)
        self.query_one(VerdictLine).draw(run.verdict(now, plain))
        self.query_one(ReplayLine).draw()
        if snapshot is None:
            return
        self.query_one("#training-policy", Static).update(Text(view.policy_line(snapshot.run, plain)))
        self._gauges(None if run.ended else snapshot.gauges, plain)
        self.query_one(WorkerLanes).set_lanes(lanes(snapshot.run, ended=bool(run.ended)))
        self.query_one(ChartBox).draw(snapshot.run)
        self._outline.draw(self.query_one(TrackMap), self._on_one_track(snapshot.run))

    def _on_one_track(self, run: RunSnapshot) -> RunSnapshot:
        """Return the run for the map: on the selected worker's track, if the workers drive different ones."""
        selected = self.query_one(WorkerLanes).selected
        world = next((worker.world for worker in run.workers if worker.container == selected and worker.world), None)
        return run if world in (None, run.world) else replace(run, world=world)

    def _gauges(self, gauges: Gauges | None, plain: bool) -> None:
        line = self.query_one("#training-gauges", Static)
        text = gauges_line(gauges, self.size.width - 2, plain)
        line.set_class(not text, "-none")
        line.update(text)
