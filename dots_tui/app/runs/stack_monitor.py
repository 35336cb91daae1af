"""A monitor for the run of a training stack; AWS provides the instance and its transports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.runs.bucket_feed import Bucket
from dots_tui.app.runs.metrics_feed import MetricsFeed
from dots_tui.app.runs.run_monitor import RunMonitor
from dots_tui.app.runs.rungs import Installed, OneTime, OwnKey, Tunnel
from dots_tui.aws import ssm
from dots_tui.aws.instances import Instance, find_instance, send_ssh_key
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.run_objects import place_of
from dots_tui.aws.session import Aws
from dots_tui.remote.connection import Target
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.ssh_config import CONFIG, HostConfig, read_host
from dots_tui.spool.store import Spool

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.tracks.sources import TrackStore

HOST_KEYS = "host-keys.json"
"""File name of known host keys in the state folder."""


def watch_stack(
    aws: Aws, name: str, state: Path, spool: Spool, ssh_port: int = 22, tracks: TrackStore | None = None
) -> RunMonitor:
    """Return a monitor, not started yet, for the training stack `name`.

    The instance is looked up at every connection attempt, because a spot instance may be replaced. Transports are tried
    in this order: the racer's own key, a one-time key by EC2 Instance Connect, a key installed by Systems Manager,
    Session Manager, and the log copies in the bucket. `state` keeps the host keys; `tracks` receives the shapes of the
    tracks.
    """
    known: dict[str, Instance] = {}

    def locate() -> Target:
        instance = find_instance(aws, name)
        if instance is None:
            raise AwsProblem("no-instance", f"{name} has no instance yet.", "It takes a minute after the launch.")
        if not instance.ip or instance.state != "running":
            raise AwsProblem("not-running", f"The instance of {name} is {instance.state}.", "")
        known[instance.id] = instance
        return Target(instance.id, instance.ip, ssh_port)

    def authorise(target: Target, public_key: str) -> None:
        send_ssh_key(aws, known[target.host_id], target.user, public_key)

    def install(target: Target, public_key: str) -> list[str]:
        return ssm.install_key(aws, target.host_id, target.user, public_key)

    def command(target: Target) -> str:
        return ssm.session_command(aws, target.host_id)

    host_keys = HostKeys(state / HOST_KEYS)
    rungs = (
        OwnKey(host_keys, own_settings(name)),
        OneTime(host_keys, authorise),
        Installed(host_keys, install),
        Tunnel(host_keys, install, command, ssm.session_tools_missing),
        Bucket(aws, lambda: place_of(aws, name)),
    )
    metrics = MetricsFeed(aws, lambda: place_of(aws, name))
    return RunMonitor(locate, rungs, spool, tracks=tracks, metrics=metrics)


def own_settings(name: str, config: Path = CONFIG) -> Callable[[Target], HostConfig]:
    """Return the `~/.ssh/config` settings for an instance, by stack name, id or address.

    The address is always that of the instance: a HostName written for an earlier instance would be wrong.
    """

    def find(target: Target) -> HostConfig:
        for alias in (name, target.host_id, target.address):
            host = read_host(alias, config, user=target.user)
            if host.special:
                break
        return replace(host, address=target.address, port=target.port if host.port == 22 else host.port)

    return find
