"""Baking of a private image.

A builder stack installs DRFC on AWS's stock image, creates the image and deletes itself.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from dots_tui import __version__
from dots_tui.aws import packaged, prices
from dots_tui.aws.base_stack import BaseStack, base_of, tag_value, tags
from dots_tui.aws.bucket import upload
from dots_tui.aws.events import Progress, StackEvent, follow
from dots_tui.aws.images import KIND_IMAGE, STOCK_NAME, Image, private_images, stock_image
from dots_tui.aws.market import most
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.recipe import recipe
from dots_tui.aws.session import Aws, Identity
from dots_tui.aws.stacks import delete_stack, list_stacks, own_event
from dots_tui.aws.subnets import default_subnets, zones_with
from dots_tui.aws.tag_names import TAG_BASE, TAG_KIND, TAG_RACER

BUILDER_TYPE = "t3.large"
"""Instance type of the builder. It only installs software and needs no GPU."""
USUAL_MINUTES, MOST_MINUTES = 25, 70
"""Typical duration of a bake, and the time after which the builder shuts itself down (builder.yaml)."""
DELETE_AFTER_MINUTES = 85
"""Minutes after which the schedule deletes a builder stack that still exists."""
SNAPSHOT_USD_PER_GB_MONTH = 0.05
"""Maximum price of a snapshot; list price of us-east-1, 2025."""
_TIME = "%Y-%m-%dT%H:%M:%S"
_BAKES = "dots-tui/bakes"


@dataclass(frozen=True)
class BakePlan:
    """The plan of a bake: builder `stack` creates image `name` from `stock`, using the resources of `base`.

    `cost` is the maximum cost of the builder, None if no price is known; `monthly_usd` is the maximum storage cost of
    the image.
    """

    stack: str
    name: str
    region: str
    base: BaseStack
    stock: Image
    identity: Identity
    cost: prices.Cost | None
    monthly_usd: float
    subnet: str = ""

    @property
    def resource_count(self) -> int:
        """The number of resources of the builder stack, for a progress bar."""
        return len(packaged.resource_names(packaged.template("builder.yaml"), {}))


def plan_bake(aws: Aws, base: str, subnet: str = "", now: datetime | None = None) -> BakePlan:
    """Plan a bake. Changes nothing.

    Raises AwsProblem: `no-base`, `base-not-complete`, `no-builder` if the base stack has no role for it, `no-image`
    without a stock image, `no-subnet`, `baking` while another bake is under way in the region.
    """
    found = _base(aws, base)
    busy = [one for one in builders(aws) if one.at_work]
    if busy:
        what = f"An image is already being baked in {aws.region}: {busy[0].name} ({busy[0].status})."
        raise AwsProblem("baking", what, "Wait until it is done. dots-tui image list shows it.")
    stock = stock_image(aws)
    if stock is None:
        what = f"AWS has no stock image in {aws.region} ({STOCK_NAME})."
        raise AwsProblem("no-image", what, "Bake in another region, then: dots-tui image copy REGION.")
    subnet = subnet or _subnet(aws)
    stamp = (now or datetime.now(timezone.utc)).strftime("%Y%m%d-%H%M%S")
    return BakePlan(
        stack=f"dots-image-{stamp}",
        name=f"dots-tui-drfc-{recipe().drfc_version}-{stamp}",
        region=aws.region,
        base=found,
        stock=stock,
        identity=aws.identity(),
        cost=most(aws, BUILDER_TYPE, DELETE_AFTER_MINUTES, stock.disk_gb),
        monthly_usd=round(stock.disk_gb * SNAPSHOT_USD_PER_GB_MONTH, 2),
        subnet=subnet,
    )


def _subnet(aws: Aws) -> str:
    """Return a default subnet in a zone that offers the builder's type; EC2 might choose a zone that does not."""
    zones = zones_with(aws, BUILDER_TYPE)
    fitting = [one for one in default_subnets(aws) if one.zone in zones]
    if not fitting:
        what = f"The default VPC of {aws.region} has no subnet in a zone with {BUILDER_TYPE}."
        raise AwsProblem("no-subnet", what, "aws ec2 create-default-vpc makes one. Or name a subnet: --subnet SUBNET.")
    return fitting[0].id


def _base(aws: Aws, name: str) -> BaseStack:
    stack = next((one for one in list_stacks(aws) if one.kind == "base" and one.name == name), None)
    if stack is None:
        what = f"There is no base stack {name} in {aws.region}."
        raise AwsProblem("no-base", what, f"dots-tui base create {name} --ip A.B.C.D")
    found = base_of(stack)
    if not found.complete:
        raise AwsProblem("base-not-complete", f"The base stack {name} is {found.status}.", "Wait until it is complete.")
    if not (found.builder_profile and found.stack_role and found.scheduler_role):
        what = f"The base stack {name} has no role for a builder: it is of an older version, or not of dots-tui."
        fix = f"dots-tui base update {name} adds it to one of dots-tui."
        raise AwsProblem("no-builder", what, fix)
    return found


def bake(
    aws: Aws, plan: BakePlan, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Bake an image and yield the events of the builder stack and the builder's phases.

    Raises AwsProblem `bake-failed` with the builder's reason, after all resources were removed. If `stopped()` is true,
    the events end; the builder continues, creates the image and deletes its stack.
    """
    for _ in upload(aws, plan.base.bucket, packaged.instance_prefix(), packaged.instance_files()):
        pass
    phases = _Phases(aws, plan.base.bucket, plan.stack)
    with explained():
        answer = aws.client("cloudformation").create_stack(
            TemplateBody=packaged.template("builder.yaml"),
            ClientRequestToken=secrets.token_hex(16),
            **stack_arguments(plan, datetime.now(timezone.utc)),
        )
    stack_id, progress = str(answer["StackId"]), Progress(plan.resource_count)
    for event in follow(aws, stack_id, poll_s=poll_s, stopped=stopped, beside=phases.new):
        progress.apply(event)
        yield event
    if stopped():
        return
    yield from phases.new()
    made = progress.status in ("CREATE_COMPLETE", "DELETE_COMPLETE") and progress.cause is None
    if progress.status != "DELETE_COMPLETE":
        yield from delete_stack(aws, stack_id, plan.stack, poll_s, stopped)
    if not made:
        raise _failure(plan, phases, progress)
    yield _made(aws, plan)


def _made(aws: Aws, plan: BakePlan) -> StackEvent:
    image = next((one for one in private_images(aws) if one.name == plan.name), None)
    if image is None:
        what = f"The builder reported an image {plan.name}, but there is none."
        raise AwsProblem("bake-failed", what, "Bake again. Nothing of the builder is left.")
    return own_event(image.id, "Image", "AVAILABLE", f"{image.name}, {image.size_gb} GB")


def _failure(plan: BakePlan, phases: _Phases, progress: Progress) -> AwsProblem:
    problem = progress.problem(plan.stack, "create")
    reason = phases.failure or problem.detail or "no reason was given"
    what = f"The image {plan.name} could not be baked: {reason.rstrip('.')}."
    return AwsProblem("bake-failed", what, "Nothing of the builder is left, and it costs nothing.", problem.what)


def stack_arguments(plan: BakePlan, now: datetime) -> dict[str, Any]:
    """Return the arguments of CreateStack for a builder, without the template."""
    delete_at = now.astimezone(timezone.utc) + timedelta(minutes=DELETE_AFTER_MINUTES)
    values = {
        "ResourcesStackName": plan.base.name,
        "ImageName": plan.name,
        "MadeBy": re.sub(r"[^A-Za-z0-9._+-]", "-", __version__),
        "InstanceType": BUILDER_TYPE,
        "AmiId": plan.stock.id,
        "VolumeSize": str(plan.stock.disk_gb),
        "RootDevice": plan.stock.root_device,
        "SubnetId": plan.subnet,
        "DeleteAt": delete_at.strftime(_TIME),
        "SchedulerRoleArn": plan.base.scheduler_role,
        "BUCKET": plan.base.bucket,
        "InstanceFiles": packaged.instance_prefix(),
    }
    labels = {TAG_KIND: KIND_IMAGE, TAG_BASE: plan.base.name, TAG_RACER: tag_value(plan.identity.user)}
    return {
        "StackName": plan.stack,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
        "Tags": tags(labels),
        "RoleARN": plan.base.stack_role,
    }


class _Phases:
    """The phases a builder has reported in the bucket, each yielded once as an event."""

    def __init__(self, aws: Aws, bucket: str, stack: str) -> None:
        self._aws, self._bucket, self._stack = aws, bucket, stack
        self._key = f"{_BAKES}/{stack}/dots-tui/phases.json"
        self._told: set[tuple[str, str]] = set()
        self.failure = ""
        """The builder's error message."""

    def new(self) -> Iterator[StackEvent]:
        """Yield the phases that are new since the last call. A builder that has not reported yet yields none."""
        try:
            with explained():
                body = self._aws.client("s3").get_object(Bucket=self._bucket, Key=self._key)["Body"].read()
            record = json.loads(body)
        except (AwsProblem, ValueError):
            return  # missing or partly written; the stack's own events show the end
        rows = record.get("phases") if isinstance(record, dict) and record.get("stack") == self._stack else None
        for row in rows if isinstance(rows, list) else ():
            name, message = str(row.get("name", "")), str(row.get("message", ""))
            if (name, message) not in self._told:
                self._told.add((name, message))
                if name == "failed":
                    self.failure = message
                yield own_event(name, "Phase", "FAILED" if name == "failed" else "PHASE", message)


# -- builders there are -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Builder:
    """A builder stack. `image` is the name of the image it creates."""

    id: str
    name: str
    status: str
    created: datetime
    image: str
    base: str

    @property
    def at_work(self) -> bool:
        """True while AWS creates or deletes the stack, and while a completed stack may still delete itself."""
        young = datetime.now(timezone.utc) - self.created < timedelta(minutes=DELETE_AFTER_MINUTES)
        return self.status.endswith("_IN_PROGRESS") or (self.status == "CREATE_COMPLETE" and young)


def builders(aws: Aws) -> list[Builder]:
    """Return the builder stacks of the region, newest first. Raises AwsProblem."""
    rows: list[dict[str, Any]] = []
    with explained():
        for page in aws.client("cloudformation").get_paginator("describe_stacks").paginate():
            rows.extend(page["Stacks"])
    found = []
    for row in rows:
        labels = {one["Key"]: one["Value"] for one in row.get("Tags", ())}
        if labels.get(TAG_KIND) != KIND_IMAGE:
            continue
        values = {one["ParameterKey"]: one.get("ParameterValue", "") for one in row.get("Parameters", ())}
        created = row["CreationTime"].astimezone(timezone.utc)
        image = values.get("ImageName", "")
        found.append(
            Builder(row["StackId"], row["StackName"], row["StackStatus"], created, image, labels.get(TAG_BASE, ""))
        )
    return sorted(found, key=lambda one: one.created, reverse=True)


def left_over(aws: Aws) -> list[Builder]:
    """Return the builder stacks that an interrupted bake left behind. Raises AwsProblem."""
    return [one for one in builders(aws) if not one.at_work]


def clean(
    aws: Aws, builder: Builder, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Delete a builder stack and yield its events until it is gone. Raises AwsProblem `delete-failed`."""
    return delete_stack(aws, builder.id, builder.name, poll_s, stopped)
