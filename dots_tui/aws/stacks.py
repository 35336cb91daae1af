"""The base and training stacks of an account: list, follow and delete them.

dots-tui stacks are recognized by the tag `dots-tui:kind`, those of DeepRacer on the Spot by parameters and export
names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from dots_tui.aws import bucket as buckets
from dots_tui.aws.access_stacks import drop_all
from dots_tui.aws.events import (
    OWN_TYPE,
    Progress,
    StackEvent,
    follow,
    newest_event,
    wait,
)
from dots_tui.aws.instances import describe, instance_ids
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.tag_names import TAG_BASE, TAG_EXPIRES, TAG_KIND, TAG_RACER, TAG_RUN

__all__ = [
    "TAG_BASE",
    "TAG_EXPIRES",
    "TAG_KIND",
    "TAG_RACER",
    "TAG_RUN",
    "NotEmpty",
    "Progress",
    "Stack",
    "StackEvent",
    "delete",
    "delete_stack",
    "follow",
    "get_stack",
    "list_stacks",
    "recognised",
    "resource_count",
    "wait",
]

EXPORTS = ("Bucket", "SecurityGroup", "InstanceProfile", "InterruptionNotification")
"""Exports that a training stack needs from its base stack, with the names of DeepRacer on the Spot: NAME-Bucket ..."""
_BASE_PARAMETERS = {"MyIPAddress", "NetworkAclId", "RuleNumber"}
_TRAINING_PARAMETERS = {"ResourcesStackName", "DeepRacerImportName", "AmiId"}


@dataclass(frozen=True)
class Stack:
    """A base or training stack. Times are aware (UTC). Fields that do not apply or are unknown are "" or None."""

    id: str
    name: str
    kind: str
    """base or training."""
    status: str
    created: datetime
    ours: bool
    """True if dots-tui created it; else DeepRacer on the Spot did."""
    market: str = ""
    """standard or spot."""
    instance_type: str = ""
    instance_id: str = ""
    ip: str = ""
    expires: datetime | None = None
    base: str = ""
    run: str = ""
    """Prefix of the model in the bucket."""
    custom_files: str = ""
    """Prefix of the custom files in the bucket."""
    outputs: tuple[tuple[str, str], ...] = ()
    exports: tuple[tuple[str, str], ...] = ()

    @property
    def region(self) -> str:
        """The region, from the stack id."""
        parts = self.id.split(":")
        return parts[3] if len(parts) > 3 else ""  # arn:aws:cloudformation:REGION:...


class NotEmpty(AwsProblem):
    """A base stack's bucket that still holds models, logs or custom files."""

    def __init__(self, name: str, bucket: str) -> None:
        super().__init__(
            "bucket-not-empty",
            f"The bucket of {name} ({bucket}) is not empty: it holds your models, logs and custom files.",
            "Save what you need, then delete the stack with the content of its bucket.",
        )
        self.bucket = bucket


def list_stacks(aws: Aws) -> list[Stack]:
    """Return the base and training stacks of the region, newest first. Raises AwsProblem."""
    rows: list[dict[str, Any]] = []
    with explained():
        for page in aws.client("cloudformation").get_paginator("describe_stacks").paginate():
            rows.extend(page["Stacks"])
    found = [stack for stack in map(recognised, rows) if stack is not None]
    return sorted(_with_instances(aws, found), key=lambda stack: stack.created, reverse=True)


def get_stack(aws: Aws, name: str) -> Stack:
    """Return one stack. Raises AwsProblem `no-such-stack`, or `other-stack` if it is not a DeepRacer stack."""
    with explained():
        row = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    stack = recognised(row)
    if stack is None:
        raise AwsProblem(
            "other-stack",
            f"{name} is neither a base stack nor a training stack.",
            "dots-tui leaves other stacks alone; dots-tui stacks lists what it knows.",
        )
    return _with_instances(aws, [stack])[0]


def delete(
    aws: Aws,
    name: str,
    empty_bucket: bool = False,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[StackEvent]:
    """Delete a base or training stack and yield its events until it is gone.

    A base stack is checked first: raises `in-use` if a training stack needs it, `NotEmpty` if its bucket is not empty,
    unless `empty_bucket`. Raises AwsProblem `delete-failed` if the stack remains.
    """
    stack = get_stack(aws, name)
    if stack.kind == "base":
        yield from _ready_base(aws, stack, empty_bucket, stopped)
        yield from drop_all(aws, stack.name, poll_s, stopped)
    if not stopped():
        yield from delete_stack(aws, stack.id, name, poll_s, stopped)


def delete_stack(
    aws: Aws, stack_id: str, name: str, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Delete any stack by id and yield its events until it is gone. Raises AwsProblem `delete-failed` if it remains."""
    after = newest_event(aws, stack_id)
    with explained():
        [row] = aws.client("cloudformation").describe_stacks(StackName=stack_id)["Stacks"]
    if row["StackStatus"] == "DELETE_COMPLETE":
        return  # its instance was faster: no more events arrive
    progress = Progress(resource_count(aws, stack_id))
    with explained():
        aws.client("cloudformation").delete_stack(StackName=stack_id)
    last = None
    for last in follow(aws, stack_id, poll_s=poll_s, stopped=stopped, after=after, deleting=True):
        progress.apply(last)
        yield last
    if last is not None and last.of_stack and last.status != "DELETE_COMPLETE" and not stopped():
        raise progress.problem(name, "delete") if progress.cause else _refused(name, last)


def resource_count(aws: Aws, stack_id: str) -> int:
    """Return the current number of resources of a stack, the total for a deletion."""
    with explained():
        rows = aws.client("cloudformation").describe_stack_resources(StackName=stack_id)["StackResources"]
    return sum(row.get("ResourceStatus") != "DELETE_COMPLETE" for row in rows)


def _refused(name: str, event: StackEvent) -> AwsProblem:
    what = f"The stack {name} was not deleted ({event.status}): {event.reason.rstrip('.') or 'no reason was given'}."
    code = "in-use" if "in use" in event.reason else "delete-failed"
    return AwsProblem(code, what, "Delete what uses it first." if code == "in-use" else "", event.reason)


def _ready_base(aws: Aws, stack: Stack, empty_bucket: bool, stopped: Callable[[], bool]) -> Iterator[StackEvent]:
    """Refuse to delete a base stack that is needed, and empty its bucket if requested."""
    users = sorted(other.name for other in list_stacks(aws) if other.base == stack.name)
    if users:
        raise AwsProblem(
            "in-use",
            f"The base stack {stack.name} is used by {', '.join(users)}.",
            "Stop or delete these first.",
        )
    bucket = _bucket_of(aws, stack)
    if not bucket or buckets.is_empty(aws, bucket):
        return
    if not empty_bucket:
        raise NotEmpty(stack.name, bucket)
    deleted = buckets.empty(aws, bucket, stopped)
    yield own_event(bucket, "Bucket", "EMPTIED", f"{deleted} objects deleted")


def _bucket_of(aws: Aws, stack: Stack) -> str:
    """Return the bucket of a base stack, even if it is partly created or deleted and has no outputs."""
    with explained():
        rows = aws.client("cloudformation").describe_stack_resources(StackName=stack.id)["StackResources"]
    for row in rows:
        if row.get("ResourceType") == "AWS::S3::Bucket" and row.get("ResourceStatus") != "DELETE_COMPLETE":
            return row.get("PhysicalResourceId") or ""
    return ""


def own_event(resource: str, kind: str, status: str, reason: str = "") -> StackEvent:
    """Return an event of dots-tui for a step outside CloudFormation."""
    return StackEvent(datetime.now(timezone.utc), resource, OWN_TYPE + kind, status, reason)


# -- reading what CloudFormation says ---------------------------------------------------------------


def recognised(row: Mapping[str, Any]) -> Stack | None:
    """Return the stack in a row of `describe_stacks`; None if it is not a DeepRacer stack."""
    tags = {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}
    parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in row.get("Parameters", ())}
    outputs = {one["OutputKey"]: one.get("OutputValue", "") for one in row.get("Outputs", ())}
    exports = {one["ExportName"]: one.get("OutputValue", "") for one in row.get("Outputs", ()) if one.get("ExportName")}
    name = row["StackName"]
    kind = tags.get(TAG_KIND) or _kind(name, parameters, exports)
    if kind not in ("base", "training"):
        return None
    return Stack(
        id=row["StackId"],
        name=name,
        kind=kind,
        status=row["StackStatus"],
        created=row["CreationTime"].astimezone(timezone.utc),
        ours=TAG_KIND in tags,
        market=_market(kind, parameters, outputs),
        instance_type=parameters.get("InstanceType", ""),
        expires=_expires(row, kind, tags, parameters),
        base=parameters.get("ResourcesStackName", ""),
        run=tags.get(TAG_RUN, ""),
        custom_files=parameters.get("CUSTOMFILELOCATION", ""),
        outputs=tuple(outputs.items()),
        exports=tuple(exports.items()),
    )


def _kind(name: str, parameters: Mapping[str, str], exports: Mapping[str, str]) -> str:
    if all(f"{name}-{export}" in exports for export in EXPORTS) or parameters.keys() >= _BASE_PARAMETERS:
        return "base"
    return "training" if parameters.keys() >= _TRAINING_PARAMETERS else ""


def _market(kind: str, parameters: Mapping[str, str], outputs: Mapping[str, str]) -> str:
    """Return the market. dots-tui stacks name it; for DeepRacer on the Spot only the standard template outputs an
    address.
    """
    if kind != "training":
        return ""
    if "Market" in parameters or not outputs:
        return parameters.get("Market", "")
    return "standard" if "InstanceIP" in outputs else "spot"


def _expires(
    row: Mapping[str, Any], kind: str, tags: Mapping[str, str], parameters: Mapping[str, str]
) -> datetime | None:
    """Return the end time of a stack: the dots-tui parameter, the tag, or creation (update) plus time to live.

    Instance and schedule use the parameter. 0 minutes and "never" mean no end time.
    """
    text = parameters.get("ExpiresAt") or tags.get(TAG_EXPIRES)
    if text:
        try:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        except ValueError:
            return None
    minutes = parameters.get("TimeToLiveInMinutes", "")
    if kind != "training" or not minutes.isdigit() or int(minutes) == 0:
        return None
    begin: datetime = row.get("LastUpdatedTime") or row["CreationTime"]
    return begin.astimezone(timezone.utc) + timedelta(minutes=int(minutes))


def _with_instances(aws: Aws, stacks: list[Stack]) -> list[Stack]:
    """Return the stacks with facts about their instances: one call per training stack and two for all."""
    ids = instance_ids(aws, [stack.id for stack in stacks if stack.kind == "training"])
    instances = describe(aws, ids.values())
    full = []
    for stack in stacks:
        instance = instances.get(ids.get(stack.id, ""))
        if instance is not None:
            kind = instance.type or stack.instance_type
            stack = replace(stack, instance_id=instance.id, ip=instance.ip, instance_type=kind)
        full.append(stack)
    return full
