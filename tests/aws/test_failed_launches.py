"""Launches that fail: told in plain words, nothing forgotten in the bucket, and a next try that can be launched."""

from __future__ import annotations

from typing import Any

import pytest

from dots_tui.aws import resuming, stacks, training_stack
from dots_tui.aws.failure_reasons import quota_advice
from dots_tui.aws.leftovers import LaunchRefused, clean
from dots_tui.aws.next_try import next_tries
from dots_tui.aws.problems import AwsProblem, advice_for
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import AwsError, Fault, LoopbackAws

POLL_S = 0.01
CHOICES = LaunchChoices("base", "run-1", "spot", "g4dn.4xlarge", 90)


def _fail(aws: Aws, files: CustomFiles, choices: LaunchChoices = CHOICES) -> AwsProblem:
    planned = training_stack.plan(aws, files, choices)
    assert not planned.blocked
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.launch(aws, planned, files, poll_s=POLL_S))
    return caught.value


def _keys(aws: Aws) -> set[str]:
    bucket = dict(stacks.get_stack(aws, "base").outputs)["Bucket"]
    rows = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix="custom_files/").get("Contents", ())
    return {row["Key"].partition("/")[2] for row in rows}


# -- the first failure in plain words -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("We currently do not have sufficient g5.2xlarge capacity in zones with support for gp2", "no such machine"),
        ("UnfulfillableCapacity - Unable to fulfill capacity", "no such machine"),
        ("You have requested more vCPU capacity than your current vCPU limit of 8 allows", "On-Demand G and VT"),
        ("Max spot instance count exceeded (MaxSpotInstanceCountExceeded)", "Spot Instance Requests"),
        ("The image id '[ami-1]' does not exist", "plan the launch again"),
        ("No export named base-SecurityGroup found.", "dots-tui base update"),
        ("run-1-launch-template already exists in stack x", "choose another name"),
        ("User: x is not authorized to perform: ec2:RunInstances", "ec2:RunInstances"),
        ("The maximum number of network acl entries has been reached. (NetworkAclEntryLimitExceeded)", "ACL is full"),
        ("The network acl entry identified by 100 already exists.", "a free one is taken"),
        ("Your request for accessing resources in this region is pending verification", "AWS is looking"),
    ],
)
def test_reasons_are_told_in_plain_words(reason: str, words: str) -> None:
    assert words in advice_for(reason)


# -- the next try -------------------------------------------------------------------------------------


def test_no_capacity_is_tried_with_another_gpu_or_the_other_market(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.fail["Group"] = "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity"
    problem = _fail(aws, files)
    tries = next_tries(problem, CHOICES, {"base", "run-1", "run-2"})
    assert [(one.choices.instance_type, one.choices.market) for one in tries] == [
        ("g6.4xlarge", "spot"),
        ("g5.4xlarge", "spot"),
        ("g4dn.4xlarge", "standard"),
    ]
    assert {one.choices.name for one in tries} == {"run-3"}
    assert tries[2].command == ("dots-tui launch --base base --name run-3 --standard --type g4dn.4xlarge --ttl 90")


def test_the_next_try_can_be_launched(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    cloud.fail["Group"] = "Max spot instance count exceeded (MaxSpotInstanceCountExceeded)"
    [first, *_] = next_tries(_fail(aws, files), CHOICES, {"run-1"})
    assert first.choices.market == "standard"
    planned = training_stack.plan(aws, files, first.choices)
    assert not planned.blocked, planned.obstacles
    assert list(training_stack.launch(aws, planned, files, poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"


def test_a_quota_on_demand_is_tried_on_the_other_market_or_smaller() -> None:
    problem = AwsProblem("create-failed", "", "", "more vCPU capacity than your current vCPU limit of 8 allows")
    tries = next_tries(problem, LaunchChoices("base", "run", "standard", "g4dn.4xlarge"), {"run"})
    assert [(one.choices.market, one.choices.instance_type) for one in tries] == [
        ("spot", "g4dn.4xlarge"),
        ("standard", "g4dn.2xlarge"),
        ("standard", "g4dn.xlarge"),
    ]
    assert tries[0].choices.name == "run-2"


def test_what_another_launch_does_not_help_has_no_next_try() -> None:
    for reason in ("not authorized to perform: ec2:RunInstances", "No default VPC", ""):
        assert next_tries(AwsProblem("create-failed", "", "", reason), CHOICES, ()) == []
    assert len(next_tries(AwsProblem("name-taken", "taken"), CHOICES, ())) == 1


# -- half a launch ------------------------------------------------------------------------------------


def test_a_refused_stack_says_what_was_left_and_cleans_it_up(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    bucket = dict(stacks.get_stack(aws, base).outputs)["Bucket"]
    aws.client("s3").put_object(Bucket=bucket, Key="custom_files/run.env", Body=b"of an earlier run")
    aws.client("s3").put_object(Bucket=bucket, Key="custom_files/notes.txt", Body=b"the racer's")

    def refuse(_request: dict[str, Any]) -> None:
        raise AwsError("AccessDenied", "User: x is not authorized to perform: cloudformation:CreateStack", 403)

    cloud.hooks["cloudformation", "CreateStack"] = refuse
    problem = _fail(aws, files)
    assert isinstance(problem, LaunchRefused)
    assert problem.code == "access-denied"
    assert "No stack was made" in problem.advice
    assert (len(problem.left), problem.replaced) == (4, 1)
    assert "4 custom files were uploaded" in problem.advice
    assert clean(aws, problem) == 4
    assert _keys(aws) == {"run.env", "notes.txt"}


def test_an_upload_that_breaks_off_leaves_only_what_is_named(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    seen: list[int] = []

    def third(_request: dict[str, Any]) -> None:
        seen.append(1)
        if len(seen) == 3:
            raise AwsError("AccessDenied", "Access Denied", 403)

    cloud.hooks["s3", "PutObject"] = third
    problem = _fail(aws, files)
    assert isinstance(problem, LaunchRefused)
    assert len(problem.left) == 2
    cloud.hooks.clear()
    assert {key.partition("/")[2] for key in problem.left} == _keys(aws)


# -- what AWS does not do for us ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ExpiredToken", 403, "expired"),
        ("AccessDenied", 403, "access-denied"),
        ("RoleIsNone", 400, "aws-RoleIsNone"),
        ("", 503, "unknown-answer"),
    ],
)
def test_an_error_at_the_last_moment_is_explained(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, code: str, status: int, expected: str
) -> None:
    cloud.faults.append(Fault("cloudformation", "CreateStack", code, "injected", status, times=9))
    problem = _fail(aws, files)
    assert isinstance(problem, LaunchRefused)
    assert problem.code == expected


def test_throttling_that_passes_is_waited_out(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    planned = training_stack.plan(aws, files, CHOICES)
    cloud.faults.append(Fault("cloudformation", "CreateStack", "Throttling", "Rate exceeded", 400, times=2))
    cloud.faults.append(Fault("cloudformation", "DescribeStackEvents", "Throttling", "Rate exceeded", 400, times=2))
    assert list(training_stack.launch(aws, planned, files, poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    assert cloud.calls.count(("cloudformation", "CreateStack")) >= 3


def test_a_login_that_expires_while_following_is_told_and_the_stack_goes_on(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    planned = training_stack.plan(aws, files, CHOICES)
    cloud.faults.append(Fault("cloudformation", "DescribeStackEvents", "ExpiredToken", "expired", 403))
    with pytest.raises(AwsProblem) as caught:
        list(training_stack.launch(aws, planned, files, poll_s=POLL_S))
    assert caught.value.code == "expired"
    assert not isinstance(caught.value, LaunchRefused)
    assert list(resuming.resume(aws, stacks.get_stack(aws, "run-1"), poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"


# -- picked up again ----------------------------------------------------------------------------------


def test_a_launch_is_followed_from_its_first_event_after_a_restart(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.step = 0.1
    planned = training_stack.plan(aws, files, CHOICES)
    for event in training_stack.launch(aws, planned, files, poll_s=POLL_S):
        if event.resource == "LaunchTemplate":
            break  # dots-tui is killed
    stack = stacks.get_stack(aws, "run-1")
    assert resuming.doing(stack) == "create"
    events = list(resuming.resume(aws, stack, poll_s=POLL_S))
    assert (events[0].of_stack, events[0].status) == (True, "CREATE_IN_PROGRESS")
    assert events[-1].status == "CREATE_COMPLETE"


def test_a_deletion_is_followed_from_its_own_beginning(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    for _ in training_stack.launch(aws, training_stack.plan(aws, files, CHOICES), files, poll_s=POLL_S):
        pass
    cloud.step = 0.05
    aws.client("cloudformation").delete_stack(StackName="run-1")
    events = list(resuming.resume(aws, stacks.get_stack(aws, "run-1"), poll_s=POLL_S))
    assert events[0].status == "DELETE_IN_PROGRESS"
    assert events[-1].status == "DELETE_COMPLETE"
    assert not any(event.status.startswith("CREATE") for event in events)


def test_a_launch_that_failed_meanwhile_is_told_as_such(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.step = 0.05
    cloud.fail["Group"] = "UnfulfillableCapacity"
    planned = training_stack.plan(aws, files, CHOICES)
    for event in training_stack.launch(aws, planned, files, poll_s=POLL_S):
        if event.of_stack:
            break
    with pytest.raises(AwsProblem) as caught:
        list(resuming.resume(aws, stacks.get_stack(aws, "run-1"), poll_s=POLL_S))
    assert caught.value.code == "create-failed"
    assert "no such machine" in caught.value.advice


@pytest.mark.parametrize(
    ("market", "code"), [("standard", "L-DB2E81BA"), ("spot", "L-3819A6DF")], ids=["on-demand", "spot"]
)
@pytest.mark.parametrize(
    "reason",
    [
        "You have requested more vCPU capacity than your current vCPU limit of 0 allows. VcpuLimitExceeded",
        "MaxSpotInstanceCountExceeded - Max spot instance count exceeded.",
    ],
)
def test_the_quota_that_is_named_is_that_of_the_market(reason: str, market: str, code: str) -> None:
    advice = quota_advice(reason, "g4dn.2xlarge", market)
    assert code in advice
    assert ("spot instances" in advice) is (market == "spot")
    assert quota_advice("We do not have sufficient g4dn capacity", "g4dn.2xlarge", market) == ""
