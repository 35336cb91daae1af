"""The events of a stack as they arrive, and the progress of its operation.

This module polls instead of using boto3's waiters, which cannot show progress, cannot be canceled, and wait for a
status that a refused deletion never reaches.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Callable

from dots_tui.aws.problems import AwsProblem, advice_for, explained
from dots_tui.aws.session import Aws

STACK_TYPE = "AWS::CloudFormation::Stack"
OWN_TYPE = "dots-tui::"
"""Type prefix of events from dots-tui, as opposed to CloudFormation (uploads, a requested stop)."""
_SLICE_S = 0.1
_PASSING = frozenset({"throttled", "unreachable", "unknown-answer"})
_PATIENCE = 10


@dataclass(frozen=True)
class StackEvent:
    """One event. `time` is aware (UTC), `resource` is the logical id, `type` the resource type."""

    time: datetime
    resource: str
    type: str
    status: str
    reason: str = ""
    of_stack: bool = False
    """True if the event is about the stack itself."""

    @property
    def failed(self) -> bool:
        """True if a resource, or the stack, failed."""
        return self.status.endswith("_FAILED")


def follow(
    aws: Aws,
    name: str,
    since: datetime | None = None,
    poll_s: float = 3.0,
    stopped: Callable[[], bool] = lambda: False,
    after: str = "",
    beside: Callable[[], Iterable[StackEvent]] = tuple,
    deleting: bool = False,
) -> Iterator[StackEvent]:
    """Yield the events of a stack, oldest first, each once, until its operation ends or `stopped()` is true.

    `name` is the stack's name or id. Events before the operation are skipped: `after` is the id of the newest event at
    that time (see `newest_event`), `since` a time on AWS's clock; without either, the stack is new. `beside` is called
    after each poll for additional events of dots-tui. The last event is the stack's own, with its final status. This
    also holds for a deleted stack. With `deleting`, the late end of an earlier operation does not end this one: for
    example CREATE_COMPLETE of a stack that is deleted while it is created. Temporary errors are retried; other errors
    raise AwsProblem.
    """
    client = aws.client("cloudformation")
    stack_id = stack_id_of(aws, name)
    seen: set[str] = {after}
    failures = 0
    while not stopped():
        try:
            with explained():
                rows = _new_rows(client, stack_id, since, seen)
            failures = 0
        except AwsProblem as problem:
            failures += 1
            if problem.code not in _PASSING or failures > _PATIENCE:
                raise
            rows = []
        for row in reversed(rows):
            seen.add(row["EventId"])
            event = _event(row, stack_id)
            yield event
            if event.of_stack and not event.status.endswith("_IN_PROGRESS") and not (deleting and _of_earlier(event)):
                return
        yield from beside()
        wait(poll_s, stopped)


def _of_earlier(event: StackEvent) -> bool:
    """Return True if the final event belongs to an operation before the deletion; a refused deletion gives a reason."""
    return not event.status.startswith("DELETE_") and not event.reason


def stack_id_of(aws: Aws, name: str) -> str:
    """Return the id of a stack, which remains valid after deletion. Raises AwsProblem `no-such-stack`."""
    if name.startswith("arn:"):
        return name
    with explained():
        found: str = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    return found


def newest_event(aws: Aws, stack_id: str) -> str:
    """Return the id of a stack's newest event; later events belong to the next operation."""
    with explained():
        rows = aws.client("cloudformation").describe_stack_events(StackName=stack_id)["StackEvents"]
    return str(rows[0]["EventId"]) if rows else ""


def wait(seconds: float, stopped: Callable[[], bool]) -> None:
    """Wait, but return shortly after `stopped()` becomes true."""
    end = time.monotonic() + seconds
    while not stopped():
        left = end - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, _SLICE_S))


def _new_rows(client: Any, stack_id: str, since: datetime | None, seen: Collection[str]) -> list[dict[str, Any]]:
    """Return the new rows, newest first; read only as many pages as contain new rows."""
    rows: list[dict[str, Any]] = []
    for page in client.get_paginator("describe_stack_events").paginate(StackName=stack_id):
        for row in page["StackEvents"]:
            if row["EventId"] in seen or (since is not None and row["Timestamp"] <= since):
                return rows
            rows.append(row)
    return rows


def _event(row: dict[str, Any], stack_id: str) -> StackEvent:
    return StackEvent(
        time=row["Timestamp"].astimezone(timezone.utc),
        resource=row["LogicalResourceId"],
        type=row["ResourceType"],
        status=row["ResourceStatus"],
        reason=row.get("ResourceStatusReason") or "",
        of_stack=row.get("PhysicalResourceId") == stack_id,
    )


@dataclass
class Progress:
    """The progress of an operation: finished resources out of `total`, and the cause of a failure.

    Pass every event to `apply`. `status` is the stack's last status, `cause` the first event that failed.
    """

    total: int
    done: int = 0
    status: str = ""
    cause: StackEvent | None = None
    _finished: set[str] = field(default_factory=set, repr=False)

    def apply(self, event: StackEvent) -> None:
        """Update the progress with an event; events of dots-tui change nothing."""
        if event.type.startswith(OWN_TYPE):
            return
        if event.of_stack:
            if event.status.startswith("ROLLBACK") and not self.status.startswith("ROLLBACK"):
                self._finished.clear()  # from here on, count rolled back resources
            self.status = event.status
        elif event.status.endswith(("_COMPLETE", "_SKIPPED")):
            self._finished.add(event.resource)
        elif event.failed and self.cause is None and "cancelled" not in event.reason.lower():
            # CloudFormation cancels the resources it creates in parallel; these are not the cause.
            self.cause = event
        self.done = min(len(self._finished), self.total)

    @property
    def fraction(self) -> float:
        """Progress from 0.0 to 1.0, for a progress bar."""
        return self.done / self.total if self.total else 0.0

    def problem(self, name: str, doing: str, cause_advice: Callable[[str], str] = lambda _: "") -> AwsProblem:
        """Return the problem for a failed operation on `name`; `doing` is create, update or delete.

        `cause_advice` returns more specific advice for a reason, or "".
        """
        what = f"The stack {name} could not be {doing}d ({self.status})"
        reason = self.cause.reason.strip() if self.cause else ""
        if self.cause:
            what += f": {self.cause.resource}: {reason.rstrip('.') or 'no reason was given'}"
        advice = [cause_advice(reason) or advice_for(reason)]
        if doing == "update":
            taken_back = self.status == "UPDATE_ROLLBACK_COMPLETE"
            advice.append("It is as it was before." if taken_back else "Look at it in the CloudFormation console.")
            return AwsProblem("update-failed", f"{what}.", " ".join(filter(None, advice)), reason)
        if doing == "create" and self.status in ("ROLLBACK_COMPLETE", "DELETE_COMPLETE"):
            advice.append("What was made is gone again and costs nothing.")
            if self.status == "ROLLBACK_COMPLETE":
                advice.append(f"The empty stack keeps the name until you delete it: dots-tui delete {name}.")
        elif doing == "create":
            advice.append(f"Something of it may still run and cost money: dots-tui delete {name}.")
        return AwsProblem(f"{doing}-failed", f"{what}.", " ".join(filter(None, advice)), reason)
