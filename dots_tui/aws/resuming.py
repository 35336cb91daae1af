"""Following of an operation that another user, or an earlier dots-tui process, started, from its first event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

from dots_tui.aws.events import Progress, StackEvent, follow
from dots_tui.aws.problems import explained
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import Stack

_DOING = {"CREATE": "create", "ROLLBACK": "create", "UPDATE": "update", "DELETE": "delete"}
_BEGINS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")


def doing(stack: Stack) -> str:
    """Return the operation in progress on a stack: create, update or delete; "" if none."""
    return _DOING.get(stack.status.partition("_")[0], "") if stack.status.endswith("_IN_PROGRESS") else ""


def resume(
    aws: Aws, stack: Stack, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Yield the events of the operation in progress on `stack`, including earlier ones, until it ends.

    Raises AwsProblem like the launch, update or deletion itself.
    """
    what = doing(stack)
    after = event_before_operation(aws, stack.id)
    progress = Progress(0)
    for event in follow(aws, stack.id, poll_s=poll_s, stopped=stopped, after=after, deleting=what == "delete"):
        progress.apply(event)
        yield event
    good = {"create": "CREATE_COMPLETE", "update": "UPDATE_COMPLETE", "delete": "DELETE_COMPLETE"}.get(what)
    if not stopped() and good is not None and progress.status != good:
        raise progress.problem(stack.name, what)


def event_before_operation(aws: Aws, stack_id: str) -> str:
    """Return the id of the last event before the current operation; "" if it is the stack's first."""
    begun = False
    with explained():
        for page in aws.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack_id):
            for row in page["StackEvents"]:
                if begun:
                    return str(row["EventId"])
                of_stack = row.get("PhysicalResourceId") == stack_id
                begun = of_stack and row["ResourceStatus"] in _BEGINS
    return ""
