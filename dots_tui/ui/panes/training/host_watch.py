"""Watching a machine that runs DeepRacer for Cloud and is no training stack: reached as `ssh` would reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.config.settings import tracks_of
from dots_tui.ui.panes.training.watch import Watch
from dots_tui.ui.widgets.dialogs import Prompt

if TYPE_CHECKING:
    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.ui.panes.training.pane import TrainingPane


class HostWatch(Watch):
    """The run on the host `name`: a name in `~/.ssh/config`, or `[user@]address[:port]`."""

    of_stack = False

    @property
    def key(self) -> str:
        return f"host {self.name}"

    @property
    def record_key(self) -> str:
        """A machine runs one training after another: each is known by where its model goes."""
        prefix = self._last.run.model_prefix if self._last is not None else ""
        return f"{self.key} {prefix}" if prefix else ""

    def make_monitor(self) -> RunMonitor:
        from dots_tui.app.runs.host_run import watch_host

        workspace = self._pane.workspace
        tracks = tracks_of(workspace.folders, workspace.settings)
        return watch_host(self.name, workspace.folders.state, self.spool, tracks=tracks)

    def look(self) -> None:
        """AWS knows nothing of this machine."""


def ask_for_host(pane: TrainingPane) -> None:
    """Ask which machine to watch, and watch it."""

    def wrong(text: str) -> str:
        return "" if len(text.split()) == 1 else "One host, as ssh takes it: racer-box, ubuntu@192.0.2.7, me@box:2222."

    def answered(host: str | None) -> None:
        if host is not None:
            pane.watch_host(host.strip())

    label = "A host of ~/.ssh/config, or user@address[:port], on which DeepRacer for Cloud runs"
    pane.app.push_screen(Prompt("Watch host", label, "", wrong, yes="Watch"), answered)
