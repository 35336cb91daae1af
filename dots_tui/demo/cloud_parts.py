"""What the embedded cloud consists of: AWS over HTTP, an SSH host and an instance, all on loopback."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from dots_tui.demo.aws import AwsError, LoopbackAws
from dots_tui.demo.instance import EmbeddedInstance
from dots_tui.demo.instance_actions import answer
from dots_tui.demo.ssh_host import SshHost, Writer

VCPUS = 8.0
"""The account's quota: one training at a time, as a new account has it."""
SECONDS_PER_RESOURCE = 0.4
"""How long the embedded cloud takes to make one resource of a stack: long enough to watch."""


_IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:iam::123456789012:user/demo</Arn><UserId>AIDADEMODEMODEMODEMO</UserId>"
    "<Account>123456789012</Account></GetCallerIdentityResult>"
    "<ResponseMetadata><RequestId>demo</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
)


class Cloud:
    """AWS, the SSH host, and the one instance there is room for (a real account's quota is small as well)."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._instance: EmbeddedInstance | None = None
        self._lock = threading.Lock()
        self.aws = LoopbackAws(step=SECONDS_PER_RESOURCE, public_ip="127.0.0.1")
        self.aws.start()
        self.aws.quotas.update(dict.fromkeys(self.aws.quotas, VCPUS))
        self.aws.on_instance = self._instance_created
        self.aws.on_instance_gone = self._instance_gone
        self.aws.on_update = self._stack_updated
        self.aws.hooks["ec2-instance-connect", "SendSSHPublicKey"] = self._key_sent
        self.aws.hooks["ssm", "SendCommand"] = self._command_sent
        self.aws.hooks["sts", "GetCallerIdentity"] = lambda _: _IDENTITY
        self.ssh = SshHost(self._run, authorised=self._authorised)

    def addresses(self) -> dict[str, Any]:
        """Where everything answers, as it is printed."""
        return {"endpoint": self.aws.url, "ssh_port": self.ssh.port}

    def close(self) -> None:
        """End the training, the SSH host and AWS."""
        if self._instance is not None:
            self._instance.power_off()
        self.ssh.close()
        self.aws.stop()

    # -- what AWS does to instances ---------------------------------------------------------------

    def _instance_created(self, instance_id: str, stack_name: str, parameters: dict[str, str]) -> None:
        with self._lock:
            if self._instance is not None and self._instance.running:
                raise RuntimeError(
                    "You have requested more vCPU capacity than your current vCPU limit of 8 allows "
                    "(the embedded cloud has room for one training at a time)."
                )
            self._instance = EmbeddedInstance(instance_id, stack_name, parameters, self.aws.url, self._home)
        self._instance.boot()

    def _instance_gone(self, instance_id: str) -> None:
        instance = self._instance
        if instance is not None and instance.instance_id == instance_id:
            instance.power_off()
            self.ssh.drop_all()

    def _stack_updated(self, stack_name: str, parameters: dict[str, str]) -> None:
        instance = self._instance
        if instance is not None and instance.stack == stack_name:
            instance.live_until(parameters)

    def _key_sent(self, request: dict[str, Any]) -> dict[str, Any]:
        instance = self._of(request["InstanceId"])
        instance.accept_key(request["InstanceOSUser"], request["SSHPublicKey"])
        return {"RequestId": "demo", "Success": True}

    def _command_sent(self, request: dict[str, Any]) -> None:
        for instance_id in request.get("InstanceIds", ()):
            for command in request.get("Parameters", {}).get("commands", ()):
                self._of(instance_id).system_command(command)

    def _of(self, instance_id: str) -> EmbeddedInstance:
        instance = self._instance
        if instance is None or instance.instance_id != instance_id:
            raise AwsError("EC2InstanceNotFoundException", f"There is no instance {instance_id}.")
        return instance

    # -- what the SSH host asks -------------------------------------------------------------------

    def _authorised(self, user: str, key: str) -> bool:
        instance = self._instance
        return instance is not None and instance.running and instance.accepts(user, key)

    def _run(self, command: str, out: Writer) -> int:
        instance = self._instance
        return answer(instance, command, out) if instance is not None else 255
