"""The commands of the Training pane that concern the run: their declarations, and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.app.runs.actions import RESTART
from dots_tui.app.runs.host_run import wrong_host
from dots_tui.ui.commands import Command
from dots_tui.ui.panes.requests import StopTraining
from dots_tui.ui.panes.training import actions as training_actions
from dots_tui.ui.panes.training import compare as training_compare
from dots_tui.ui.panes.training import links as training_links
from dots_tui.ui.panes.training.board import WIDE
from dots_tui.ui.panes.training.chart_box import ChartBox
from dots_tui.ui.panes.training.link import LinkScreen
from dots_tui.ui.panes.training.problems import ProblemsScreen
from dots_tui.ui.widgets.dialogs import Prompt

if TYPE_CHECKING:
    from dots_tui.app.runs.snapshot import MonitorSnapshot
    from dots_tui.training.diagnosis import Diagnosis
    from dots_tui.ui.panes.training.pane import TrainingPane

_STACKS, _TRAINING = 2, 3
"""Which panes they are."""


def needs_run(pane: TrainingPane) -> str:
    """Return why a command for a run is not available; "" if it is."""
    return "" if pane.run is not None else "no training is watched"


def _needs_going_on(pane: TrainingPane) -> str:
    return pane.run.limits.stop if pane.run is not None else needs_run(pane)


def _needs_narrow(pane: TrainingPane) -> str:
    return needs_run(pane) or ("the charts are beside the workers already" if pane.size.width >= WIDE else "")


def _needs_problems(pane: TrainingPane) -> str:
    return needs_run(pane) or ("" if _diagnoses(pane) else "nothing is known to be wrong")


def _needs_address(pane: TrainingPane) -> str:
    return needs_run(pane) or ("" if pane.run is not None and pane.run.address else "the instance has no address yet")


def _needs_ssh(pane: TrainingPane) -> str:
    return pane.run.limits.commands if pane.run is not None else needs_run(pane)


def _snapshot(pane: TrainingPane) -> MonitorSnapshot | None:
    return pane.run.snapshot() if pane.run is not None else None


def _needs_connection(pane: TrainingPane) -> str:
    return pane.run.limits.connection if pane.run is not None else needs_run(pane)


def _needs_history(pane: TrainingPane) -> str:
    snapshot = _snapshot(pane)
    reading = snapshot is not None and snapshot.history is not None
    return needs_run(pane) or ("" if reading else "no old lines are being read")


def _diagnoses(pane: TrainingPane) -> tuple[Diagnosis, ...]:
    snapshot = _snapshot(pane)
    return snapshot.run.diagnoses if snapshot is not None else ()


RUN_COMMANDS = (
    Command("training.zoom", "Zoom", "Show only the log, or everything.", "z", "zoom", show=False, needs=needs_run),
    Command(
        "training.chart",
        "Next chart",
        "Cycle the chart: progress, reward, best lap, entropy, KL divergence.",
        "g",
        "chart",
        needs=needs_run,
    ),
    Command(
        "training.charts",
        "Charts",
        "Switch between workers and charts in a narrow terminal.",
        "v",
        "charts",
        show=False,
        needs=_needs_narrow,
    ),
    Command(
        "training.compare",
        "Compare",
        "Show an earlier run in the charts: one watched before, or one read from log files.",
        "c",
        "compare",
        needs=needs_run,
    ),
    Command(
        "training.problems",
        "Problems",
        "List the problems of the run: cause, evidence, advice.",
        "p",
        "problems",
        show=False,
        needs=_needs_problems,
    ),
    Command(
        "training.links",
        "Links",
        "Open or copy a web page of the instance: cameras, stream, Grafana.",
        "o",
        "links",
        show=False,
        needs=_needs_address,
    ),
    Command(
        "training.actions",
        "Actions",
        "Save the model, evaluate, restart or stop on the instance. Shows the command before it runs.",
        "a",
        "actions",
        needs=_needs_ssh,
        changes=True,
    ),
    Command(
        "training.restart",
        "Restart",
        "Stop the training and restart it from its last checkpoint; asks first.",
        "R",
        "restart",
        show=False,
        needs=_needs_ssh,
        changes=True,
    ),
    Command(
        "training.connection",
        "Connection",
        "Show the transports to the instance: the one in use, and why others are not.",
        "d",
        "connection",
        show=False,
        needs=_needs_connection,
    ),
    Command(
        "training.host",
        "Watch host",
        "Watch any host that runs DeepRacer for Cloud, over SSH.",
        "H",
        "host",
        show=False,
    ),
    Command(
        "training.skip-history",
        "Skip old lines",
        "Skip log lines from before you started watching.",
        "",
        "skip_history",
        needs=_needs_history,
    ),
    Command(
        "training.stop",
        "Stop safely",
        "Save the model, then delete the stack.",
        "S",
        "stop",
        needs=_needs_going_on,
        changes=True,
    ),
)


class RunActions:
    """The actions of `RUN_COMMANDS`, for the Training pane."""

    @property
    def _pane(self) -> TrainingPane:
        return cast("TrainingPane", self)

    def action_zoom(self) -> None:
        self._pane.toggle_class("-zoom")

    def action_chart(self) -> None:
        self._pane.query_one(ChartBox).next()

    def action_charts(self) -> None:
        self._pane.toggle_class("-charts")

    def action_compare(self) -> None:
        training_compare.ask(self._pane)

    def action_problems(self) -> None:
        def chosen(name: str | None) -> None:
            if name is not None:
                self._pane.action_command(f"training.{name}")

        self._pane.app.push_screen(ProblemsScreen(_diagnoses(self._pane)), chosen)

    def action_links(self) -> None:
        if self._pane.run is not None:
            training_links.show(self._pane, self._pane.run)

    def action_actions(self) -> None:
        training_actions.choose(self._pane)

    def action_restart(self) -> None:
        training_actions.ask(self._pane, RESTART)

    def action_connection(self) -> None:
        snapshot = _snapshot(self._pane)
        if snapshot is not None:
            self._pane.app.push_screen(LinkScreen(snapshot))

    def action_host(self) -> None:
        def answered(host: str | None) -> None:
            if host is not None:
                self._pane.workspace.watch_host(host.strip())

        label = "A host of ~/.ssh/config, or user@address[:port], on which DeepRacer for Cloud runs"
        self._pane.app.push_screen(Prompt("Watch host", label, "", wrong_host, yes="Watch"), answered)

    def action_skip_history(self) -> None:
        if self._pane.run is not None:
            self._pane.run.skip_history()

    def action_stop(self) -> None:
        name = self._pane.run.name if self._pane.run is not None else ""
        self._pane.host.show_pane(_STACKS).post_message(StopTraining(name, _TRAINING))
