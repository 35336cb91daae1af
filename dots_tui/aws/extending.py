"""Extension of a running training: its end time is moved in every place and then verified.

The end of a dots-tui training is stored in three places: a tag that its instance reads every minute, the schedule that
deletes the stack, and for a spot group the action that scales it to zero. DeepRacer on the Spot uses an EventBridge
rule, which is recreated whenever TimeToLiveInMinutes changes and counts from the update.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

from dots_tui.aws import change_set
from dots_tui.aws.change_set import Preview
from dots_tui.aws.events import StackEvent
from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LONGEST_MINUTES
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import TAG_EXPIRES, Stack, get_stack, own_event

TAG_UNTIL = "dots-tui:until"
"""The tag from which a dots-tui instance reads its end time."""
_TIME = "%Y-%m-%dT%H:%M:%S"
_ALIVE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


@dataclass(frozen=True)
class Extension:
    """An extension that awaits confirmation.

    `minutes` is the added time, `left` the new remaining time; times in UTC.
    """

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
    """Return the changes that `minutes` more for training `name` would make. Makes no changes.

    Raises AwsProblem: `not-training`, `no-end` if it has no end time, `bad-ttl`, `busy`, `over`, `would-replace` if AWS
    would replace the instance.
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
    """Return the minutes left after the extension. Raises AwsProblem if the training cannot be extended."""
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
    """Return the change set with the stack's own tag, or without it if the tag alone would replace the instance."""
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
    """Execute the extension, yield its events, and verify the new end time in every place.

    The last event is from dots-tui: `EXTENDED` with the new end time. Raises AwsProblem: `update-failed`,
    `not-extended` if the new end time did not reach every place.
    """
    yield from change_set.execute(aws, extension.preview, poll_s, stopped)
    if stopped():
        return
    stack = get_stack(aws, extension.stack.id)
    if stack.ours and stack.market == "spot" and stack.instance_id:
        # A group's tags apply to future instances; the running instance reads its own tag.
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
    """Return the places that hold the end time `expires`. Raises AwsProblem `not-extended` if one place differs."""
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
    """Check the rule of DeepRacer on the Spot: a cron expression for one minute, in UTC, set by its Lambda."""
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
            # The Lambda counts from its own start, at most a few minutes after our calculation.
            right = timedelta(minutes=-2) <= ends - expires <= timedelta(minutes=15)
    return [("its rule", said, right)]


def _resource(aws: Aws, stack_id: str, kind: str, logical: str = "") -> str:
    """Return the physical name of a stack's resource of this kind; "" if there is none."""
    with explained():
        rows = aws.client("cloudformation").describe_stack_resources(StackName=stack_id)["StackResources"]
    for row in rows:
        if row.get("ResourceType") == kind and logical in ("", row.get("LogicalResourceId")):
            return str(row.get("PhysicalResourceId") or "")
    return ""


def _text(time: datetime) -> str:
    return time.astimezone(timezone.utc).strftime(_TIME) + "Z"
