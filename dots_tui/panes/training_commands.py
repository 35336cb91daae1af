"""The commands of the Training pane that concern the run: their declarations, and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.commands import Command
from dots_tui.panes import training_compare
from dots_tui.panes.stacks_ending import ask_and_stop
from dots_tui.panes.training_board import WIDE
from dots_tui.panes.training_chart_box import ChartBox

if TYPE_CHECKING:
    from dots_tui.panes.training import TrainingPane


def needs_run(pane: TrainingPane) -> str:
    """Why a command for a watched run is not available; "" when it is."""
    return "" if pane.watching else "no training is watched"


def _needs_going_on(pane: TrainingPane) -> str:
    watch = pane.run_watch
    return needs_run(pane) or ("" if watch is None or not watch.ended else f"{pane.watching} has ended")


def _needs_narrow(pane: TrainingPane) -> str:
    return needs_run(pane) or ("the charts are beside the workers already" if pane.size.width >= WIDE else "")


RUN_COMMANDS = (
    Command("training.zoom", "Zoom", "The log alone, or everything again.", "z", "zoom", needs=needs_run),
    Command(
        "training.chart",
        "Next chart",
        "Progress, reward, best lap, entropy and KL divergence, one after the other.",
        "g",
        "chart",
        needs=needs_run,
    ),
    Command(
        "training.charts",
        "Charts",
        "Workers, or track and charts, in a narrow terminal.",
        "v",
        "charts",
        show=False,
        needs=_needs_narrow,
    ),
    Command(
        "training.compare",
        "Compare",
        "Lay an earlier run under the charts: one watched before, or one read from its log files.",
        "c",
        "compare",
        needs=needs_run,
    ),
    Command(
        "training.stop", "Stop safely", "Save the model, then delete the stack.", "S", "stop", needs=_needs_going_on
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

    def action_stop(self) -> None:
        ask_and_stop(self._pane, self._pane.watching)
