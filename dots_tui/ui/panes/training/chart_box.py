"""The charts of the Training pane, and the comparison with an earlier run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical

from dots_tui.app.blocking import in_thread
from dots_tui.app.runs.comparison import label, log_names, run_of_logs, runs_to_compare, wrong_logs
from dots_tui.training.kept_runs import KeptIteration
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.training import charts
from dots_tui.ui.panes.training.run_part import RunPart, needs_run
from dots_tui.ui.panes.training.trail import EpisodeTrail
from dots_tui.ui.widgets.chart import Chart
from dots_tui.ui.widgets.dialogs import Choose, Prompt
from dots_tui.ui.widgets.glyphs import clean
from dots_tui.ui.widgets.sparks import Sparks

if TYPE_CHECKING:
    from dots_tui.training.kept_runs import KeptRun
    from dots_tui.training.snapshot import IterationSnapshot, RunSnapshot

_CHART_ROWS = 6
"""Rows the chart keeps before sparklines get any."""
_NOTHING, _LOGS = "nothing", "logs"


CHART_COMMANDS = (
    Command(
        "training.chart",
        "Next chart",
        "Cycle the chart: progress, reward, best lap, entropy, KL divergence.",
        "g",
        "chart",
        needs=needs_run,
    ),
    Command(
        "training.compare",
        "Compare",
        "Show an earlier run in the charts: one watched before, or one read from log files.",
        "c",
        "compare",
        needs=needs_run,
    ),
)


class ChartBox(RunPart, Vertical):
    """One chart of a run, the others below it as clickable sparklines. `under` is another run to compare with."""

    ACTIONS = CHART_COMMANDS

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

    def action_chart(self) -> None:
        self.show(charts.after(self.shown))

    @on(Sparks.SparkChosen)
    def _chosen(self, event: Sparks.SparkChosen) -> None:
        event.stop()
        self.show(event.name)

    def show(self, name: str) -> None:
        """Show the chart with this name."""
        self.shown = name
        if self._run is not None:
            self.draw(self._run)

    @work
    async def action_compare(self) -> None:
        state, run = self.workspace.folders.state, self.run
        saved = await in_thread(lambda: runs_to_compare(state, run), name="kept-runs")
        options = [
            *((str(index), label(one)) for index, one in enumerate(saved)),
            (_LOGS, "a recorded run: its logs …"),
        ]
        if self.under is not None:
            options.insert(0, (_NOTHING, f"nothing any more (now: {self.under.name})"))
        value = await self.app.push_screen_wait(Choose("Lay a run under the charts", options))
        if value == _LOGS:
            await self._compare_with_logs()
        elif value is not None:
            self._lay_under(None if value == _NOTHING else saved[int(value)])

    async def _compare_with_logs(self) -> None:
        question = "Its log files (robomaker and algo), with spaces between"
        value = await self.app.push_screen_wait(Prompt("Compare with a recorded run", question, "", wrong_logs))
        if value is None:
            return
        self.notify("Reading the logs …", title="Compare", timeout=3)
        try:
            run = await in_thread(lambda: run_of_logs(log_names(value)), name="read-logs")
        except Exception as error:  # noqa: BLE001 - whatever a file does to its reader; it is shown
            self.notify(str(error), title="Compare", severity="error", timeout=10)
            return
        if run.iterations:
            self._lay_under(run)
        else:
            self.notify("No iteration was found in these files.", title="Compare", severity="warning")

    def _lay_under(self, run: KeptRun | None) -> None:
        self.under = run
        self.show(self.shown)

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
