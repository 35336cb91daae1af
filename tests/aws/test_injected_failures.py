"""What AWS does not do for us in the middle of a launch, a stop, an extension: waited out, or told, never half done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from dots_tui.aws import extending, launch_notes, packaged, session, stacks, training_stack
from dots_tui.aws.leftovers import LaunchRefused
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws

POLL_S = 0.01
NOW = datetime(2030, 1, 1, 12, 0, 0, tzinfo=timezone.utc)
CHOICES = LaunchChoices("base", "run-1")
_RETRIED = 4
"""Calls boto3 makes before it gives up."""


@pytest.fixture
def launched(aws: Aws, base: str, files: CustomFiles) -> str:
    """A training that is up."""
    for _ in training_stack.launch(aws, training_stack.plan(aws, files, CHOICES), files, poll_s=POLL_S):
        pass
    return "run-1"


@pytest.fixture
def impatient(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Aws]]:
    """``impatient(service, action)``: from then on nobody answers this call; a way to AWS that waits a moment only."""
    monkeypatch.setattr(session, "READ_SECONDS", 1.0)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    over = threading.Event()

    def silent(service: str, action: str) -> Aws:
        def wait(_request: dict[str, Any]) -> None:
            over.wait(20)

        cloud.hooks[service, action] = wait
        cloud.calls.clear()
        return Aws()

    yield silent
    over.set()
    cloud.hooks.clear()


# -- nobody answers -----------------------------------------------------------------------------------


def test_an_answer_that_does_not_come_is_asked_for_again_then_told(
    cloud: LoopbackAws, base: str, impatient: Callable[[str, str], Aws]
) -> None:
    with pytest.raises(AwsProblem) as caught:
        impatient("sts", "GetCallerIdentity").identity()
    assert caught.value.code == "unreachable"
    assert "did not answer in time" in caught.value.what
    assert "before you try again" in caught.value.advice
    assert cloud.calls.count(("sts", "GetCallerIdentity")) == _RETRIED


def test_an_upload_nobody_answers_makes_no_stack(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, impatient: Callable[[str, str], Aws]
) -> None:
    planned = training_stack.plan(aws, files, CHOICES)
    hurried = impatient("s3", "PutObject")
    with pytest.raises(LaunchRefused) as caught:
        list(training_stack.launch(hurried, planned, files, poll_s=POLL_S))
    assert caught.value.code == "unreachable"
    assert "No stack was made." in caught.value.advice
    assert ("cloudformation", "CreateStack") not in cloud.calls


def test_a_stack_whose_answer_was_lost_is_followed_not_refused(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, impatient: Callable[[str, str], Aws]
) -> None:
    planned = training_stack.plan(aws, files, CHOICES)
    hurried = impatient("cloudformation", "CreateStack")
    silent = cloud.hooks.pop(("cloudformation", "CreateStack"))

    def made_and_not_told(request: dict[str, Any]) -> None:
        del cloud.hooks["cloudformation", "CreateStack"]
        arguments = training_stack.stack_arguments(planned, NOW)
        aws.client("cloudformation").create_stack(TemplateBody=packaged.template("training.yaml"), **arguments)
        silent(request)

    cloud.hooks["cloudformation", "CreateStack"] = made_and_not_told
    events = list(training_stack.launch(hurried, planned, files, poll_s=POLL_S, now=lambda: NOW))
    assert (events[-1].of_stack, events[-1].status) == (True, "CREATE_COMPLETE")
    assert list(launch_notes.read()) == []


def test_a_name_somebody_else_took_meanwhile_is_no_stack_of_ours(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    planned = training_stack.plan(aws, files, CHOICES)
    arguments = training_stack.stack_arguments(planned, NOW)
    aws.client("cloudformation").create_stack(TemplateBody=packaged.template("training.yaml"), **arguments)
    with pytest.raises(LaunchRefused) as caught:
        list(training_stack.launch(aws, planned, files, poll_s=POLL_S))  # at another time
    assert caught.value.code == "name-taken"


def test_a_stop_nobody_answers_leaves_the_training(
    cloud: LoopbackAws, aws: Aws, launched: str, impatient: Callable[[str, str], Aws]
) -> None:
    hurried = impatient("ssm", "SendCommand")
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.stop(hurried, launched, poll_s=POLL_S))
    assert caught.value.code == "stop-failed"
    assert "did not answer in time" in caught.value.what
    assert ("cloudformation", "DeleteStack") not in cloud.calls
    assert stacks.get_stack(aws, launched).status == "CREATE_COMPLETE"


def test_an_extension_nobody_answers_changes_nothing(
    cloud: LoopbackAws, aws: Aws, launched: str, impatient: Callable[[str, str], Aws]
) -> None:
    before = stacks.get_stack(aws, launched).expires
    hurried = impatient("cloudformation", "CreateChangeSet")
    with pytest.raises(AwsProblem) as caught:
        extending.plan_extension(hurried, launched, 30, poll_s=POLL_S)
    assert caught.value.code == "unreachable"
    assert stacks.get_stack(aws, launched).expires == before


# -- throttled, then served ---------------------------------------------------------------------------


def _throttle(cloud: LoopbackAws, *calls: tuple[str, str]) -> None:
    for service, action in calls:
        cloud.faults.append(Fault(service, action, "Throttling", "Rate exceeded", 400, times=2))


def test_a_launch_waits_throttling_out(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    planned = training_stack.plan(aws, files, CHOICES)
    _throttle(cloud, ("s3", "PutObject"), ("cloudformation", "CreateStack"), ("cloudformation", "DescribeStackEvents"))
    assert list(training_stack.launch(aws, planned, files, poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    assert cloud.faults == []


def test_a_stop_waits_throttling_out(
    cloud: LoopbackAws, aws: Aws, launched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    _throttle(cloud, ("ssm", "SendCommand"), ("cloudformation", "DescribeStacks"))

    def saves(_request: dict[str, Any]) -> None:
        aws.client("cloudformation").delete_stack(StackName=launched)  # as its instance does at the end

    cloud.hooks["ssm", "SendCommand"] = saves
    assert list(training_stack.stop(aws, launched, poll_s=POLL_S))[-1].status == "DELETE_COMPLETE"
    assert cloud.faults == []


def test_an_extension_waits_throttling_out(
    cloud: LoopbackAws, aws: Aws, launched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    _throttle(
        cloud,
        ("cloudformation", "CreateChangeSet"),
        ("cloudformation", "DescribeChangeSet"),
        ("cloudformation", "ExecuteChangeSet"),
        ("ec2", "CreateTags"),
    )
    planned = extending.plan_extension(aws, launched, 30, poll_s=POLL_S)
    list(extending.extend(aws, planned, poll_s=POLL_S))
    assert stacks.get_stack(aws, launched).expires == planned.expires
    assert not any(fault.service == "cloudformation" for fault in cloud.faults)


# -- what stays ---------------------------------------------------------------------------------------


def test_a_deletion_that_fails_names_what_stood_in_the_way(
    aws: Aws, launched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.ec2.models.launch_templates import LaunchTemplate

    def refuse(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("LaunchTemplate is in use")

    monkeypatch.setattr(LaunchTemplate, "delete_from_cloudformation_json", refuse, raising=False)
    monkeypatch.setattr(LaunchTemplate, "delete", refuse, raising=False)
    with pytest.raises(AwsProblem) as caught:
        list(stacks.delete(aws, launched, poll_s=POLL_S))
    assert caught.value.code == "delete-failed"
    assert stacks.get_stack(aws, launched).status == "DELETE_FAILED"
