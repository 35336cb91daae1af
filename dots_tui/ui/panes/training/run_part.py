"""The base of the parts of the Training pane: each shows the selected run, and its commands concern that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.runs.live_run import NOT_PLAYED
from dots_tui.app.runs.run import RunLimits
from dots_tui.ui.panes.base import Part

if TYPE_CHECKING:
    from dots_tui.app.runs.run import Run
    from dots_tui.app.runs.snapshot import MonitorSnapshot

NO_RUN = "no training is watched"


class RunPart(Part):
    """A widget with commands for the selected run."""

    @property
    def run(self) -> Run | None:
        """The selected run."""
        return self.workspace.runs.selected

    @property
    def run_snapshot(self) -> MonitorSnapshot | None:
        """The state of the selected run; None if there is none yet."""
        return self.run.snapshot() if self.run is not None else None

    @property
    def limits(self) -> RunLimits:
        """What is not possible with the selected run, and why."""
        return self.run.limits if self.run is not None else RunLimits(NO_RUN, NO_RUN, NO_RUN, NOT_PLAYED)


def needs_run(part: RunPart) -> str:
    """Return why a command for a run is not available; "" if it is."""
    return "" if part.run is not None else NO_RUN
