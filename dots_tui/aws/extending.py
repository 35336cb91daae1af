"""Giving a running training more time: its end moves everywhere it is written, and that is looked at afterwards.

The end of a training of ours is written in three places: a tag its instance reads every minute, the schedule that
deletes the stack, and for a spot group the action that empties it. That of DeepRacer on the Spot is a rule of
EventBridge, made of TimeToLiveInMinutes anew whenever that changes: it counts from the update on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from dots_tui.aws import change_set
from dots_tui.aws.change_set import Preview
from dots_tui.aws.events import StackEvent
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import TAG_EXPIRES, Stack, get_stack, own_event
from dots_tui.aws.training_plan import DELETE_AFTER_MINUTES, LONGEST_MINUTES

TAG_UNTIL = "dots-tui:until"
"""The tag an instance of ours reads its end from."""
_TIME = "%Y-%m-%dT%H:%M:%S"
_ALIVE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


@dataclass(frozen=True)
class Extension:
    """An extension that waits for a yes. ``minutes`` is what is added, ``left`` what it has then; times in UTC."""

    stack: Stack
    minutes: int
    left: int
    before: datetime | None
    expires: datetime
    preview: Preview


def plan_extension(
    aws: Aws,
    name: str,
    minutes: int,
    poll_s: float = 1.0,
    stopped: Callable[[], bool] = lambda: False,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
) -> Extension:
    """What ``minutes`` more for the training ``name`` would change; nothing is changed yet.

    Raises AwsProblem: ``not-training``, ``no-end`` when it never ends by itself, ``bad-ttl``, ``busy``, ``over``,
    ``would-replace`` when AWS would make the instance anew for it.
    """
    stack = get_stack(aws, name)
    left = _left(stack, minutes, now())
    with explained():
        row = aws.client("cloudformation").describe_stacks(StackName=stack.id)["Stacks"][0]
    keys = {one["ParameterKey"] for one in row.get("Parameters", ())}
    ours = "ExpiresAt" in keys
    assert stack.expires is not None
    expires = stack.expires + timedelta(minutes=minutes) if ours else now() + timedelta(minutes=left)
    parameters = {"TimeToLiveInMinutes": str(left)}
    if ours:
        delete_at = (expires + timedelta(minutes=DELETE_AFTER_MINUTES)).strftime(_TIME)
        parameters = {
            "TimeToLiveInMinutes": str(min(LONGEST_MINUTES, left)),
            "ExpiresAt": _text(expires),
            "DeleteAt": delete_at,
        }
    found = _preview(aws, stack, row, parameters, _text(expires) if ours else "", poll_s, stopped)
    return Extension(stack, minutes, left, stack.expires, expires, found)


def _left(stack: Stack, minutes: int, now: datetime) -> int:
    """Minutes the training has after the extension. Raises AwsProblem for what cannot be extended."""
    if stack.kind != "training":
        raise AwsProblem("not-training", f"{stack.name} is a base stack: it has no time to live.", "")
    if stack.status not in _ALIVE:
        raise AwsProblem(
            "busy",
            f"{stack.name} cannot be extended while it is {stack.status}.",
            "Wait until it is complete; one that is being deleted or has failed cannot be extended.",
        )
    if stack.expires is None:
        raise AwsProblem("no-end", f"{stack.name} has no time to live. Stop it to end its costs.", "")
    before = (stack.expires - now).total_seconds() / 60
    if before <= 0:
        raise AwsProblem(
            "over",
            f"The time to live of {stack.name} is over: it is saving its model and ends.",
            "Launch another training that continues from its model.",
        )
    left = int(before) + minutes
    if minutes <= 0 or left > LONGEST_MINUTES:
        raise AwsProblem(
            "bad-ttl",
            f"{stack.name} cannot be given {minutes} minutes more: it would have {left}.",
            f"It has {int(before)} minutes; give it up to {max(0, LONGEST_MINUTES - int(before))} more.",
        )
    return left


def _preview(
    aws: Aws,
    stack: Stack,
    row: Mapping[str, Any],
    parameters: Mapping[str, str],
    expires: str,
    poll_s: float,
    stopped: Callable[[], bool],
) -> Preview:
    """The change set, first with the stack's own tag, then without where that alone would make the instance anew."""
    tags = {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}
    attempts: list[dict[str, str] | None] = (
        [{**tags, TAG_EXPIRES: expires}, None] if expires and TAG_EXPIRES in tags else [None]
    )
    while True:
        found = change_set.preview(aws, stack.id, parameters, attempts.pop(0), poll_s=poll_s, stopped=stopped)
        if found is None:
            raise AwsProblem("no-updates", f"Nothing would change in {stack.name}.", "")
        if not found.endangered or not attempts:
            change_set.refuse_if_endangered(aws, found)
            return found
        change_set.discard(aws, found.id)


def extend(
    aws: Aws,
    extension: Extension,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[StackEvent]:
    """Do it, follow it, and look afterwards whether the new end is where it is read.

    The last event is ours, ``EXTENDED`` with the new end. Raises AwsProblem: ``update-failed``, ``not-extended`` when
    the new end did not get everywhere.
    """
    yield from change_set.execute(aws, extension.preview, poll_s, stopped)
    if stopped():
        return
    stack = get_stack(aws, extension.stack.id)
    if stack.ours and stack.market == "spot" and stack.instance_id:
        # A group's tags are for instances to come; the one that runs reads its own.
        text = _text(extension.expires)
        with explained():
            aws.client("ec2").create_tags(
                Resources=[stack.instance_id],
                Tags=[{"Key": TAG_UNTIL, "Value": text}, {"Key": TAG_EXPIRES, "Value": text}],
            )
    proven = prove(aws, stack, extension.expires)
    shown = stack.expires or extension.expires
    yield own_event(
        stack.name, "Extension", "EXTENDED", f"it ends at {_text(shown)} (according to {', '.join(proven)})"
    )


def prove(aws: Aws, stack: Stack, expires: datetime) -> list[str]:
    """Where the end ``expires`` stands now. Raises AwsProblem ``not-extended`` when one of the places has another."""
    checks = _ours(aws, stack, expires) if stack.ours else _of_the_spot(aws, stack, expires)
    wrong = [f"{place} says {said}" for place, said, right in checks if not right]
    if wrong:
        raise AwsProblem(
            "not-extended",
            f"{stack.name} was changed, but not everywhere: {'; '.join(wrong)}.",
            "Extend it again; until then the earlier end counts.",
        )
    return [place for place, _, _ in checks]


def _ours(aws: Aws, stack: Stack, expires: datetime) -> list[tuple[str, str, bool]]:
    wanted = _text(expires)
    checks = [("the stack", _text(stack.expires) if stack.expires else "nothing", stack.expires == expires)]
    if stack.instance_id:
        filters = [{"Name": "resource-id", "Values": [stack.instance_id]}, {"Name": "key", "Values": [TAG_UNTIL]}]
        with explained():
            tags = aws.client("ec2").describe_tags(Filters=filters)["Tags"]
        said = tags[0]["Value"] if tags else "nothing"
        checks.append(("the instance's tag", said, said == wanted))
    schedule = _resource(aws, stack.id, "AWS::Scheduler::Schedule")
    if schedule:
        with explained():
            expression = aws.client("scheduler").get_schedule(Name=schedule)["ScheduleExpression"]
        delete_at = (expires + timedelta(minutes=DELETE_AFTER_MINUTES)).strftime(_TIME)
        checks.append(("the schedule", expression, expression == f"at({delete_at})"))
    return checks


def _of_the_spot(aws: Aws, stack: Stack, expires: datetime) -> list[tuple[str, str, bool]]:
    """The rule of DeepRacer on the Spot: a cron expression of one minute, in UTC, counted by its Lambda."""
    rule = _resource(aws, stack.id, "AWS::Events::Rule", "TerminationTrigger")
    if not rule:
        return []
    with explained():
        said = str(aws.client("events").describe_rule(Name=rule).get("ScheduleExpression") or "nothing")
    fields = said.removeprefix("cron(").rstrip(")").split() if said.startswith("cron(") else []
    right = False
    if len(fields) == 6:
        minute, hour, day, month, _, year = (int(one) if one.isdigit() else 0 for one in fields)
        try:
            ends = datetime(year, month, day, hour, minute, tzinfo=timezone.utc)
        except ValueError:
            pass
        else:
            # Its clock starts when the Lambda is asked, which is minutes after we counted at the most.
            right = timedelta(minutes=-2) <= ends - expires <= timedelta(minutes=15)
    return [("its rule", said, right)]


def _resource(aws: Aws, stack_id: str, kind: str, logical: str = "") -> str:
    """The physical name of a stack's resource of this kind; "" when it has none."""
    with explained():
        rows = aws.client("cloudformation").describe_stack_resources(StackName=stack_id)["StackResources"]
    for row in rows:
        if row.get("ResourceType") == kind and logical in ("", row.get("LogicalResourceId")):
            return str(row.get("PhysicalResourceId") or "")
    return ""


def _text(time: datetime) -> str:
    return time.astimezone(timezone.utc).strftime(_TIME) + "Z"
