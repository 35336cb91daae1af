"""The chart of the Training pane: one of several, the others below it as sparklines that can be clicked."""

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
    """Draws a run, and under it another one when ``under`` is set."""

    def __init__(self) -> None:
        super().__init__(id="training-charts", classes="box")
        self.shown = charts.KINDS[0].name
        self.under: KeptRun | None = None
        self.hint = ""
        """What stands in the frame while no other run lies under this one."""
        self._run: RunSnapshot | None = None
        self._trail = EpisodeTrail()
        self._kept: tuple[tuple[IterationSnapshot, ...], tuple[KeptIteration, ...]] = ((), ())

    def compose(self) -> ComposeResult:
        yield Chart(id="training-chart")
        yield Sparks(id="training-sparks")

    def on_resize(self) -> None:
        """Sparklines where there is room for them and the chart."""
        rows = max(0, min(len(charts.KINDS) - 1, self.content_size.height - _CHART_ROWS))
        self.query_one(Sparks).styles.height = rows

    def forget(self) -> None:
        """Another run is watched from now on."""
        self._run, self.under, self._trail = None, None, EpisodeTrail()
        self.query_one(Chart).series, self.query_one(Sparks).rows = (), ()

    def rewound(self) -> None:
        """The same run from its start again: its episodes come once more."""
        self._trail = EpisodeTrail()

    def next(self) -> None:
        """Show the chart that comes next."""
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
        """Show how it is with ``run`` now."""
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
        """Iterations that have not changed are the same objects again: only others are looked at."""
        before, kept = self._kept
        same = 0
        while same < min(len(before), len(run.iterations)) and before[same] is run.iterations[same]:
            same += 1
        if same < len(run.iterations) or same < len(before):
            kept = kept[:same] + tuple(KeptIteration.of(one) for one in run.iterations[same:])
            self._kept = (run.iterations, kept)
        return kept
