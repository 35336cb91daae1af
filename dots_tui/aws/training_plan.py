"""The plan of a launch: its resources, maximum cost and preflight checks. Changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Callable

from dots_tui.aws import checkout, packaged, prices
from dots_tui.aws.base_stack import BaseStack, tag_value
from dots_tui.aws.bucket import uploads
from dots_tui.aws.checks import look
from dots_tui.aws.checks.facts import Known, LaunchFacts
from dots_tui.aws.checks.result import SEVERITIES, CheckResult
from dots_tui.aws.images import Image, check_choice
from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LaunchChoices, LaunchPlan
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles

__all__ = ["DELETE_AFTER_MINUTES", "LaunchChoices", "LaunchPlan", "digest", "plan"]
SCRATCH_TIMEOUT = "PT45M"
"""Time limit for an instance to report its start if it installs DRFC first."""


def plan(
    aws: Aws,
    files: CustomFiles,
    choices: LaunchChoices,
    known: Known | None = None,
    tell: Callable[[CheckResult], object] = lambda _: None,
) -> LaunchPlan:
    """Plan a launch of `files`. `tell` receives each check as soon as it is known, from any thread.

    Raises AwsProblem only if AWS cannot be reached or the templates do not exist; all other problems are checks.
    """
    check_choice(choices.image)
    if choices.templates:
        checkout.training_template(choices.templates, choices.market)  # without it nothing can be planned
    facts = LaunchFacts(aws, files, choices, known or Known())
    lines = look(facts, tell)
    found, image, identity = facts.base, _image(facts), facts.identity
    in_the_way = [line for line in lines if line.severity != "good"]
    planned = LaunchPlan(
        choices=choices,
        region=aws.region,
        identity=identity,
        base=found,
        image=image,
        model_prefix=facts.model,
        custom_files_prefix=facts.custom,
        uploads=uploads(facts.custom, facts.contents),
        creates=_creates(choices, found, image),
        resource_count=len(packaged.resource_names(packaged.template("training.yaml"), _conditions(choices, found))),
        parameters={
            **_parameters(choices, found, image, facts.custom),
            "SubnetId": _subnet(facts),
            "Run": tag_value(facts.model),
            "Racer": tag_value(identity.user),
        },
        cost=facts.cost,
        obstacles=tuple(sorted(in_the_way, key=lambda one: SEVERITIES.index(one.severity))),
        digest=digest(facts.contents),
        lines=tuple(lines),
    )
    return _of_checkout(planned) if choices.templates else planned


def _of_checkout(planned: LaunchPlan) -> LaunchPlan:
    """Return the same launch with the templates of a checkout: other resources, other parameters."""
    folder = planned.choices.templates
    names = checkout.resources(checkout.training_template(folder, planned.choices.market))
    return replace(
        planned,
        creates=(f"{len(names)} resources of {folder}: {', '.join(names)}",),
        resource_count=len(names),
        parameters=checkout.parameters(planned),
    )


def digest(contents: Mapping[str, bytes]) -> str:
    """Return a fingerprint of the files' names and content."""
    whole = hashlib.sha256()
    for name, content in sorted(contents.items()):
        whole.update(f"{name}\0{len(content)}\0".encode())
        whole.update(content)
    return whole.hexdigest()


def _conditions(choices: LaunchChoices, base: BaseStack | None) -> dict[str, bool]:
    spot, ends = choices.market == "spot", choices.ttl_minutes > 0
    return {
        "Spot": spot,
        "Standard": not spot,
        "HasSchedule": ends and bool(base and base.scheduler_role),
        "EndsGroup": ends and spot,
    }


def _image(facts: LaunchFacts) -> Image | None:
    try:
        return facts.image
    except AwsProblem:
        return None  # its check reports it and blocks the launch


def _subnet(facts: LaunchFacts) -> str:
    try:
        found = facts.subnet
    except AwsProblem:
        return ""  # its check reports it and blocks the launch
    return found.id if found is not None else ""


def _creates(choices: LaunchChoices, base: BaseStack | None, image: Image | None) -> tuple[str, ...]:
    """Return descriptions of the resources to create, by logical id; a test checks that none is missing."""
    disk = image.disk_gb if image is not None else prices.DISK_GB
    words = {
        "LaunchTemplate": "a launch template",
        "Instance": f"an instance {choices.instance_type}, on demand, with {disk} GB of encrypted disk",
        "Group": f"an Auto Scaling group with one spot instance {choices.instance_type}",
        "EndGroup": "a scheduled action that empties the group if the stack is still there then",
        "DeleteStack": "a schedule that deletes the stack if the instance did not",
    }
    return tuple(
        words[name] for name in packaged.resource_names(packaged.template("training.yaml"), _conditions(choices, base))
    )


def _parameters(choices: LaunchChoices, base: BaseStack | None, image: Image | None, custom: str) -> dict[str, str]:
    return {
        "ResourcesStackName": choices.base,
        "DeepRacerImportName": choices.name,
        "Market": choices.market,
        "InstanceType": choices.instance_type,
        "AmiId": image.id if image else "",
        "VolumeSize": str(image.disk_gb if image else prices.DISK_GB),
        "RootDevice": image.root_device if image else "/dev/sda1",
        "Setup": "scratch" if image and image.kind == "scratch" else "image",
        **({"SignalTimeout": SCRATCH_TIMEOUT} if image and image.kind == "scratch" else {}),
        "TimeToLiveInMinutes": str(choices.ttl_minutes),
        "SchedulerRoleArn": base.scheduler_role if base else "",
        "BUCKET": base.bucket if base else "",
        "CUSTOMFILELOCATION": custom,
        "InstanceFiles": packaged.instance_prefix(),
    }
