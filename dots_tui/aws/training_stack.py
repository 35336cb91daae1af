"""Launch of a training; `dots_tui.aws.stopping` stops it so that its model is saved."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Generator, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from dots_tui.aws import checkout, launch_notes, packaged
from dots_tui.aws.base_stack import tags
from dots_tui.aws.bucket import list_below, move_below, prefix_in_use, upload
from dots_tui.aws.events import Progress, StackEvent, follow
from dots_tui.aws.failure_reasons import quota_advice
from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LaunchPlan
from dots_tui.aws.leftovers import LaunchRefused
from dots_tui.aws.phase_reports import report_of
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import (
    TAG_BASE,
    TAG_EXPIRES,
    TAG_KIND,
    TAG_RACER,
    TAG_RUN,
    get_stack,
    own_event,
)
from dots_tui.aws.stopping import stop
from dots_tui.aws.training_plan import digest, plan
from dots_tui.custom_files.folder import CustomFiles

__all__ = ["launch", "plan", "stop"]

NEVER = "never"
"""ExpiresAt of a training without an end time."""
_ANSWER_LOST = ("unreachable", "unknown-answer", "name-taken")
"""Problems after which the stack may exist: a retry of boto3 finds the name taken by the first attempt."""
_TIME = "%Y-%m-%dT%H:%M:%S"


def launch(
    aws: Aws,
    plan: LaunchPlan,
    files: CustomFiles,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
) -> Iterator[StackEvent]:
    """Execute `plan`: upload, create the stack, and yield its events until it is complete.

    Each upload is also an event (type `dots-tui::Upload`). Raises AwsProblem: `blocked` if the plan has errors,
    `changed` if the files differ from the planned ones, LaunchRefused if no stack was created, `create-failed` if the
    stack was rolled back. If `stopped()` is true, the events end; before the stack is requested nothing has been
    created, after that AWS continues to create it.
    """
    stack_id = yield from _accepted(aws, plan, files, stopped, now)
    if stack_id is None:
        return
    aside = ""
    if plan.choices.reuse and any(line.code == "prefix-reused" for line in plan.lines):
        # After the stack is accepted, and long before its instance looks: the instance only starts in an empty place.
        aside = aside_of(plan.model_prefix, now())
        assert plan.base is not None
        moved = move_below(aws, plan.base.bucket, plan.model_prefix, aside)
        yield own_event(f"{plan.model_prefix}/", "Bucket", "MOVED", f"{moved} objects of the old model are in {aside}/")
    progress = Progress(plan.resource_count)
    for event in follow(aws, stack_id, poll_s=poll_s, stopped=stopped):
        progress.apply(event)
        yield event
    if not stopped() and progress.status != "CREATE_COMPLETE":
        choices = plan.choices
        failure = progress.problem(
            choices.name, "create", lambda reason: quota_advice(reason, choices.instance_type, choices.market)
        )
        why = _reported(aws, choices.name)
        if why:
            yield own_event(choices.name, "Run", "RUN_FAILED", why)
            what = f"{failure.what} The instance reported: {why}"
            failure = AwsProblem(failure.code, what, failure.advice, f"{failure.detail} {why}".strip())
        raise _with_old_model(aws, plan, aside, failure) if aside else failure


def _reported(aws: Aws, name: str) -> str:
    """Return the reason of a failed start, as the instance reported it in the bucket; "" if it did not.

    CloudFormation's event only says that the instance signaled a failure: a signal carries no reason.
    """
    try:
        report = report_of(aws, get_stack(aws, name))
    except AwsProblem:
        return ""  # the failure itself is reported anyway
    if report is None or report.failure is None:
        return ""
    said = report.failure.message.rstrip(".") or report.failure.reason
    return f"{said}." if said else ""


def _accepted(
    aws: Aws, plan: LaunchPlan, files: CustomFiles, stopped: Callable[[], bool], now: Callable[[], datetime]
) -> Generator[StackEvent, None, str | None]:
    """Upload the files of the run and request the stack; return its id, None if `stopped()` came first."""
    if plan.blocked or plan.base is None:
        first = next(obstacle for obstacle in plan.obstacles if obstacle.severity == "error")
        raise AwsProblem("blocked", f"This cannot be launched: {first.message}", first.fix)
    contents = {name: files.read(name) for name in files.names()}
    if digest(contents) != plan.digest:
        raise AwsProblem("changed", "The custom files have changed since they were checked.", "Plan the launch again.")
    bucket = plan.base.bucket
    uploaded: list[str] = []
    before = {one.key for one in list_below(aws, bucket, plan.custom_files_prefix)}
    note = _note(plan, before, now())
    launch_notes.write(note)
    try:
        for one in upload(aws, bucket, plan.custom_files_prefix, contents):
            uploaded.append(one.key)
            yield own_event(one.key, "Upload", "UPLOADED", f"{one.size} bytes")
            if stopped():
                launch_notes.give_up(note)
                return None
        if not plan.choices.templates:
            upload_instance_files(aws, bucket)
        if stopped():
            launch_notes.give_up(note)
            return None
        stack_id = checkout.create_training(aws, plan) if plan.choices.templates else _create(aws, plan, now())
    except AwsProblem as problem:
        refused = LaunchRefused(problem, bucket, uploaded, before, note)
        (launch_notes.give_up if uploaded else launch_notes.drop)(note)
        raise refused from problem
    except GeneratorExit:
        launch_notes.give_up(note)  # the caller has canceled it
        raise
    launch_notes.drop(note)
    return stack_id


def aside_of(prefix: str, now: datetime) -> str:
    """Return the place to which the old model of an overwritten prefix is moved."""
    return f"{prefix}-before-{now.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"


def _with_old_model(aws: Aws, plan: LaunchPlan, aside: str, problem: AwsProblem) -> AwsProblem:
    """Return the problem with the place of the old model: moved back, unless the training wrote there."""
    assert plan.base is not None
    bucket, told = plan.base.bucket, f"The old model is in {aside}/."
    try:
        if not prefix_in_use(aws, bucket, plan.model_prefix):
            move_below(aws, bucket, aside, plan.model_prefix)
            told = f"The old model is in {plan.model_prefix}/ again."
    except AwsProblem as other:
        told = f"{told} It could not be moved back: {other.what}"
    return AwsProblem(problem.code, problem.what, f"{problem.advice} {told}".strip(), problem.detail)


def _note(plan: LaunchPlan, before: Collection[str], now: datetime) -> launch_notes.LaunchNote:
    """Return the note to keep in case dots-tui ends before the stack exists."""
    added = tuple(one.key for one in plan.uploads if one.key not in before)
    return launch_notes.LaunchNote(
        stack=plan.choices.name,
        account=plan.identity.account,
        region=plan.region,
        bucket=plan.base.bucket if plan.base else "",
        prefix=plan.custom_files_prefix,
        added=added,
        replaced=len(plan.uploads) - len(added),
        began=now.astimezone(timezone.utc).strftime(_TIME) + "Z",
    )


def upload_instance_files(aws: Aws, bucket: str) -> None:
    """Upload the instance's scripts at every launch: an existing file may have wrong content."""
    for _ in upload(aws, bucket, packaged.instance_prefix(), packaged.instance_files()):
        pass


def _create(aws: Aws, plan: LaunchPlan, now: datetime) -> str:
    """Request the stack. Return its id, even if only the answer was lost."""
    arguments = stack_arguments(plan, now)
    try:
        with explained():
            answer = aws.client("cloudformation").create_stack(
                TemplateBody=packaged.template("training.yaml"),
                ClientRequestToken=secrets.token_hex(16),  # so that AWS recognizes boto3's retry as the same request
                **arguments,
            )
    except AwsProblem as problem:
        made = _made_after_all(aws, arguments) if problem.code in _ANSWER_LOST else ""
        if not made:
            raise
        return made
    return str(answer["StackId"])


def _made_after_all(aws: Aws, arguments: Mapping[str, Any]) -> str:
    """Return the id of the stack with this name if all its parameters match the request; else ""."""
    try:
        with explained():
            row = aws.client("cloudformation").describe_stacks(StackName=arguments["StackName"])["Stacks"][0]
    except AwsProblem:
        return ""  # report the first problem then
    there = {one["ParameterKey"]: one.get("ParameterValue", "") for one in row.get("Parameters", ())}
    asked = {one["ParameterKey"]: one["ParameterValue"] for one in arguments["Parameters"]}
    return str(row["StackId"]) if asked.items() <= there.items() else ""


def stack_arguments(plan: LaunchPlan, now: datetime) -> dict[str, Any]:
    """Return the arguments of CreateStack, without the template."""
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
        # With its own role, CloudFormation can delete the stack for any caller, including the instance.
        **({"RoleARN": base.stack_role} if base.stack_role else {}),
    }


def end_times(now: datetime, minutes: int) -> dict[str, str]:
    """Return the parameters ExpiresAt and DeleteAt for a time to live that starts now; 0 minutes means no end."""
    if minutes == 0:
        return {"ExpiresAt": NEVER, "DeleteAt": NEVER}
    expires = now.astimezone(timezone.utc) + timedelta(minutes=minutes)
    delete_at = expires + timedelta(minutes=DELETE_AFTER_MINUTES)
    return {"ExpiresAt": expires.strftime(_TIME) + "Z", "DeleteAt": delete_at.strftime(_TIME)}
