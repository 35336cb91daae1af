"""The chart of the Training pane, with the other charts below it as clickable sparklines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from dots_tui.training.kept_runs import KeptIteration
from dots_tui.ui.panes.training import charts
from dots_tui.ui.panes.training.trail import EpisodeTrail
from dots_tui.ui.widgets.chart import Chart
from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.sparks import Sparks

if TYPE_CHECKING:
    from dots_tui.training.kept_runs import KeptRun
    from dots_tui.training.snapshot import IterationSnapshot, RunSnapshot

_CHART_ROWS = 6
"""Rows the chart keeps before sparklines get any."""


class ChartBox(Vertical):
    """The charts of a run, with another run under it if `under` is set."""

    def __init__(self) -> None:
        super().__init__(id="training-charts", classes="box")
        self.shown = charts.KINDS[0].name
        self.under: KeptRun | None = None
        self.hint = ""
        """The text in the frame while no other run is shown under this one."""
        self._run: RunSnapshot | None = None
        self._trail = EpisodeTrail()
        self._kept: tuple[tuple[IterationSnapshot, ...], tuple[KeptIteration, ...]] = ((), ())

    def compose(self) -> ComposeResult:
        yield Chart(id="training-chart")
        yield Sparks(id="training-sparks")

    def on_resize(self) -> None:
        """Show sparklines if they fit below the chart."""
        rows = max(0, min(len(charts.KINDS) - 1, self.content_size.height - _CHART_ROWS))
        self.query_one(Sparks).styles.height = rows

    def forget(self) -> None:
        """Reset the charts for another run."""
        self._run, self.under, self._trail = None, None, EpisodeTrail()
        self.query_one(Chart).series, self.query_one(Sparks).rows = (), ()

    def rewound(self) -> None:
        """Restart the episodes because the same run is played again from its start."""
        self._trail = EpisodeTrail()

    def next(self) -> None:
        """Show the next chart."""
        self.show(charts.after(self.shown))

    @on(Sparks.Chosen)
    def _chosen(self, event: Sparks.Chosen) -> None:
        event.stop()
        self.show(event.name)

    def show(self, name: str) -> None:
        """Show the chart with this name."""
        self.shown = name
        if self._run is not None:
            self.draw(self._run)

    def draw(self, run: RunSnapshot) -> None:
        """Show the current state of `run`."""
        self._run = run
        iterations, episodes = self._iterations(run), self._trail.look(run)
        kind = charts.kind_of(self.shown)
        chart = self.query_one(Chart)
        per, lines = charts.chart(kind, iterations, episodes, self.under)
        chart.empty, chart.y_range = kind.empty, kind.y_range
        chart.series = lines
        self.border_title = f"{kind.name} ─ {per}"
        self.border_subtitle = f"under: {clean(self.under.name)}" if self.under is not None else self.hint
        self.query_one(Sparks).rows = charts.sparks(self.shown, iterations, episodes)

    def _iterations(self, run: RunSnapshot) -> tuple[KeptIteration, ...]:
        """Return the iterations. Unchanged ones are the same objects, so only the others are converted."""
        before, kept = self._kept
        same = 0
        while same < min(len(before), len(run.iterations)) and before[same] is run.iterations[same]:
            same += 1
        if same < len(run.iterations) or same < len(before):
            kept = kept[:same] + tuple(KeptIteration.of(one) for one in run.iterations[same:])
            self._kept = (run.iterations, kept)
        return kept
