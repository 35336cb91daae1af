"""A training stack without a training: the same template and scripts on a small instance, for a cent.

It is created, inspected in every way a training is, and ends itself.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Callable

from dots_tui.aws import packaged
from dots_tui.aws.base_stack import BaseStack, tags
from dots_tui.aws.events import Progress, StackEvent, follow, newest_event
from dots_tui.aws.images import Image
from dots_tui.aws.instances import Instance, run_command
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import TAG_BASE, TAG_EXPIRES, TAG_KIND, TAG_RUN
from dots_tui.aws.training_stack import upload_instance_files

INSTANCE_TYPE = "t3.micro"
LIVES = timedelta(minutes=8)
"""The time to live: enough to boot (2 minutes) and to be inspected."""
DELETED_AFTER = timedelta(minutes=15)
"""Time after its end at which the schedule deletes the stack if the instance did not."""
UNTIL_COMMAND = "cat /var/lib/dots-tui/until && systemctl is-active dots-tui-lifetime.timer"
_HOURLY_USD, _ADDRESS_USD, _DISK_USD = 0.0168, 0.005, 0.16
"""Maximum prices in the most expensive usual region: instance hour, address hour, and GB-month of gp3."""
_HOURS_A_MONTH = 730
_TIME = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True)
class TrialStack:
    """A requested trial. `expires` and `delete_at` are the parameters of its stack."""

    name: str
    stack_id: str
    expires: str
    delete_at: str


def max_cost_usd(disk_gb: int) -> float:
    """Return the maximum cost of a trial in USD: until its schedule deletes it, if nothing else does."""
    hours = (LIVES + DELETED_AFTER) / timedelta(hours=1)
    return hours * (_HOURLY_USD + _ADDRESS_USD + _DISK_USD * disk_gb / _HOURS_A_MONTH)


def create(aws: Aws, base: BaseStack, image: Image, name: str, lives: timedelta = LIVES) -> TrialStack:
    """Upload the scripts and request the stack. Raises AwsProblem."""
    upload_instance_files(aws, base.bucket)
    end = datetime.now(timezone.utc) + lives
    expires, delete_at = f"{end:{_TIME}}Z", f"{end + DELETED_AFTER:{_TIME}}"
    place = f"doctor/{name}"
    parameters = {
        "ResourcesStackName": base.name,
        "DeepRacerImportName": name,
        "Market": "standard",
        "InstanceType": INSTANCE_TYPE,
        "AmiId": image.id,
        "VolumeSize": str(image.disk_gb),
        "RootDevice": image.root_device,
        "Setup": "check",
        "TimeToLiveInMinutes": str(max(1, round(lives / timedelta(minutes=1)))),
        "ExpiresAt": expires,
        "DeleteAt": delete_at,
        "SchedulerRoleArn": base.scheduler_role,
        "BUCKET": base.bucket,
        "CUSTOMFILELOCATION": place,
        "InstanceFiles": packaged.instance_prefix(),
        "Run": place,
    }
    labels = {TAG_KIND: "training", TAG_BASE: base.name, TAG_RUN: place, TAG_EXPIRES: expires}
    with explained():
        answer = aws.client("cloudformation").create_stack(
            StackName=name,
            TemplateBody=packaged.template("training.yaml"),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Tags=tags(labels),
            **({"RoleARN": base.stack_role} if base.stack_role else {}),
        )
    return TrialStack(name, str(answer["StackId"]), expires, delete_at)


def made(
    aws: Aws, trial: TrialStack, poll_s: float, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Follow the stack until the instance's signal completes it. Raises AwsProblem `create-failed`."""
    progress = Progress(0)
    for event in follow(aws, trial.stack_id, poll_s=poll_s, stopped=stopped):
        progress.apply(event)
        yield event
    if not stopped() and progress.status != "CREATE_COMPLETE":
        raise progress.problem(trial.name, "create")


def lifetime_of(aws: Aws, instance: Instance, poll_s: float) -> tuple[str, str]:
    """Return the end time that the instance read from its tags, and the state of its timer. Raises AwsProblem.

    The Systems Manager agent needs a minute or two after the boot.
    """
    end = time.monotonic() + 120
    while True:
        try:
            answer = run_command(aws, instance.id, [UNTIL_COMMAND], poll_s=poll_s)
            break
        except AwsProblem as problem:
            if problem.code != "no-agent" or time.monotonic() > end:
                raise
            time.sleep(poll_s)
    until, _, timer = answer.output.strip().partition("\n")
    return until.strip(), timer.strip()


def schedule_of(aws: Aws, trial: TrialStack) -> tuple[str, str]:
    """Return expression and state of the schedule that deletes the stack, "" without one. Raises AwsProblem."""
    with explained():
        rows = aws.client("cloudformation").describe_stack_resources(StackName=trial.stack_id)["StackResources"]
    names = [row["PhysicalResourceId"] for row in rows if row["ResourceType"] == "AWS::Scheduler::Schedule"]
    if not names:
        return "", ""
    with explained():
        found = aws.client("scheduler").get_schedule(Name=names[0])
    return str(found["ScheduleExpression"]), str(found.get("State", ""))


def ended(aws: Aws, trial: TrialStack, after: str, poll_s: float, most_s: float) -> Iterator[StackEvent]:
    """Follow the stack until it is gone by itself, at most `most_s` seconds. `after` is its newest event so far."""
    end = time.monotonic() + most_s
    yield from follow(
        aws, trial.stack_id, poll_s=poll_s, stopped=lambda: time.monotonic() > end, after=after, deleting=True
    )


def newest(aws: Aws, trial: TrialStack) -> str:
    """Return the id of the stack's newest event. Raises AwsProblem."""
    return newest_event(aws, trial.stack_id)


def left_running(aws: Aws, trial: TrialStack) -> list[str]:
    """Return the ids of the trial's instances that still incur cost. Raises AwsProblem."""
    filters = [
        {"Name": "tag:aws:cloudformation:stack-id", "Values": [trial.stack_id]},
        {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
    ]
    with explained():
        answer = aws.client("ec2").describe_instances(Filters=filters)
    return [one["InstanceId"] for row in answer["Reservations"] for one in row["Instances"]]
