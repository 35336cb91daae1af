"""The Training pane: the selected run at a glance. It composes its parts and draws snapshots on a timer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher

from dots_tui.app.milestones import Milestone
from dots_tui.app.runs.news import RunNews
from dots_tui.spool.store import SpoolProblem
from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.training.board import WIDE, TrainingBoard
from dots_tui.ui.panes.training.chart_box import ChartBox
from dots_tui.ui.panes.training.empty_run import EmptyRun
from dots_tui.ui.panes.training.head import transport_line
from dots_tui.ui.panes.training.log import TrainingLog
from dots_tui.ui.panes.training.replay_line import ReplayLine
from dots_tui.ui.panes.training.run_line import RunLine
from dots_tui.ui.panes.training.run_part import RunPart, needs_run
from dots_tui.ui.panes.training.verdict_line import VerdictLine
from dots_tui.ui.widgets.glyphs import ascii_only
from dots_tui.ui.widgets.lanes import WorkerLanes
from dots_tui.ui.widgets.log_messages import LogSourceShown
from dots_tui.ui.widgets.log_view import LogView

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from dots_tui.app.runs.run import Run
    from dots_tui.app.runs.snapshot import MonitorSnapshot

_FRAME = 0.25
_LEAVING_SECONDS = 1.0


def _needs_narrow(part: RunPart) -> str:
    wide = part.app.size.width >= WIDE  # type: ignore[attr-defined]
    return needs_run(part) or ("the charts are beside the workers already" if wide else "")


_HELP = (
    "One training, live over SSH: its workers, their rewards, where cars leave the track, the trainer, and the "
    "log of all containers. A lost connection is restored without losing lines. You can close the terminal: the "
    "training continues until its time to live ends. A recorded run (dots-tui replay LOG ...) opens at its end; "
    "K plays it from the start."
)
TRAINING_COMMANDS = (
    *LogView.ACTIONS,
    *TrainingLog.ACTIONS,
    Command("training.zoom", "Zoom", "Show only the log, or everything.", "z", "zoom", show=False, needs=needs_run),
    Command(
        "training.charts",
        "Charts",
        "Switch between workers and charts in a narrow terminal.",
        "v",
        "charts",
        show=False,
        needs=_needs_narrow,
    ),
    *ChartBox.ACTIONS,
    *VerdictLine.ACTIONS,
    *RunLine.ACTIONS,
    *ReplayLine.ACTIONS,
)


class TrainingPane(RunPart, Pane):
    """Workers, track, charts and log of the selected run."""

    TITLE = "Training"
    HELP_TEXT = _HELP
    PARTS = (LogView, TrainingLog, ChartBox, VerdictLine, RunLine, ReplayLine)
    ACTIONS = TRAINING_COMMANDS
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._shown: Run | None = None
        self._news: dict[str, RunNews] = {}

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="training-empty"):
            yield EmptyRun()
            with Vertical(id="training-run"):
                yield TrainingBoard()
                yield TrainingLog()

    def on_mount(self) -> None:
        self.workspace.runs.listen(self._runs_changed)
        self.set_interval(_FRAME, self._draw)

    def on_unmount(self) -> None:
        self.workspace.runs.close(_LEAVING_SECONDS)

    def shown(self) -> None:
        if self.run is None:
            self.query_one(EmptyRun).look()
        self._follow()
        if self.run is not None:
            self.training_log.log_view.lines.focus()
        else:
            self.focus()

    # -- the run ----------------------------------------------------------------------------------

    def _runs_changed(self) -> None:
        """Draw soon. Called in any thread."""
        self.call_later(self._draw)

    def _follow(self) -> None:
        """Show the selected run if it is not the one shown."""
        run = self.run
        if run is self._shown:
            return
        if run is not None:
            try:
                self.workspace.runs.start(run)
            except SpoolProblem as problem:
                self.notify(str(problem), title=f"{run.name} cannot be watched", severity="error", timeout=15)
                return
        self._shown = run
        self.query_one(TrainingBoard).forget()
        self.training_log.follow(run.spool if run is not None else None)
        self.query_one(ContentSwitcher).current = "training-run" if run is not None else "training-empty"
        self.workspace.runs.close_ended()
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if self.display:
            self._follow()
        run = self._shown
        if run is None:
            return
        snapshot = run.snapshot()
        if snapshot is not None:
            self._note(run, snapshot)
        if run.spool is not None and self.training_log.spool is not run.spool:  # a recording that went back
            self.training_log.go_on_with(run.spool)
            self.query_one(TrainingBoard).rewound()
        if self.display:
            self.query_one(TrainingBoard).draw(run)
            self.training_log.draw(snapshot.run if snapshot is not None else None)

    def _note(self, run: Run, snapshot: MonitorSnapshot) -> None:
        """Show the state of the connection and what is new."""
        line = transport_line(run.transport, ascii_only(self.app)) if run.transport is not None else ""
        self.host.set_status("transport", line)
        if any(worker.steps for worker in snapshot.run.workers):
            self.workspace.milestones.announce(Milestone.WATCHED)
        for notice in self._news.setdefault(run.key, RunNews()).look(run, snapshot):
            severity: SeverityLevel = "warning" if notice.warns else "information"
            self.notify(notice.text, title=notice.title, severity=severity, timeout=12)

    # -- the parts --------------------------------------------------------------------------------

    @property
    def training_log(self) -> TrainingLog:
        """The log."""
        return self.query_one(TrainingLog)

    def action_zoom(self) -> None:
        self.toggle_class("-zoom")

    def action_charts(self) -> None:
        self.toggle_class("-charts")

    def key_escape(self) -> None:
        """Close the line for typing, else end the filters, else the zoom."""
        if not self.training_log.clear():
            self.remove_class("-zoom")

    @on(LogSourceShown)
    def _select_worker(self, event: LogSourceShown) -> None:
        self.query_one(WorkerLanes).selected = event.source

    @on(WorkerLanes.WorkerSelected)
    def _show_worker(self, event: WorkerLanes.WorkerSelected) -> None:
        self.training_log.show_source(event.key)
