"""The commands of the Training pane that concern the run: their declarations. Those of the log stand with the pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.commands import Command
from dots_tui.panes.training_board import WIDE

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
    Command(
        "training.chart",
        "Next chart",
        "Progress, reward, best lap, entropy and KL divergence, one after the other.",
        "t",
        "chart",
        needs=needs_run,
    ),
    Command(
        "training.charts",
        "Charts",
        "Workers, or track and charts, in a narrow terminal.",
        "i",
        "charts",
        show=False,
        needs=_needs_narrow,
    ),
    Command(
        "training.stop", "Stop safely", "Save the model, then delete the stack.", "S", "stop", needs=_needs_going_on
    ),
)
