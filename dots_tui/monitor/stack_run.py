"""A monitor for the run of a training stack: where its instance is and how a key gets there, from AWS."""

from __future__ import annotations

from pathlib import Path

from dots_tui.aws.instances import Instance, find_instance, send_ssh_key
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.monitor.run_monitor import RunMonitor
from dots_tui.remote.connection import Target
from dots_tui.remote.host_keys import HostKeys
from dots_tui.spool import Spool

HOST_KEYS = "host-keys.json"
"""Name of the file with known host keys, in the state folder."""


def watch_stack(aws: Aws, name: str, state: Path, spool: Spool, ssh_port: int = 22) -> RunMonitor:
    """A monitor, not started yet, for the training stack ``name``.

    The instance is looked up anew at every try to connect, because its address may change; a one-time key is
    sent by EC2 Instance Connect. ``state`` is the folder that keeps host keys.
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

    return RunMonitor(locate, authorise, HostKeys(state / HOST_KEYS), spool)
