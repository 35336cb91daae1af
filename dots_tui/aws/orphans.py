"""Orphans: resources with the tags of a training that belong to nothing in use.

All regions of the account are searched, because a racer easily forgets a region. The advice deletes resources, so
`at_work` requires two independent sources; an unsure orphan is marked as such and has no command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from dots_tui.aws.at_work import AtWork, Standing, at_work
from dots_tui.aws.parallel import in_parallel
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack, recognised

OURS = "dots-tui:"
LATE = timedelta(minutes=30)
"""Time after its end at which a stack should be gone: saving takes minutes, the schedule fifteen."""
_STUCK = ("DELETE_FAILED", "ROLLBACK_FAILED")
_LEFT = ("ROLLBACK_COMPLETE", "CREATE_FAILED")
_ALIVE = ["pending", "running", "stopping", "stopped"]
_FILTER_VALUES = 200
"""Maximum number of values in an EC2 filter."""
_UNSURE = "Look at it in the AWS console, and who uses it, before you end it."


@dataclass(frozen=True)
class Orphan:
    """An abandoned resource.

    `kind` is instance, volume, address or stack, `why` is the evidence, `advice` the next action, `command` its AWS CLI
    command ("" if unsure, or if dots-tui does it better).
    """

    kind: str
    id: str
    region: str
    why: str
    advice: str
    command: str = ""
    costs: bool = True
    """True if the resource costs money while it exists."""
    sure: bool = True
    """True if two sources confirm that it is left behind; else it only appears so."""


@dataclass
class Orphans:
    """The orphans found, the regions searched, and the regions that could not be searched."""

    found: list[Orphan] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    problems: dict[str, AwsProblem] = field(default_factory=dict)


def look(aws: Aws, regions: Sequence[str], now: datetime | None = None) -> Orphans:
    """Search all `regions` in parallel. Raises AwsProblem only if no region can be searched."""
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
    result.found.sort(key=lambda one: (not one.sure, not one.costs, one.region, one.kind, one.id))
    return result


def look_again(aws: Aws, orphan: Orphan, now: datetime | None = None) -> Orphan | None:
    """Return the current state of an orphan; None if it is no longer one. Raises AwsProblem."""
    found = _in_region(aws.in_region(orphan.region), orphan.region, now or datetime.now(timezone.utc))
    return next((one for one in found if (one.kind, one.id) == (orphan.kind, orphan.id)), None)


def _in_region(aws: Aws, region: str, now: datetime) -> Iterator[Orphan]:
    # List resources before stacks: a resource created in between is not listed, and its stack is.
    seen = [*_instances(aws, region), *_volumes(aws, region), *_addresses(aws, region)]
    rows: list[dict[str, Any]] = []
    with explained():
        for page in aws.client("cloudformation").get_paginator("describe_stacks").paginate():
            rows.extend(page["Stacks"])
    yield from _stacks([stack for stack in map(recognised, rows) if stack is not None], region, now)
    if not seen:
        return
    living = at_work(aws, rows)
    judged = [orphan for orphan in (one.judged(living) for one in seen) if orphan is not None]
    gone = _gone(aws, [one.id for one in judged if one.kind == "instance"])
    yield from (one for one in judged if one.id not in gone)


@dataclass(frozen=True)
class _Seen:
    """A resource with tags of dots-tui. `orphan` describes it if it is left behind."""

    orphan: Orphan
    tags: Mapping[str, str]

    def judged(self, living: AtWork) -> Orphan | None:
        """Return the orphan, sure or unsure; None if the resource is in use."""
        standing, why = living.standing(self.orphan.id, self.tags)
        if standing is Standing.AT_WORK:
            return None
        words = f"{self.orphan.why}, {why}"
        if standing is Standing.UNSURE:
            return replace(self.orphan, why=words, advice=_UNSURE, command="", sure=False)
        return replace(self.orphan, why=words)


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
            # The stack still exists and may be training, so somebody may be using it.
            over = int((now - stack.expires).total_seconds() // 60)
            why = f"its time to live is over for {over} min and it is still there"
            advice = f"Look what it does. dots-tui stop {stack.name} saves its model and ends it."
            yield Orphan("stack", stack.name, region, why, advice, sure=False)


def _instances(aws: Aws, region: str) -> Iterator[_Seen]:
    """Yield the instances with tags of dots-tui, regardless of owner."""
    with explained():
        pages = aws.client("ec2").get_paginator("describe_instances")
        for page in pages.paginate(Filters=[{"Name": "instance-state-name", "Values": _ALIVE}]):
            for row in (one for reservation in page["Reservations"] for one in reservation["Instances"]):
                tags = _tags(row)
                if not _ours(tags):
                    continue
                command = f"aws ec2 terminate-instances --region {region} --instance-ids {row['InstanceId']}"
                why = f"{row['InstanceType']} {row['State']['Name']}"
                advice = "Save what you need of it, then terminate it."
                yield _Seen(Orphan("instance", row["InstanceId"], region, why, advice, command), tags)


def _gone(aws: Aws, ids: Sequence[str]) -> set[str]:
    """Return the instances among `ids` that ended since they were listed."""
    there: set[str] = set()
    pages = aws.client("ec2").get_paginator("describe_instances")
    for first in range(0, len(ids), _FILTER_VALUES):
        wanted = list(ids[first : first + _FILTER_VALUES])
        filters = [{"Name": "instance-id", "Values": wanted}, {"Name": "instance-state-name", "Values": _ALIVE}]
        with explained():
            for page in pages.paginate(Filters=filters):
                there |= {one["InstanceId"] for reservation in page["Reservations"] for one in reservation["Instances"]}
    return set(ids) - there


def _volumes(aws: Aws, region: str) -> Iterator[_Seen]:
    """Yield unattached disks with tags of dots-tui."""
    with explained():
        pages = aws.client("ec2").get_paginator("describe_volumes")
        for page in pages.paginate(Filters=[{"Name": "status", "Values": ["available"]}]):
            for row in page["Volumes"]:
                if _ours(_tags(row)):
                    command = f"aws ec2 delete-volume --region {region} --volume-id {row['VolumeId']}"
                    why, advice = f"{row['Size']} GB, attached to nothing", "Delete it: models are in the bucket."
                    yield _Seen(Orphan("volume", row["VolumeId"], region, why, advice, command), _tags(row))


def _addresses(aws: Aws, region: str) -> Iterator[_Seen]:
    """Yield unassociated elastic addresses with tags of dots-tui."""
    with explained():
        rows = aws.client("ec2").describe_addresses()["Addresses"]
    for row in rows:
        if _ours(_tags(row)) and not row.get("AssociationId"):
            allocation = row.get("AllocationId", "")
            command = f"aws ec2 release-address --region {region} --allocation-id {allocation}"
            why = f"address {row.get('PublicIp', '')}, used by nothing"
            yield _Seen(Orphan("address", allocation, region, why, "Release it.", command), _tags(row))


def _tags(row: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}


def _ours(tags: Mapping[str, str]) -> bool:
    return any(key.startswith(OURS) for key in tags)
