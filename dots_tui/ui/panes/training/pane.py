"""The Training pane: one look tells how a run is doing. It draws snapshots; the monitor does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher, Static

from dots_tui.app.blocking import in_thread
from dots_tui.app.milestones import Milestone
from dots_tui.app.runs import snapshot as words
from dots_tui.app.runs.stack_run import newest_training
from dots_tui.spool.store import SpoolProblem
from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.training import head as view
from dots_tui.ui.panes.training.board import TrainingBoard
from dots_tui.ui.panes.training.commands import RUN_COMMANDS, RunActions
from dots_tui.ui.panes.training.log import TrainingLog
from dots_tui.ui.panes.training.log_commands import LOG_COMMANDS, LogActions
from dots_tui.ui.panes.training.replay_commands import REPLAY_COMMANDS, ReplayActions
from dots_tui.ui.panes.training.replay_line import ReplayLine
from dots_tui.ui.widgets.glyphs import ascii_only
from dots_tui.ui.widgets.lanes import WorkerLanes

if TYPE_CHECKING:
    from dots_tui.app.runs.run import Run
    from dots_tui.app.runs.snapshot import MonitorSnapshot

_FRAME = 0.25
_LEAVING_SECONDS = 1.0
_NOTHING = (
    "No training is watched.\n\n[b]3[/b] shows the stacks: [b]n[/b] launches a training, [b]enter[/b] watches one.\n"
    "[b]H[/b] watches any machine that runs DeepRacer for Cloud, over SSH."
)


class TrainingPane(LogActions, RunActions, ReplayActions, Pane):
    """Workers, track, charts and log of the watched training stack."""

    TITLE = "Training"
    HELP_TEXT = (
        "One training, live over SSH: its workers, their rewards, where cars leave the track, the trainer, and the "
        "log of all containers. A lost connection is restored without losing lines. You can close the terminal: the "
        "training continues until its time to live ends. A recorded run (dots-tui replay LOG ...) opens at its end; "
        "K plays it from the start."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        *LOG_COMMANDS,
        *RUN_COMMANDS,
        *REPLAY_COMMANDS,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._shown: Run | None = None
        self._greeting = ""
        self._noticed: set[str] = set()

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="training-empty"):
            yield Static(_NOTHING, id="training-empty")
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
            self._look_for_a_run()
        self._follow()
        if self.run is not None:
            self.training_log.log_view.lines.focus()
        else:
            self.focus()

    # -- watching -------------------------------------------------------------------------------------

    @property
    def run(self) -> Run | None:
        """The run that is shown."""
        return self.workspace.runs.selected

    @work
    async def _look_for_a_run(self) -> None:
        """Without a selected run, watch the newest training stack."""
        message = Text.from_markup(_NOTHING)
        try:
            name = await in_thread(lambda: newest_training(self.workspace.aws()), name="find-run")
        except Exception as error:  # noqa: BLE001 - without AWS there is still something to do here
            message.append(f"\n\n{error}", "italic")
        else:
            if name and self.run is None:
                self.workspace.watch_stack(name)
        self.query_one("#training-empty", Static).update(message)

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
        self._shown, self._greeting, self._noticed = run, "", set()
        self.query_one(TrainingBoard).forget()
        self.query_one(TrainingLog).follow(run.spool if run is not None else None)
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
            self.query_one(TrainingLog).draw(snapshot.run if snapshot is not None else None)

    def _note(self, run: Run, snapshot: MonitorSnapshot) -> None:
        """Show the state of the connection, new notices, and a host key that is trusted for the first time."""
        transport = run.transport
        line = view.transport_line(transport, ascii_only(self.app)) if transport is not None else ""
        self.host.set_status("transport", line)
        if any(worker.steps for worker in snapshot.run.workers):
            self.workspace.milestones.add(Milestone.WATCHED)
        for notice in snapshot.notices:
            if notice not in self._noticed:
                self._noticed.add(notice)
                self.notify(notice, title=run.name, severity="warning", timeout=12)
        if transport is not None and transport.state == words.CONNECTED and transport.message != self._greeting:
            self._greeting = transport.message
            if "host key" in transport.message:
                self.notify(transport.message, title="New host key", timeout=8)

    # -- the log --------------------------------------------------------------------------------------

    @property
    def training_log(self) -> TrainingLog:
        return self.query_one(TrainingLog)

    def key_escape(self) -> None:
        """Out of what is typed, out of the filters, out of the zoom."""
        if not self.training_log.clear():
            self.remove_class("-zoom")
        elif self.training_log.source is None:
            self.query_one(WorkerLanes).selected = None

    def action_worker(self) -> None:
        log = self.query_one(TrainingLog)
        log.next_source()
        self.query_one(WorkerLanes).selected = log.source

    @on(events.Click, "#training-verdict")
    def _verdict_clicked(self) -> None:
        snapshot = self.run.snapshot() if self.run is not None else None
        if snapshot is not None and snapshot.run.diagnoses:
            self.action_command("training.problems")

    @on(ReplayLine.Chosen)
    def _place_chosen(self, event: ReplayLine.Chosen) -> None:
        if self.run is not None and self.run.player is not None:
            self.run.player.jump_share(event.share)

    @on(WorkerLanes.Selected)
    def _worker_selected(self, event: WorkerLanes.Selected) -> None:
        self.query_one(TrainingLog).show_source(event.key)
