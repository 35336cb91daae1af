"""The parts of the embedded cloud: AWS over HTTP, an SSH host and instances, all on loopback."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any, Callable

from dots_tui.aws import gpu_types
from dots_tui.demo import finished_models
from dots_tui.demo.aws import AwsError, LoopbackAws
from dots_tui.demo.builder import EmbeddedBuilder, is_builder
from dots_tui.demo.checked_instance import CheckedInstance
from dots_tui.demo.injected import Injected
from dots_tui.demo.instance import EmbeddedInstance
from dots_tui.demo.instance_actions import answer
from dots_tui.demo.mishaps import Mishap
from dots_tui.demo.ssh_host import SshHost, Writer

VCPUS = 32.0
"""The account's quota for each market: two trainings at a time on instances of 16 vCPUs, which carry three workers."""
SECONDS_PER_RESOURCE = 0.4
"""Seconds to create one resource of a stack: long enough to watch."""
_SPOT = "spot"


_IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:iam::123456789012:user/demo</Arn><UserId>AIDADEMODEMODEMODEMO</UserId>"
    "<Account>123456789012</Account></GetCallerIdentityResult>"
    "<ResponseMetadata><RequestId>demo</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
)


class Cloud:
    """AWS, the SSH host, and as many instances as the quotas allow. `mishap` is the failure of this session."""

    def __init__(self, home: Path, mishap: Mishap | None = None) -> None:
        self._home = home
        self._instances: dict[str, EmbeddedInstance] = {}
        self._outputs: dict[str, str] = {}
        self._lock = threading.Lock()
        self.aws = LoopbackAws(step=SECONDS_PER_RESOURCE, public_ip="127.0.0.1", old_images=mishap is Mishap.OLD_IMAGE)
        self.aws.start()
        self.aws.quotas.update(dict.fromkeys(self.aws.quotas, VCPUS))
        self.aws.on_instance = self._instance_created
        self.aws.on_instance_gone = self._instance_gone
        self.aws.on_update = self._stack_updated
        self.aws.on_bucket = finished_models.fill
        self.aws.on_signal = self._signalled
        self.aws.hooks["ec2-instance-connect", "SendSSHPublicKey"] = self._key_sent
        self.aws.hooks["ssm", "SendCommand"] = self._command_sent
        self.aws.hooks["ssm", "GetCommandInvocation"] = self._command_asked
        self.aws.hooks["sts", "GetCallerIdentity"] = lambda _: _IDENTITY
        self.ssh = SshHost(self._run, authorised=self._authorised)
        self.injected = Injected(mishap, self.aws, self.ssh)

    def addresses(self) -> dict[str, Any]:
        """Return the addresses of all servers, as they are printed."""
        return {"endpoint": self.aws.url, "ssh_port": self.ssh.port}

    def close(self) -> None:
        """End the trainings, the SSH host and AWS."""
        self.injected.close()
        for instance in self._running():
            instance.power_off()
        self.ssh.close()
        self.aws.stop()

    # -- what AWS does to instances ---------------------------------------------------------------

    def _instance_created(self, instance_id: str, stack_name: str, parameters: dict[str, str]) -> None:
        if is_builder(parameters):
            EmbeddedBuilder(instance_id, stack_name, parameters, self.aws.url).build()
            return
        market, kind = parameters.get("Market", "standard"), parameters.get("InstanceType", "g4dn.2xlarge")
        self.injected.refuse_capacity(kind, market)
        with self._lock:
            self._refuse_quota(kind, market)
            made_as = CheckedInstance if parameters.get("Setup") == "check" else EmbeddedInstance
            instance = made_as(instance_id, stack_name, parameters, self.aws.url, self._home)
            instance.mishap = self.injected.of_instance()
            self._instances[instance_id] = instance
        instance.boot()
        self.injected.instance_made(market, lambda: self._take_away(instance))

    def _refuse_quota(self, kind: str, market: str) -> None:
        """Raise RuntimeError with AWS's message if the account's quota does not allow another instance."""
        known = gpu_types.quota_of(kind, market)
        if known is None or known[0] not in self.aws.quotas:
            return
        limit = self.aws.quotas[known[0]]
        of_market = [one for one in self._running() if one.market == market]
        used = sum(gpu_types.vcpus(one.type) or 0 for one in of_market)
        if used + (gpu_types.vcpus(kind) or 0) <= limit:
            return
        if market == _SPOT:
            raise RuntimeError(
                "Could not launch Spot Instances. MaxSpotInstanceCountExceeded - Max spot instance count exceeded. "
                "Launching EC2 instance failed."
            )
        raise RuntimeError(
            f"You have requested more vCPU capacity than your current vCPU limit of {limit:.0f} allows for the "
            "instance bucket that the specified instance type belongs to. (Service: Ec2, Status Code: 400, Error "
            "Code: VcpuLimitExceeded)"
        )

    def _take_away(self, instance: EmbeddedInstance) -> None:
        """End a spot instance: it hands over to the replacement that its group starts."""
        if instance.running:
            instance.hand_over()
            self.aws.interrupt(instance.instance_id)

    def _instance_gone(self, instance_id: str) -> None:
        instance = self._instances.get(instance_id)
        if instance is not None:
            instance.power_off()
            self.ssh.drop(instance.keys)

    def _signalled(self, instance_id: str, unwanted: Callable[[], bool]) -> bool:
        """Wait for an instance to report; return true if its training runs."""
        instance = self._instances.get(instance_id)
        while instance is not None and not unwanted():
            if instance.signalled.wait(0.1):
                return instance.ready
        return instance is None

    def _stack_updated(self, stack_name: str, parameters: dict[str, str]) -> None:
        for instance in self._running():
            if instance.stack == stack_name:
                instance.live_until(parameters)

    def _key_sent(self, request: dict[str, Any]) -> dict[str, Any]:
        instance = self._of(request["InstanceId"])
        instance.accept_key(request["InstanceOSUser"], request["SSHPublicKey"])
        return {"RequestId": "demo", "Success": True}

    def _command_sent(self, request: dict[str, Any]) -> dict[str, Any]:
        command_id, output = str(uuid.uuid4()), ""
        for instance_id in request.get("InstanceIds", ()):
            for command in request.get("Parameters", {}).get("commands", ()):
                self._of(instance_id).system_command(command)
                output += self._of(instance_id).command_output(command)
        self._outputs[command_id] = output
        return {"Command": {"CommandId": command_id, "Status": "Pending"}}

    def _command_asked(self, request: dict[str, Any]) -> dict[str, Any]:
        known = request["CommandId"] in self._outputs
        if not known:
            raise AwsError("InvocationDoesNotExist", "There is no such command.")
        return {
            "CommandId": request["CommandId"],
            "InstanceId": request["InstanceId"],
            "Status": "Success",
            "StandardOutputContent": self._outputs[request["CommandId"]],
            "StandardErrorContent": "",
        }

    def _of(self, instance_id: str) -> EmbeddedInstance:
        instance = self._instances.get(instance_id)
        if instance is None or not instance.running:
            raise AwsError("EC2InstanceNotFoundException", f"There is no instance {instance_id}.")
        return instance

    def _running(self) -> list[EmbeddedInstance]:
        return [instance for instance in list(self._instances.values()) if instance.running]

    # -- what the SSH host asks -------------------------------------------------------------------

    def _authorised(self, user: str, key: str) -> bool:
        return any(instance.accepts(user, key) for instance in self._running())

    def _run(self, command: str, out: Writer) -> int:
        """Run a command on the instance that the client's key was sent to last."""
        known = [instance for instance in self._running() if out.key in instance.keys]
        if not known:
            return 255
        return answer(max(known, key=lambda instance: instance.keys[out.key]), command, out)
