"""A planned launch as equivalent AWS CLI commands."""

from __future__ import annotations

import shlex
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from dots_tui.aws import checkout, packaged
from dots_tui.aws.launch_plan import LaunchPlan
from dots_tui.aws.training_stack import aside_of, stack_arguments


def commands(plan: LaunchPlan, folder: Path, now: datetime | None = None) -> str:
    """Return the commands, one per paragraph. `folder` holds the custom files; times assume a launch at `now`."""
    if plan.base is None:
        return ""
    bucket, moment = plan.base.bucket, now or datetime.now(timezone.utc)
    lines = [
        _call("aws", "s3", "cp", str(folder / one.name), f"s3://{bucket}/{one.key}", "--region", plan.region)
        for one in plan.uploads
    ]
    if plan.choices.templates:
        return "\n".join([*lines, _deploy(plan)]) + "\n"
    scripts = packaged.place() / "instance"
    target = f"s3://{bucket}/{packaged.instance_prefix()}/"
    # Python may have created a cache folder there, and the instance rejects files that are not in the checksum.
    copy = ("aws", "s3", "cp", "--recursive", "--exclude", "*/*", str(scripts), target)
    lines.append(_call(*copy, "--region", plan.region))
    if any(line.code == "prefix-reused" for line in plan.lines):
        model = f"s3://{bucket}/{plan.model_prefix}"
        lines.append(_call("aws", "s3", "mv", "--recursive", f"{model}/", f"{aside_of(model, moment)}/"))
    arguments = stack_arguments(plan, moment)
    lines.append(_create(arguments, packaged.place() / "training.yaml", plan.region))
    return "\n".join(lines) + "\n"


def _create(arguments: dict[str, Any], template: Path, region: str) -> str:
    parts = [
        f"aws cloudformation create-stack --region {region}",
        f"--stack-name {shlex.quote(arguments['StackName'])}",
        f"--template-body {shlex.quote(template.as_uri())}",
        "--parameters",
        *(_pair(one, "ParameterKey", "ParameterValue") for one in arguments["Parameters"]),
        "--tags",
        *(_pair(one, "Key", "Value") for one in arguments["Tags"]),
    ]
    if "RoleARN" in arguments:
        parts.append(f"--role-arn {arguments['RoleARN']}")
    return " \\\n  ".join(parts)


def _deploy(plan: LaunchPlan) -> str:
    """Return the deploy command for a checkout's template; a template too large for a request uses the bucket."""
    assert plan.base is not None
    file = checkout.SPOT if plan.choices.market == "spot" else checkout.STANDARD
    parts = [
        f"aws cloudformation deploy --region {plan.region}",
        f"--stack-name {shlex.quote(plan.choices.name)}",
        f"--template-file {shlex.quote(str(Path(plan.choices.templates) / file))}",
        f"--s3-bucket {plan.base.bucket}",
        "--capabilities CAPABILITY_IAM",
        "--parameter-overrides",
        *(shlex.quote(f"{key}={value}") for key, value in plan.parameters.items()),
    ]
    return " \\\n  ".join(parts)


def _pair(one: dict[str, str], key: str, value: str) -> str:
    return shlex.quote(f"{key}={one[key]},{value}={one[value]}")


def _call(*words: str) -> str:
    return " ".join(map(shlex.quote, words))
