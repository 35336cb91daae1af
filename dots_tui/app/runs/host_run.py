"""The run on a host with DeepRacer for Cloud that is not a training stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.runs.live_run import NOT_A_STACK, LiveRun

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.spool.store import Spool
    from dots_tui.tracks.sources import TrackStore


def wrong_host(text: str) -> str:
    """Return why `text` does not name one host; "" if it does."""
    return "" if len(text.split()) == 1 else "One host, as ssh takes it: racer-box, ubuntu@192.0.2.7, me@box:2222."


class HostRun(LiveRun):
    """The run on `host`: a name in `~/.ssh/config`, or `[user@]address[:port]`."""

    def __init__(self, host: str, state: Path, tracks: TrackStore | None) -> None:
        super().__init__(f"host {host}", host, state)
        self._tracks = tracks

    @property
    def record_key(self) -> str:
        """The host with the model prefix, because a host runs one training after another."""
        prefix = self._last.run.model_prefix if self._last is not None else ""
        return f"{self.key} {prefix}" if prefix else ""

    def make_monitor(self, spool: Spool) -> RunMonitor:
        from dots_tui.app.runs.host_monitor import watch_host

        return watch_host(self.name, self.state, spool, tracks=self._tracks)

    def why_no_stop(self) -> str:
        return NOT_A_STACK
