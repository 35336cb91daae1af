"""The Training pane: one look tells how a run is doing. It draws snapshots; the monitor does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Input, Static

from dots_tui.background import in_background
from dots_tui.commands import Command, bindings
from dots_tui.milestones import Milestone
from dots_tui.panes import training_view as view
from dots_tui.panes.base import Pane
from dots_tui.panes.stacks_ending import ask_and_stop
from dots_tui.panes.track_outline import TrackOutline
from dots_tui.spool import Spool
from dots_tui.widgets.chart import Chart
from dots_tui.widgets.lanes import WorkerLanes
from dots_tui.widgets.log_view import LogView
from dots_tui.widgets.track_map import TrackMap

if TYPE_CHECKING:
    from dots_tui.monitor.run_monitor import RunMonitor
    from dots_tui.monitor.snapshot import MonitorSnapshot

_FRAME = 0.25
_NOTHING = (
    "No training is watched.\n\n[b]3[/b] shows the stacks: [b]n[/b] launches a training, [b]enter[/b] watches one."
)


def _needs_run(pane: TrainingPane) -> str:
    return "" if pane.watching else "no training is watched"


class TrainingPane(Pane):
    """Workers, track, charts and log of the watched training stack."""

    TITLE = "Training"
    HELP_TEXT = (
        "One training, live over SSH: what each worker does, what it earned, where the cars leave the track, what the "
        "trainer makes of it, and the log of all containers. A lost connection comes back by itself and nothing is "
        "lost. You can close the terminal: the training goes on, and its time to live ends it."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command(
            "training.follow", "Follow", "Show the newest lines of the log, or pause.", "f", "follow", needs=_needs_run
        ),
        Command("training.search", "Search", "Find a text or pattern in the log.", "slash", "search", needs=_needs_run),
        Command(
            "training.worker",
            "Worker",
            "The log of all containers, or of one after the other.",
            "w",
            "worker",
            needs=_needs_run,
        ),
        Command("training.zoom", "Zoom log", "The log alone, or everything again.", "z", "zoom", needs=_needs_run),
        Command(
            "training.charts",
            "Charts",
            "Lanes or charts, in a narrow terminal.",
            "c",
            "charts",
            show=False,
            needs=_needs_run,
        ),
        Command(
            "training.stop", "Stop safely", "Save the model, then delete the stack.", "S", "stop", needs=_needs_run
        ),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self.watching = ""
        self._monitor: RunMonitor | None = None
        self._spool: Spool | None = None
        self._snapshot: MonitorSnapshot | None = None
        self._outline = TrackOutline()
        self._source: str | None = None

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="training-empty"):
            yield Static(_NOTHING, id="training-empty")
            with Vertical(id="training-run"):
                yield Static(id="training-head", classes="line")
                yield Static(id="training-verdict", classes="line")
                with Horizontal(id="training-top"):
                    yield WorkerLanes(id="training-lanes", classes="box")
                    yield TrackMap(id="training-map", classes="box")
                    with Vertical(id="training-charts", classes="box"):
                        yield Chart(id="training-progress")
                        yield Chart(id="training-reward")
                yield Static(id="training-policy", classes="line")
                yield LogView(label=self._label, shorten=view.without_prefix, id="training-log", classes="box")
                yield Input(
                    placeholder="text or regular expression, enter searches", id="training-search", compact=True
                )

    def on_mount(self) -> None:
        self.query_one("#training-lanes").border_title = "workers"
        self.query_one("#training-charts").border_title = "per iteration"
        self.query_one("#training-progress", Chart).y_range = (0.0, 100.0)
        self.set_interval(_FRAME, self._draw)

    def on_unmount(self) -> None:
        self._end()

    def shown(self) -> None:
        if self.workspace.watched and self.workspace.watched != self.watching:
            self.watch_run(self.workspace.watched)
        elif not self.watching:
            self._look_for_a_run()
        if self.watching:
            self.query_one(LogView).focus()
        else:
            self.focus()

    # -- watching ---------------------------------------------------------------------------------

    def _look_for_a_run(self) -> None:
        """With nothing chosen, the newest training stack is the one a person wants to see."""

        def found(name: str) -> None:
            if name and not self.watching:
                self.watch_run(name)

        def newest(_: object) -> str:
            from dots_tui.aws.stacks import list_stacks

            stacks = list_stacks(self.workspace.aws())  # newest first
            running = [one for one in stacks if one.kind == "training" and "DELETE" not in one.status]
            return running[0].name if running else ""

        in_background(self, newest, found, lambda _: None, name="find-run")

    def watch_run(self, name: str) -> None:
        """Watch the training stack ``name`` from now on."""
        self.stop_watching()
        self.watching = self.workspace.watched = name
        self._spool = Spool()
        self.query_one(LogView).set_spool(self._spool)
        self.query_one(ContentSwitcher).current = "training-run"
        self._outline = TrackOutline()
        workspace, spool = self.workspace, self._spool

        def start(_: object) -> RunMonitor:
            # paramiko and boto3 are imported here, in the thread.
            from dots_tui.monitor.stack_run import watch_stack

            return watch_stack(workspace.aws(), name, workspace.folders.state, spool, workspace.port())

        def started(monitor: RunMonitor) -> None:
            if self.watching == name and self._monitor is None:
                self._monitor = monitor
                monitor.start()

        def failed(error: Exception) -> None:
            self.notify(str(error), title=f"Cannot watch {name}", severity="error", timeout=15)

        in_background(self, start, started, failed, name="watch")
        self.query_one(LogView).focus()

    def stop_watching(self) -> None:
        """End the connection and clear the pane; the training itself goes on."""
        self.query_one(LogView).set_spool(None)
        self.query_one(ContentSwitcher).current = "training-empty"
        self.host.set_status("transport", "")
        self._end()

    def _end(self) -> None:
        monitor, self._monitor = self._monitor, None
        spool, self._spool = self._spool, None
        self.watching, self._snapshot, self._source = "", None, None
        if monitor is not None:
            monitor.stop()
        if spool is not None:
            spool.close()

    # -- drawing ----------------------------------------------------------------------------------

    def _label(self, container: str) -> str:
        return view.container_label(self._snapshot.run if self._snapshot else None, container)

    def _draw(self) -> None:
        if self._monitor is None:
            if self.watching:
                self.query_one("#training-head", Static).update(view.headline(self.watching, None))
                self.query_one("#training-verdict", Static).update("Looking for the instance …")
            return
        self._snapshot = snapshot = self._monitor.snapshot()
        self.host.set_status("transport", view.transport_line(snapshot.transport))
        if any(worker.steps for worker in snapshot.run.workers):
            self.workspace.milestones.add(Milestone.WATCHED)
        if not self.display:
            return
        run = snapshot.run
        self.query_one("#training-head", Static).update(view.headline(self.watching, run))
        self.query_one("#training-verdict", Static).update(view.verdict_line(snapshot))
        self.query_one("#training-policy", Static).update(view.policy_line(run))
        self.query_one(WorkerLanes).set_lanes(view.lanes(run))
        self.query_one("#training-progress", Chart).series = view.progress_series(run.iterations)
        self.query_one("#training-reward", Chart).series = view.reward_series(run.iterations)
        self._outline.draw(self.query_one(TrackMap), run)
        log = self.query_one(LogView)
        which = self._label(self._source) if self._source else "all containers"
        log.border_title = f"log ─ {which} ─ {'following' if log.following else 'paused (f follows)'}"

    # -- commands ---------------------------------------------------------------------------------

    def action_follow(self) -> None:
        self.query_one(LogView).action_follow()

    def action_search(self) -> None:
        self.add_class("-searching")
        self.query_one("#training-search").focus()

    @on(Input.Submitted, "#training-search")
    def _search(self, event: Input.Submitted) -> None:
        log = self.query_one(LogView)
        if event.value:
            log.search(event.value, forward=False)
        else:
            log.clear_search()
        self._end_search()

    def key_escape(self) -> None:
        """Out of the search, out of the zoom."""
        if self.has_class("-searching"):
            self._end_search()
        else:
            self.remove_class("-zoom")

    def _end_search(self) -> None:
        self.remove_class("-searching")
        self.query_one(LogView).focus()

    @on(LogView.Found)
    def _found(self, event: LogView.Found) -> None:
        if event.number is None:
            self.notify(f"Not in the log: {event.pattern}", severity="warning")
        elif event.wrapped:
            self.notify("Continued from the other end of the log.", timeout=2)

    @on(LogView.Copied)
    def _copied(self, event: LogView.Copied) -> None:
        self.notify(f"{len(event.text.splitlines())} lines sent to the terminal's clipboard.")

    @on(WorkerLanes.Selected)
    def _worker_selected(self, event: WorkerLanes.Selected) -> None:
        if self._snapshot is not None:
            shown = view.workers_in_order(self._snapshot.run)
            self._show_source(shown[event.worker].container if event.worker < len(shown) else None)

    def action_worker(self) -> None:
        if self._snapshot is None:
            return
        run = self._snapshot.run
        sources: list[str | None] = [None, *(worker.container for worker in view.workers_in_order(run))]
        if run.trainer is not None:
            sources.append(run.trainer.container)
        at = sources.index(self._source) if self._source in sources else 0
        self._show_source(sources[(at + 1) % len(sources)])

    def _show_source(self, container: str | None) -> None:
        self._source = container
        self.query_one(LogView).show_sources({container} if container else None)
        if container is None:
            self.query_one(WorkerLanes).selected = None

    def action_zoom(self) -> None:
        self.toggle_class("-zoom")

    def action_charts(self) -> None:
        self.toggle_class("-charts")

    def action_stop(self) -> None:
        ask_and_stop(self, self.watching)
