"""A monitor for a run on a host with DeepRacer for Cloud that is no stack; it is reached like with `ssh`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.runs.run_monitor import RunMonitor
from dots_tui.app.runs.rungs import OwnKey
from dots_tui.app.runs.ssh_source import SourcePace
from dots_tui.app.runs.stack_monitor import HOST_KEYS
from dots_tui.remote.connection import Target
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.ssh_config import CONFIG, KNOWN_HOSTS, HostConfig, read_host
from dots_tui.spool.store import Spool

if TYPE_CHECKING:
    from dots_tui.tracks.sources import TrackStore


def watch_host(
    host: str,
    state: Path,
    spool: Spool,
    run_id: int = 0,
    *,
    config: Path = CONFIG,
    known_hosts: Path = KNOWN_HOSTS,
    pace: SourcePace | None = None,
    tracks: TrackStore | None = None,
) -> RunMonitor:
    """Return a monitor, not started yet, for the run `run_id` (DR_RUN_ID) on `host`.

    `host` is a name in `~/.ssh/config`, or `[user@]address[:port]`. Keys come from that file, from ssh-agent and from
    the usual places. The host key comes from `known_hosts`, else it is trusted on first use and shown. `state` is the
    folder with host keys, `tracks` receives the shapes of the tracks in use. Nothing is read before the monitor starts.
    """

    def find(target: Target) -> HostConfig:
        return read_host(target.host_id, config)

    def locate() -> Target:
        found = read_host(host, config)
        return Target(host, found.address, found.port, found.user)

    rung = OwnKey(HostKeys(state / HOST_KEYS), find, always=True, known_hosts=known_hosts, pace=pace)
    return RunMonitor(locate, (rung,), spool, run_id, tracks=tracks)
