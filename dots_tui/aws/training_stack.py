"""Launching a training, and stopping it so that its model is saved."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from dots_tui.aws import packaged
from dots_tui.aws.base_stack import tags
from dots_tui.aws.bucket import delete_below, list_below, upload
from dots_tui.aws.events import Progress, StackEvent, follow, newest_event
from dots_tui.aws.instances import run_command
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import (
    TAG_BASE,
    TAG_EXPIRES,
    TAG_KIND,
    TAG_RACER,
    TAG_RUN,
    Stack,
    get_stack,
    own_event,
)
from dots_tui.aws.training_plan import DELETE_AFTER_MINUTES, LaunchChoices, Obstacle, Plan, digest, plan
from dots_tui.custom_files.folder import CustomFiles

__all__ = ["LaunchChoices", "Obstacle", "Plan", "launch", "plan", "stop"]

NEVER = "never"
"""ExpiresAt of a training that has no end."""
_TIME = "%Y-%m-%dT%H:%M:%S"
_STOP_COMMAND = "systemctl start --no-block dots-tui-stop.service"
_SAVING_SECONDS = 20 * 60.0


def launch(
    aws: Aws,
    plan: Plan,
    files: CustomFiles,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
) -> Iterator[StackEvent]:
    """Do what ``plan`` says: upload, create the stack, and follow it until it is complete.

    Each upload is an event as well (type ``dots-tui::Upload``). Raises AwsProblem: ``blocked`` when the plan has
    errors, ``changed`` when the files are not those that were planned with, ``create-failed`` when the stack was
    rolled back. When ``stopped()`` the events end; before the stack is asked for nothing has been made, after
    that it goes on being made.
    """
    if plan.blocked or plan.base is None:
        first = next(obstacle for obstacle in plan.obstacles if obstacle.severity == "error")
        raise AwsProblem("blocked", f"This cannot be launched: {first.message}", first.fix)
    contents = {name: files.read(name) for name in files.names()}
    if digest(contents) != plan.digest:
        raise AwsProblem("changed", "The custom files have changed since they were checked.", "Plan the launch again.")
    for one in upload(aws, plan.base.bucket, plan.custom_files_prefix, contents):
        yield own_event(one.key, "Upload", "UPLOADED", f"{one.size} bytes")
        if stopped():
            return
    _upload_instance_files(aws, plan.base.bucket)
    if stopped():
        return
    stack_id = _create(aws, plan, now())
    if plan.choices.reuse and any(line.code == "prefix-reused" for line in plan.lines):
        # After the stack was accepted, long before its instance looks: DRFC begins where nothing is.
        wiped = delete_below(aws, plan.base.bucket, plan.model_prefix)
        yield own_event(f"{plan.model_prefix}/", "Bucket", "EMPTIED", f"{wiped} objects of the old model deleted")
    progress = Progress(plan.resource_count)
    for event in follow(aws, stack_id, poll_s=poll_s, stopped=stopped):
        progress.apply(event)
        yield event
    if not stopped() and progress.status != "CREATE_COMPLETE":
        raise progress.problem(plan.choices.name, "create")


def _upload_instance_files(aws: Aws, bucket: str) -> None:
    """The instance's scripts, where their fingerprint says; nothing when an earlier launch has put them there."""
    prefix, wanted = packaged.instance_prefix(), packaged.instance_files()
    there = {one.name for one in list_below(aws, bucket, prefix)}
    missing = {name: content for name, content in wanted.items() if name not in there}
    for _ in upload(aws, bucket, prefix, missing):
        pass


def _create(aws: Aws, plan: Plan, now: datetime) -> str:
    """Ask for the stack. Returns its id."""
    with explained():
        answer = aws.client("cloudformation").create_stack(
            TemplateBody=packaged.template("training.yaml"), **stack_arguments(plan, now)
        )
    return str(answer["StackId"])


def stack_arguments(plan: Plan, now: datetime) -> dict[str, Any]:
    """What CreateStack is asked for, but for the template."""
    choices, base = plan.choices, plan.base
    assert base is not None
    times = end_times(now, choices.ttl_minutes)
    labels = {
        TAG_KIND: "training",
        TAG_BASE: choices.base,
        TAG_RUN: plan.model_prefix,
        TAG_EXPIRES: times["ExpiresAt"],
        TAG_RACER: plan.identity.user,
    }
    return {
        "StackName": choices.name,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in {**plan.parameters, **times}.items()
        ],
        "Tags": tags(labels),
        # With its own role CloudFormation can delete the stack whoever asks for it, also the instance.
        **({"RoleARN": base.stack_role} if base.stack_role else {}),
    }


def end_times(now: datetime, minutes: int) -> dict[str, str]:
    """The parameters ExpiresAt and DeleteAt of a time to live that begins now; 0 minutes have no end."""
    if minutes == 0:
        return {"ExpiresAt": NEVER, "DeleteAt": NEVER}
    expires = now.astimezone(timezone.utc) + timedelta(minutes=minutes)
    delete_at = expires + timedelta(minutes=DELETE_AFTER_MINUTES)
    return {"ExpiresAt": expires.strftime(_TIME) + "Z", "DeleteAt": delete_at.strftime(_TIME)}


def stop(
    aws: Aws,
    name: str,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
    saving_s: float = _SAVING_SECONDS,
) -> Iterator[StackEvent]:
    """Stop a training: its instance saves the model and the logs and deletes the stack; follow until it is gone.

    The first event is ours (``dots-tui::Stop``); until the instance has saved everything there is no other.
    Raises AwsProblem: ``not-ours``, ``no-instance``, ``stop-failed`` when the instance cannot be asked,
    ``stop-timeout`` when it has not begun to delete the stack after ``saving_s``. ``delete`` remains then.
    """
    stack = get_stack(aws, name)
    after = newest_event(aws, stack.id)
    progress = Progress(0)
    if stack.status != "DELETE_IN_PROGRESS":
        _ask_to_stop(aws, stack, poll_s, stopped)
        yield own_event(
            name, "Stop", "STOP_REQUESTED", "the instance saves the model and its logs, then deletes the stack"
        )
    deadline = time.monotonic() + saving_s
    events: list[StackEvent] = []

    def give_up() -> bool:
        return stopped() or (not events and time.monotonic() > deadline)

    for event in follow(aws, stack.id, poll_s=poll_s, stopped=give_up, after=after):
        events.append(event)
        progress.apply(event)
        yield event
    if stopped():
        return
    if not events:
        raise AwsProblem(
            "stop-timeout",
            f"The instance of {name} has not begun to delete its stack within {saving_s / 60:.0f} minutes.",
            _delete_instead(name),
        )
    if progress.status != "DELETE_COMPLETE":
        raise progress.problem(name, "delete")


def _ask_to_stop(aws: Aws, stack: Stack, poll_s: float, stopped: Callable[[], bool]) -> None:
    if stack.kind != "training":
        raise AwsProblem("not-training", f"{stack.name} is a base stack; there is no training in it to stop.", "")
    if not stack.ours:
        raise AwsProblem(
            "not-ours",
            f"{stack.name} was launched by DeepRacer on the Spot.",
            f"Stop it with its own stop-training.sh {stack.name}. " + _delete_instead(stack.name),
        )
    if not stack.instance_id:
        raise AwsProblem(
            "no-instance", f"{stack.name} has no instance that could save a model.", _delete_instead(stack.name)
        )
    try:
        output = run_command(aws, stack.instance_id, [_STOP_COMMAND], poll_s=poll_s, stopped=stopped)
    except AwsProblem as problem:
        raise AwsProblem(
            "stop-failed",
            f"The instance of {stack.name} could not be asked to stop: {problem.what}",
            f"{problem.advice} {_delete_instead(stack.name)}".strip(),
            problem.detail,
        ) from problem
    if output.status != "Success":
        said = (output.error or output.output).strip() or "it said nothing"
        raise AwsProblem(
            "stop-failed",
            f"The instance of {stack.name} did not stop its training ({output.status}): {said}.",
            _delete_instead(stack.name),
            said,
        )


def _delete_instead(name: str) -> str:
    return (
        f"dots-tui delete {name} ends the cost at once; "
        "checkpoints that are in the bucket stay there, what came after the last one is lost."
    )
