"""The stacks that let IP addresses reach the instances of a base stack.

The base stack admits its own address; each access stack admits one more. An access stack was created by dots-tui or by
`add-access.sh` of DeepRacer on the Spot; both are recognized by their parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Callable

from dots_tui.aws.events import Progress, StackEvent, follow, newest_event
from dots_tui.aws.problems import AwsProblem, explained
from dots_tui.aws.session import Aws
from dots_tui.aws.tag_names import TAG_KIND

_PARAMETERS = {"ResourcesStackName", "MyIPAddress", "RuleNumber"}


@dataclass(frozen=True)
class AccessStack:
    """A stack that admits `address`. `id` and `name` identify the stack."""

    id: str
    name: str
    address: str
    status: str


def access_stacks(aws: Aws, base: str) -> list[AccessStack]:
    """Return the access stacks of a base stack, given by name. Raises AwsProblem."""
    rows: list[dict[str, Any]] = []
    with explained():
        for page in aws.client("cloudformation").get_paginator("describe_stacks").paginate():
            rows.extend(page["Stacks"])
    return [found for found in (_access(row, base) for row in rows) if found is not None]


def _access(row: Mapping[str, Any], base: str) -> AccessStack | None:
    parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in row.get("Parameters", ())}
    kind = {tag["Key"]: tag["Value"] for tag in row.get("Tags", ())}.get(TAG_KIND, "access")
    if kind != "access" or not parameters.keys() >= _PARAMETERS or parameters["ResourcesStackName"] != base:
        return None
    return AccessStack(row["StackId"], row["StackName"], parameters["MyIPAddress"], row["StackStatus"])


def drop(
    aws: Aws, stack: AccessStack, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Delete an access stack and yield its events. Raises AwsProblem `delete-failed`."""
    after, progress = newest_event(aws, stack.id), Progress(0)
    with explained():
        aws.client("cloudformation").delete_stack(StackName=stack.id)
    for event in follow(aws, stack.id, poll_s=poll_s, stopped=stopped, after=after):
        progress.apply(event)
        yield event
    if not stopped() and progress.status != "DELETE_COMPLETE":
        raise progress.problem(stack.name, "delete")


def drop_all(
    aws: Aws, base: str, poll_s: float = 3.0, stopped: Callable[[], bool] = lambda: False
) -> Iterator[StackEvent]:
    """Delete all access stacks of a base stack, one after another, because they import its exports."""
    for stack in access_stacks(aws, base):
        if not stopped():
            yield from drop(aws, stack, poll_s, stopped)


def no_such_address(base: str, address: str) -> AwsProblem:
    """Return the problem for an address that no stack admits."""
    return AwsProblem(
        "no-such-address",
        f"{address} has no access of its own to {base}.",
        f"dots-tui base addresses {base} lists those that have.",
    )
