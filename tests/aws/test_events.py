"""Following a stack: every event once, in order, to the end of this operation and not further."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from dots_tui.aws.events import Progress, StackEvent, follow, newest_event, stack_id_of
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.demo.aws import Fault, LoopbackAws

POLL_S = 0.01
NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)


def _topics(count: int) -> str:
    return json.dumps({"Resources": {f"Topic{number}": {"Type": "AWS::SNS::Topic"} for number in range(count)}})


def _create(aws: Aws, name: str, template: str) -> str:
    answer = aws.client("cloudformation").create_stack(StackName=name, TemplateBody=template)
    return str(answer["StackId"])


def _row(stack_id: str, number: int, status: str) -> dict[str, Any]:
    """An event of the stack itself, as describe_stack_events returns it."""
    return {
        "EventId": str(number),
        "StackName": "late",
        "LogicalResourceId": "late",
        "PhysicalResourceId": stack_id,
        "ResourceType": "AWS::CloudFormation::Stack",
        "ResourceStatus": status,
        "Timestamp": NOW,
    }


def _event(resource: str, status: str, reason: str = "", of_stack: bool = False) -> StackEvent:
    return StackEvent(NOW, resource, "AWS::X::Y", status, reason, of_stack)


def test_every_event_comes_once_in_order_over_many_pages(cloud: LoopbackAws, aws: Aws) -> None:
    _create(aws, "many", _topics(80))
    events = list(follow(aws, "many", poll_s=POLL_S))
    assert len(events) == 80 * 3 + 2
    assert [event.time for event in events] == sorted(event.time for event in events)
    assert len({(event.resource, event.status, event.reason) for event in events}) == len(events)
    assert (events[0].resource, events[0].status) == ("many", "CREATE_IN_PROGRESS")
    assert (events[-1].of_stack, events[-1].status) == (True, "CREATE_COMPLETE")
    assert events[0].time.utcoffset() == NOW.utcoffset()


def test_pages_are_read_only_as_far_as_there_is_something_new(cloud: LoopbackAws, aws: Aws) -> None:
    stack_id = _create(aws, "many", _topics(80))
    assert len(list(follow(aws, "many", poll_s=POLL_S))) == 242
    after = newest_event(aws, stack_id)
    aws.client("cloudformation").delete_stack(StackName=stack_id)
    cloud.calls.clear()
    events = list(follow(aws, stack_id, poll_s=1.0, after=after))
    assert events[-1].status == "DELETE_COMPLETE"
    assert not any(event.status.startswith("CREATE") for event in events)


def test_a_deletion_is_followed_by_id_to_its_end(cloud: LoopbackAws, aws: Aws) -> None:
    stack_id = _create(aws, "short", _topics(2))
    created = list(follow(aws, "short", poll_s=POLL_S))
    aws.client("cloudformation").delete_stack(StackName="short")
    deleted = list(follow(aws, stack_id, since=created[-1].time, poll_s=POLL_S))
    assert [event.status for event in deleted if event.of_stack] == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert sum(event.status == "DELETE_COMPLETE" for event in deleted) == 3
    with pytest.raises(AwsProblem) as caught:
        stack_id_of(aws, "short")
    assert caught.value.code == "no-such-stack"


def test_a_refused_deletion_ends_with_the_status_the_stack_had(cloud: LoopbackAws, aws: Aws) -> None:
    exporter = {
        "Resources": {"T": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"O": {"Value": {"Ref": "T"}, "Export": {"Name": "exported"}}},
    }
    importer = {
        "Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "exported"}}}}
    }
    exporter_id = _create(aws, "exporter", json.dumps(exporter))
    assert list(follow(aws, exporter_id, poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    assert (
        list(follow(aws, _create(aws, "importer", json.dumps(importer)), poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    )
    after = newest_event(aws, exporter_id)
    aws.client("cloudformation").delete_stack(StackName="exporter")
    events = list(follow(aws, exporter_id, poll_s=POLL_S, after=after))
    assert [event.status for event in events] == ["DELETE_IN_PROGRESS", "CREATE_COMPLETE"]
    assert "in use by importer" in events[-1].reason


def test_the_late_end_of_a_creation_does_not_end_the_deletion(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    stack_id = _create(aws, "late", _topics(1))
    statuses = ["CREATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    polls = iter([_row(stack_id, number, status)] for number, status in enumerate(statuses))
    monkeypatch.setattr("dots_tui.aws.events._new_rows", lambda *_: next(polls))
    assert [event.status for event in follow(aws, stack_id, poll_s=POLL_S, deleting=True)] == statuses


def test_it_stops_when_told_and_the_stack_goes_on(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.step = 0.05
    stack_id = _create(aws, "slow", _topics(3))
    seen: list[StackEvent] = []
    for event in follow(aws, stack_id, poll_s=POLL_S, stopped=lambda: len(seen) >= 2):
        seen.append(event)  # noqa: PERF402 - looked at between two events
    assert 2 <= len(seen) < 11
    cloud.step = 0.0
    assert list(follow(aws, stack_id, poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"


def test_passing_trouble_is_waited_out(cloud: LoopbackAws, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    stack_id = _create(aws, "short", _topics(1))
    cloud.faults.append(Fault("cloudformation", "DescribeStackEvents", "Throttling", "Rate exceeded", times=9))
    assert [event.status for event in follow(aws, stack_id, poll_s=POLL_S)][-1] == "CREATE_COMPLETE"


def test_an_expired_login_is_not_waited_out(cloud: LoopbackAws, aws: Aws) -> None:
    stack_id = _create(aws, "short", _topics(1))
    cloud.faults.append(Fault("cloudformation", "DescribeStackEvents", "ExpiredToken", "expired", 403, times=9))
    with pytest.raises(AwsProblem) as caught:
        list(follow(aws, stack_id, poll_s=POLL_S))
    assert caught.value.code == "expired"


def test_progress_counts_what_is_done() -> None:
    progress = Progress(2)
    for event in (
        _event("stack", "CREATE_IN_PROGRESS", of_stack=True),
        _event("A", "CREATE_IN_PROGRESS"),
        _event("A", "CREATE_COMPLETE"),
    ):
        progress.apply(event)
    assert (progress.done, progress.fraction, progress.status) == (1, 0.5, "CREATE_IN_PROGRESS")
    progress.apply(_event("B", "CREATE_COMPLETE"))
    progress.apply(_event("stack", "CREATE_COMPLETE", of_stack=True))
    assert (progress.done, progress.status, progress.cause) == (2, "CREATE_COMPLETE", None)


def test_the_cause_of_a_rollback_is_the_first_failure_that_was_not_a_cancellation() -> None:
    progress = Progress(3)
    for event in (
        _event("A", "CREATE_FAILED", "Resource creation cancelled"),
        _event("B", "CREATE_FAILED", "Your vCPU limit of 0"),
        _event("C", "CREATE_FAILED", "Resource creation Cancelled"),
        _event("stack", "ROLLBACK_IN_PROGRESS", of_stack=True),
        _event("A", "DELETE_COMPLETE"),
        _event("stack", "ROLLBACK_COMPLETE", of_stack=True),
    ):
        progress.apply(event)
    assert progress.cause is not None
    assert progress.cause.resource == "B"
    assert progress.done == 1
    problem = progress.problem("run-1", "create")
    assert "B: Your vCPU limit of 0" in problem.what
    assert "Service Quotas" in problem.advice
    assert "dots-tui delete run-1" in problem.advice
    assert problem.detail == "Your vCPU limit of 0"


def test_progress_without_a_total_is_not_a_division_by_zero() -> None:
    assert Progress(0).fraction == 0.0
