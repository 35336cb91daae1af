"""Interruption of a spot instance on the loopback AWS; its group starts a replacement."""

# ruff: noqa: SLF001 - moto has no public way to its stores
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.autoscaling.models import autoscaling_backends
from moto.cloudformation.models import cloudformation_backends
from moto.ec2.models import ec2_backends

from dots_tui.demo.aws_resources import instances_of, tag_with_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.demo.aws_lifecycle import StackLife


def interrupt(life: StackLife, instance_id: str) -> None:
    """Terminate a member of an Auto Scaling group and let the group replace it; ignore other instances."""
    for stack in _stacks():
        for logical, resource in list(stack.resource_map._parsed_resources.items()):
            group = getattr(resource, "cf_resource_type", "") == "AWS::AutoScaling::AutoScalingGroup"
            if group and instance_id in instances_of(resource):
                _replace(life, stack, logical, resource, instance_id)
                return


def _stacks() -> Iterator[Any]:
    for regions in list(cloudformation_backends.values()):
        for backend in list(regions.values()):
            yield from list(backend.stacks.values())


def _replace(life: StackLife, stack: Any, logical: str, group: Any, instance_id: str) -> None:
    account, region = stack.account_id, stack.region_name
    with life.lock:
        ec2_backends[account][region].terminate_instances([instance_id])
        autoscaling_backends[account][region].notify_terminate_instances([instance_id])
        new = [one for one in instances_of(group) if one != instance_id]
        tag_with_stack(stack, logical, new)
    life.member_replaced(stack, logical, instance_id)
