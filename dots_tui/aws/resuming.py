"""Following an operation somebody else began, or dots-tui before it was ended: from its first event on."""

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
    """What is under way with a stack: create, update or delete; "" when nothing is."""
    return _DOING.get(stack.status.partition("_")[0], "") if stack.status.endswith("_IN_PROGRESS") else ""


def resume(
    aws: Aws, stack: Stack, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """The events of what is under way with ``stack``, those before now included, until it has ended.

    Raises AwsProblem as the launch, the update or the deletion itself would.
    """
    what = doing(stack)
    after = _before_the_beginning(aws, stack.id)
    progress = Progress(0)
    for event in follow(aws, stack.id, poll_s=poll_s, stopped=stopped, after=after):
        progress.apply(event)
        yield event
    good = {"create": "CREATE_COMPLETE", "update": "UPDATE_COMPLETE", "delete": "DELETE_COMPLETE"}.get(what)
    if not stopped() and good is not None and progress.status != good:
        raise progress.problem(stack.name, what)


def _before_the_beginning(aws: Aws, stack_id: str) -> str:
    """The id of the last event before what is under way; "" when it is the stack's first operation."""
    begun = False
    with explained():
        for page in aws.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack_id):
            for row in page["StackEvents"]:
                if begun:
                    return str(row["EventId"])
                of_stack = row.get("PhysicalResourceId") == stack_id
                begun = of_stack and row["ResourceStatus"] in _BEGINS
    return ""
