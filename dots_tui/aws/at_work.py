"""The stacks of a region with their instances, Auto Scaling groups and launch templates.

A resource counts as left behind only if two independent sources agree: no existing stack or group contains it, and its
own tags (stack, group, launch template, run, name) point to nothing that exists. If one source is unavailable, the
result is unsure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.stacks import Stack, recognised
from dots_tui.aws.tag_names import TAG_RUN

if TYPE_CHECKING:
    from dots_tui.aws.session import Aws

STACK_NAME, STACK_ID = "aws:cloudformation:stack-name", "aws:cloudformation:stack-id"
GROUP = "aws:autoscaling:groupName"
TEMPLATE = "aws:ec2launchtemplate:id"
_GONE = "DELETE_COMPLETE"
_OF_TYPE = {
    "AWS::EC2::Instance": "instances",
    "AWS::EC2::Volume": "instances",
    "AWS::EC2::EIP": "instances",
    "AWS::AutoScaling::AutoScalingGroup": "groups",
    "AWS::EC2::LaunchTemplate": "templates",
}


class Standing(Enum):
    """The verdict on a resource that nothing seems to use."""

    AT_WORK = "at work"
    UNSURE = "unsure"
    LEFT = "left behind"


@dataclass(frozen=True)
class AtWork:
    """The stacks and resources in use in a region, as ids and names; `gaps` describes what could not be read."""

    stacks: frozenset[str]
    """Names and ids of all stacks, regardless of creator and state."""
    names: frozenset[str]
    """Names of the training stacks."""
    runs: frozenset[str]
    """Model prefixes of the training stacks."""
    instances: frozenset[str]
    """Ids of the resources that belong to a stack or to a stack's Auto Scaling group."""
    groups: Mapping[str, bool]
    """Name of each Auto Scaling group, and true if it belongs to an existing stack."""
    templates: frozenset[str]
    gaps: tuple[str, ...] = ()

    def standing(self, resource: str, tags: Mapping[str, str]) -> tuple[Standing, str]:
        """Return the verdict on a resource with these tags, and the reason."""
        stack = tags.get(STACK_NAME, "")
        group, template, run = tags.get(GROUP, ""), tags.get(TEMPLATE, ""), tags.get(TAG_RUN, "")
        if resource in self.instances or tags.get(STACK_ID, "") in self.stacks or stack in self.stacks:
            return Standing.AT_WORK, ""
        if self.groups.get(group, False) or template in self.templates:
            return Standing.AT_WORK, ""
        if self.gaps:
            return Standing.UNSURE, "; ".join(self.gaps)
        if group in self.groups:
            return Standing.UNSURE, f"its Auto Scaling group {group} exists, and belongs to no stack"
        name = tags.get("Name", "")
        if run in self.runs or name in self.names:
            whose = f"of the run {run}" if run in self.runs else f"called {name}"
            return Standing.UNSURE, f"a training {whose} exists, and does not list it"
        if stack:
            return Standing.LEFT, f"its stack {stack} does not exist any more"
        return Standing.LEFT, f"no stack, no group and no training of the run {run or '(unknown)'} exists"


def at_work(aws: Aws, rows: Sequence[Mapping[str, Any]]) -> AtWork:
    """Return the stacks and resources of the region of `aws`; `rows` are its stacks from DescribeStacks.

    Each source that cannot be read is added to `gaps`.
    """
    living = [row for row in rows if row["StackStatus"] != _GONE]
    trainings = [stack for stack in map(recognised, living) if stack is not None and stack.kind == "training"]
    found: dict[str, set[str]] = {"instances": set(), "groups": set(), "templates": set()}
    gaps = []
    for stack in trainings:
        problem = _resources(aws, stack, found)
        if problem is not None:
            gaps.append(f"the resources of {stack.name} could not be listed: {problem.what}")
    stacks = frozenset(row[key] for row in living for key in ("StackName", "StackId"))
    try:
        groups = _groups(aws, stacks, found)
    except AwsProblem as problem:
        groups = dict.fromkeys(found["groups"], True)
        gaps.append(f"the Auto Scaling groups could not be listed: {problem.what}")
    return AtWork(
        stacks,
        frozenset(stack.name for stack in trainings),
        frozenset(stack.run for stack in trainings if stack.run),
        frozenset(found["instances"]),
        groups,
        frozenset(found["templates"]),
        tuple(gaps),
    )


def _resources(aws: Aws, stack: Stack, found: Mapping[str, set[str]]) -> AwsProblem | None:
    """Add the resources of a stack to `found`. Return the problem if they could not be listed, else None."""
    try:
        with explained():
            pages = aws.client("cloudformation").get_paginator("list_stack_resources")
            for page in pages.paginate(StackName=stack.id):
                for one in page["StackResourceSummaries"]:
                    kind = _OF_TYPE.get(one["ResourceType"])
                    if kind and one.get("PhysicalResourceId") and one["ResourceStatus"] != "DELETE_COMPLETE":
                        found[kind].add(one["PhysicalResourceId"])
    except AwsProblem as problem:
        return problem
    return None


def _groups(aws: Aws, stacks: frozenset[str], found: Mapping[str, set[str]]) -> dict[str, bool]:
    """Return the groups of the region; add the instances of stack-owned groups to `found`."""
    groups: dict[str, bool] = {}
    with explained():
        for page in aws.client("autoscaling").get_paginator("describe_auto_scaling_groups").paginate():
            for row in page["AutoScalingGroups"]:
                name = row["AutoScalingGroupName"]
                tags = {tag["Key"]: tag.get("Value", "") for tag in row.get("Tags", ())}
                template = row.get("LaunchTemplate", {}).get("LaunchTemplateId", "")
                groups[name] = (
                    name in found["groups"]
                    or bool({tags.get(STACK_NAME, ""), tags.get(STACK_ID, "")} & stacks)
                    or template in found["templates"]
                )
                if groups[name]:
                    found["instances"].update(one["InstanceId"] for one in row["Instances"])
    return groups
