"""The instance of a training stack: find it, install a key, run a command."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Callable

from dots_tui.aws.events import wait
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws

_INSTANCE = "AWS::EC2::Instance"
_GROUP = "AWS::AutoScaling::AutoScalingGroup"
_COMMAND_PENDING = frozenset({"Pending", "InProgress", "Delayed"})
_DELIVERY_S = 60


@dataclass(frozen=True)
class Instance:
    """An EC2 instance.

    `ip` is its public address ("" if none), `az` its availability zone, `state` pending, running, shutting-down,
    terminated, stopping or stopped.
    """

    id: str
    ip: str
    az: str
    state: str
    type: str


@dataclass(frozen=True)
class CommandOutput:
    """The result of a command. `status` is Systems Manager's term: Success, Failed, TimedOut ..."""

    status: str
    output: str
    error: str


def find_instance(aws: Aws, stack: str) -> Instance | None:
    """Return the instance of a training stack (name or id), also while the stack is being created.

    Returns None if there is none (not yet, or between two spot instances). Raises AwsProblem.
    """
    ids = instance_ids(aws, [stack])
    found = describe(aws, ids.values())
    return found.get(ids.get(stack, ""))


def instance_ids(aws: Aws, stacks: Iterable[str]) -> dict[str, str]:
    """Map each stack to the id of its instance; stacks without one are omitted.

    An Auto Scaling group is represented by its instance.
    """
    client = aws.client("cloudformation")
    ids: dict[str, str] = {}
    groups: dict[str, str] = {}
    for stack in stacks:
        with explained():
            resources = client.describe_stack_resources(StackName=stack)["StackResources"]
        for resource in resources:
            physical = resource.get("PhysicalResourceId")
            if physical and resource.get("ResourceType") == _INSTANCE:
                ids[stack] = physical
            elif physical and resource.get("ResourceType") == _GROUP:
                groups[stack] = physical
    if groups:
        members = _group_members(aws, list(groups.values()))
        ids.update({stack: members[group] for stack, group in groups.items() if group in members})
    return ids


def _group_members(aws: Aws, names: list[str]) -> dict[str, str]:
    """Map each Auto Scaling group to its instance; prefer an instance in service."""
    members: dict[str, str] = {}
    with explained():
        pages = aws.client("autoscaling").get_paginator("describe_auto_scaling_groups")
        for page in pages.paginate(AutoScalingGroupNames=names):
            for group in page["AutoScalingGroups"]:
                instances = sorted(group["Instances"], key=lambda one: one["LifecycleState"] != "InService")
                if instances:
                    members[group["AutoScalingGroupName"]] = instances[0]["InstanceId"]
    return members


def describe(aws: Aws, ids: Iterable[str]) -> dict[str, Instance]:
    """Map each id to its instance. Ids that AWS no longer knows are omitted."""
    wanted = sorted({one for one in ids if one})
    if not wanted:
        return {}
    found: dict[str, Instance] = {}
    with explained():
        # Use a filter, because InstanceIds fails for all ids if one instance was terminated an hour ago.
        filters = [{"Name": "instance-id", "Values": wanted}]
        for page in aws.client("ec2").get_paginator("describe_instances").paginate(Filters=filters):
            for reservation in page["Reservations"]:
                for row in reservation["Instances"]:
                    found[row["InstanceId"]] = _instance(row)
    return found


def _instance(row: dict[str, Any]) -> Instance:
    return Instance(
        id=row["InstanceId"],
        ip=row.get("PublicIpAddress") or "",
        az=row.get("Placement", {}).get("AvailabilityZone") or "",
        state=row["State"]["Name"],
        type=row["InstanceType"],
    )


def send_ssh_key(aws: Aws, instance: Instance, user: str, public_key: str) -> None:
    """Let `public_key` (an OpenSSH line) log in as `user` for the next 60 seconds (EC2 Instance Connect).

    AWS accepts the key even if the instance lacks the package; the login is then refused. Raises AwsProblem.
    """
    with explained():
        answer = aws.client("ec2-instance-connect").send_ssh_public_key(
            InstanceId=instance.id,
            InstanceOSUser=user,
            SSHPublicKey=public_key,
            **({"AvailabilityZone": instance.az} if instance.az else {}),
        )
    if not answer.get("Success"):
        raise AwsProblem("no-key", f"EC2 Instance Connect did not take the key for {instance.id}.", "Try again.")


def run_command(
    aws: Aws,
    instance_id: str,
    commands: Sequence[str],
    timeout_s: float = 90.0,
    poll_s: float = 2.0,
    stopped: Callable[[], bool] = lambda: False,
) -> CommandOutput:
    """Run shell commands as root on an instance through Systems Manager, and wait for them to end.

    AWS truncates output at 24,000 characters. Raises AwsProblem: `no-agent` if the instance accepts no commands,
    `command-timeout` after `timeout_s` or if `stopped()` is true.
    """
    client = aws.client("ssm")
    with explained():
        sent = client.send_command(
            InstanceIds=[instance_id],
            DocumentName="AWS-RunShellScript",
            Parameters={"commands": list(commands)},
            TimeoutSeconds=_DELIVERY_S,
        )
    command_id = sent["Command"]["CommandId"]
    end = time.monotonic() + timeout_s
    while time.monotonic() < end and not stopped():
        try:
            with explained():
                row = client.get_command_invocation(CommandId=command_id, InstanceId=instance_id)
        except AwsProblem as problem:
            if "InvocationDoesNotExist" not in problem.detail:  # for a moment after sending
                raise
            row = {"Status": "Pending"}
        if row["Status"] not in _COMMAND_PENDING:
            return CommandOutput(
                row["Status"], row.get("StandardOutputContent") or "", row.get("StandardErrorContent") or ""
            )
        wait(poll_s, stopped)
    raise AwsProblem(
        "command-timeout",
        f"The instance {instance_id} did not answer a command in time.",
        "It may be overloaded or hang.",
    )
