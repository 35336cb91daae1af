"""The Training pane: one look tells how a run is doing. It draws snapshots; the monitor does the work."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import ContentSwitcher, Static

from dots_tui.app.milestones import Milestone
from dots_tui.app.runs import snapshot as words
from dots_tui.app.runs.stack_facts import is_running
from dots_tui.spool.store import SpoolProblem
from dots_tui.ui.background import in_background
from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.training import head as view
from dots_tui.ui.panes.training.board import TrainingBoard
from dots_tui.ui.panes.training.commands import RUN_COMMANDS, RunActions
from dots_tui.ui.panes.training.compare import Keeper
from dots_tui.ui.panes.training.host_watch import HostWatch
from dots_tui.ui.panes.training.log import TrainingLog
from dots_tui.ui.panes.training.log_commands import LOG_COMMANDS, LogActions
from dots_tui.ui.panes.training.recorded_watch import RecordedWatch
from dots_tui.ui.panes.training.replay_commands import REPLAY_COMMANDS, ReplayActions
from dots_tui.ui.panes.training.replay_line import ReplayLine
from dots_tui.ui.panes.training.run_words import run_words
from dots_tui.ui.panes.training.watch import Watch
from dots_tui.ui.widgets.glyphs import ascii_only
from dots_tui.ui.widgets.lanes import WorkerLanes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
        self.run_watch: Watch | None = None
        self._greeting = ""
        self._noticed: set[str] = set()
        self._keeper: Keeper | None = None

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="training-empty"):
            yield Static(_NOTHING, id="training-empty")
            with Vertical(id="training-run"):
                yield TrainingBoard()
                yield TrainingLog()

    def on_mount(self) -> None:
        self.set_interval(_FRAME, self._draw)

    def on_unmount(self) -> None:
        if self.run_watch is not None:
            self._keep_last()
            self.run_watch.close(_LEAVING_SECONDS)

    def _keep_last(self) -> None:
        if self._keeper is not None:
            self._keeper.last()

    def shown(self) -> None:
        wanted, over = self.workspace.watched, self.run_watch is not None and bool(self.run_watch.ended)
        if self.workspace.recorded and self.run_watch is None:
            self.watch_logs(self.workspace.recorded)
        elif wanted and (wanted != self.watching or over):
            self.watch_run(wanted)
        elif not self.watching:
            self._look_for_a_run()
        if self.watching:
            self.training_log.log_view.lines.focus()
        else:
            self.focus()

    # -- watching -------------------------------------------------------------------------------------

    @property
    def watching(self) -> str:
        """Name of the training stack that is shown; "" when none is."""
        return self.run_watch.name if self.run_watch is not None else ""

    def _look_for_a_run(self) -> None:
        """With nothing chosen, the newest training stack is the one a person wants to see."""

        def newest(_: object) -> str:
            from dots_tui.aws.stacks import list_stacks

            stacks = list_stacks(self.workspace.aws())  # newest first
            return next((stack.name for stack in stacks if is_running(stack)), "")

        def found(name: str) -> None:
            if name and not self.watching:
                self.watch_run(name)
            else:
                self.query_one("#training-empty", Static).update(_NOTHING)

        def failed(error: Exception) -> None:
            message = Text.from_markup(_NOTHING).append(f"\n\n{error}", "italic")
            self.query_one("#training-empty", Static).update(message)

        in_background(self, newest, found, failed, name="find-run")

    def watch_run(self, name: str) -> None:
        """Watch the training stack `name` from now on; what was watched before is forgotten."""
        if self._watch(name, lambda: Watch(self, name)):
            self.workspace.watched = name

    def watch_host(self, host: str) -> None:
        """Watch a machine that is no training stack."""
        if self._watch(host, lambda: HostWatch(self, host)):
            self.workspace.watched = ""

    def watch_logs(self, logs: Sequence[str]) -> None:
        """Show the run that recorded logs tell of."""
        self._watch("the logs", lambda: RecordedWatch(self, logs, plays=self.workspace.plays))

    def _watch(self, name: str, make: Callable[[], Watch]) -> bool:
        before = self.run_watch
        try:
            watch = self.run_watch = make()
        except SpoolProblem as problem:
            self.workspace.watched = ""
            self.notify(str(problem), title=f"{name} cannot be watched", severity="error", timeout=15)
            return False
        self._keep_last()
        self._keeper, self._greeting, self._noticed = Keeper(self, watch), "", set()
        self.query_one(TrainingBoard).forget()
        self.query_one(TrainingLog).follow(watch.spool)
        if before is not None:
            before.close()
        self.query_one(ContentSwitcher).current = "training-run"
        watch.start()
        self.call_after_refresh(self._draw)
        return True

    def _draw(self) -> None:
        watch = self.run_watch
        if self.display and self.workspace.watched and (watch is None or watch.ended):
            self.watch_run(self.workspace.watched)  # it was launched while this pane was in front
            return
        if watch is None:
            return
        if not self.workspace.watched and not watch.ended and watch.of_stack:
            watch.end(f"{watch.name} was stopped; what its instance has saved is in the bucket. 3 shows the stacks.")
        watch.look()
        snapshot = watch.snapshot()
        if snapshot is not None:
            self._note(watch, snapshot)
        if self._keeper is not None:
            self._keeper.look()
        if self.training_log.spool is not watch.spool:  # a recorded run is played from its start again
            self.training_log.go_on_with(watch.spool)
            self.query_one(TrainingBoard).rewound()
        if self.display:
            self.query_one(TrainingBoard).draw(watch)
            self.query_one(TrainingLog).draw(snapshot.run if snapshot is not None else None)

    def _note(self, watch: Watch, snapshot: MonitorSnapshot) -> None:
        """What others show or count, and a host key that is trusted for the first time."""
        transport = snapshot.transport
        line = view.transport_line(transport, ascii_only(self.app))
        self.host.set_status("transport", "" if watch.ended or watch.recorded else line)
        now = datetime.now(timezone.utc)
        told = {} if watch.ended or watch.recorded else {watch.key: run_words(snapshot, now, ending=watch.ending)}
        self.workspace.run_words = told
        if any(worker.steps for worker in snapshot.run.workers):
            self.workspace.milestones.add(Milestone.WATCHED)
        for notice in snapshot.notices:
            if notice not in self._noticed:
                self._noticed.add(notice)
                self.notify(notice, title=watch.name, severity="warning", timeout=12)
        if transport.state == words.CONNECTED and transport.message != self._greeting:
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
        snapshot = self.run_watch.snapshot() if self.run_watch is not None else None
        if snapshot is not None and snapshot.run.diagnoses:
            self.action_command("training.problems")

    @on(ReplayLine.Chosen)
    def _place_chosen(self, event: ReplayLine.Chosen) -> None:
        if isinstance(self.run_watch, RecordedWatch) and self.run_watch.player is not None:
            self.run_watch.player.jump_share(event.share)

    @on(WorkerLanes.Selected)
    def _worker_selected(self, event: WorkerLanes.Selected) -> None:
        self.query_one(TrainingLog).show_source(event.key)
