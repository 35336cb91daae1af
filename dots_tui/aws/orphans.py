"""What trainings left behind: what is tagged as training, costs money, and belongs to no stack that is at work.

Looked for over all regions of the account, because nobody looks into a region again that was tried once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack, recognised

OURS = "dots-tui:"
_STACK = "aws:cloudformation:stack-name"
LATE = timedelta(minutes=30)
"""So long after its end a stack has had every chance to be gone: saving takes minutes, the schedule fifteen."""
_STUCK = ("DELETE_FAILED", "ROLLBACK_FAILED")
_LEFT = ("ROLLBACK_COMPLETE", "CREATE_FAILED")


@dataclass(frozen=True)
class Orphan:
    """Something nobody looks after. ``kind`` is instance, volume, address or stack, ``why`` says how it is known,
    ``advice`` what to do, ``command`` the AWS CLI's for it ("" when dots-tui does it better)."""

    kind: str
    id: str
    region: str
    why: str
    advice: str
    command: str = ""
    costs: bool = True
    """Whether it costs money as long as it is there."""


@dataclass
class Orphans:
    """What was found in which regions, and where it could not be looked."""

    found: list[Orphan] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    problems: dict[str, AwsProblem] = field(default_factory=dict)


def look(aws: Aws, regions: Sequence[str], now: datetime | None = None) -> Orphans:
    """Look into all ``regions`` at once. Raises AwsProblem only when none of them can be looked into."""
    moment = now or datetime.now(timezone.utc)
    result = Orphans()
    for region, found in in_parallel(regions, lambda region: list(_in_region(aws.in_region(region), region, moment))):
        if isinstance(found, AwsProblem):
            result.problems[region] = found
        else:
            result.regions.append(region)
            result.found += found
    if not result.regions and result.problems:
        raise next(iter(result.problems.values()))
    result.found.sort(key=lambda one: (not one.costs, one.region, one.kind, one.id))
    return result


def _in_region(aws: Aws, region: str, now: datetime) -> Iterator[Orphan]:
    rows: list[dict[str, Any]] = []
    with explained():
        for page in aws.client("cloudformation").get_paginator("describe_stacks").paginate():
            rows.extend(page["Stacks"])
    stacks = [stack for stack in map(recognised, rows) if stack is not None]
    yield from _stacks(stacks, region, now)
    yield from _instances(aws, region, {row["StackName"] for row in rows}, {stack.name for stack in stacks})
    yield from _volumes(aws, region)
    yield from _addresses(aws, region)


def _stacks(stacks: Sequence[Stack], region: str, now: datetime) -> Iterator[Orphan]:
    for stack in stacks:
        delete = f"aws cloudformation delete-stack --region {region} --stack-name {stack.name}"
        if stack.status in _STUCK:
            what = f"stack {stack.status.replace('_', ' ').lower()}"
            yield Orphan(
                "stack", stack.name, region, what, "Delete it again; its events say what stood in the way.", delete
            )
        elif stack.kind == "training" and stack.status in _LEFT:
            advice = "Nothing of it runs; deleting it frees its name."
            yield Orphan("stack", stack.name, region, "left from a launch that failed", advice, delete, costs=False)
        elif stack.kind == "training" and stack.expires is not None and now - stack.expires > LATE:
            over = int((now - stack.expires).total_seconds() // 60)
            why = f"its time to live is over for {over} min and it is still there"
            yield Orphan("stack", stack.name, region, why, "Stop it safely, or delete it.", delete)


def _instances(aws: Aws, region: str, every: set[str], ours: set[str]) -> Iterator[Orphan]:
    """Instances of a training whose stack is gone."""
    states = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]
    with explained():
        for page in aws.client("ec2").get_paginator("describe_instances").paginate(Filters=states):
            for row in (one for reservation in page["Reservations"] for one in reservation["Instances"]):
                tags = _tags(row)
                stack = tags.get(_STACK, "")
                # A stack of somebody else's with our tags on its instance is that one's business.
                if not _ours(tags) or stack in ours or stack in every:
                    continue
                why = f"{row['InstanceType']} {row['State']['Name']}, its stack {stack or 'is not known'}"
                yield Orphan(
                    "instance",
                    row["InstanceId"],
                    region,
                    f"{why} is gone" if stack else why,
                    "Save what you need of it, then terminate it.",
                    f"aws ec2 terminate-instances --region {region} --instance-ids {row['InstanceId']}",
                )


def _volumes(aws: Aws, region: str) -> Iterator[Orphan]:
    """Disks of trainings that no instance has."""
    with explained():
        pages = aws.client("ec2").get_paginator("describe_volumes")
        for page in pages.paginate(Filters=[{"Name": "status", "Values": ["available"]}]):
            for row in page["Volumes"]:
                if _ours(_tags(row)):
                    command = f"aws ec2 delete-volume --region {region} --volume-id {row['VolumeId']}"
                    why = f"{row['Size']} GB, attached to nothing"
                    yield Orphan(
                        "volume", row["VolumeId"], region, why, "Delete it: models are in the bucket.", command
                    )


def _addresses(aws: Aws, region: str) -> Iterator[Orphan]:
    """Elastic addresses of trainings that no instance has."""
    with explained():
        rows = aws.client("ec2").describe_addresses()["Addresses"]
    for row in rows:
        if _ours(_tags(row)) and not row.get("AssociationId"):
            command = f"aws ec2 release-address --region {region} --allocation-id {row.get('AllocationId', '')}"
            why = f"address {row.get('PublicIp', '')}, used by nothing"
            yield Orphan("address", row.get("AllocationId", ""), region, why, "Release it.", command)


def _tags(row: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}


def _ours(tags: Mapping[str, str]) -> bool:
    return any(key.startswith(OURS) for key in tags)
