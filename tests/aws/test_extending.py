"""More time for a running training: every parameter passed, shown before, proven afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dots_tui.aws import change_set, extending, stacks, training_stack
from dots_tui.aws.events import StackEvent
from dots_tui.aws.launch_plan import LaunchChoices
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from tests.spot_templates import SPOT, STANDARD, make_training

POLL_S = 0.01


def _launch(aws: Aws, files: CustomFiles, market: str = "standard", kind: str = "g4dn.2xlarge", ttl: int = 60) -> None:
    planned = training_stack.plan(aws, files, LaunchChoices("base", "run-1", market, kind, ttl, endless=True))
    assert not planned.blocked, planned.obstacles
    for _ in training_stack.launch(aws, planned, files, poll_s=POLL_S):
        pass


def _extend(aws: Aws, minutes: int = 30, name: str = "run-1") -> list[StackEvent]:
    planned = extending.plan_extension(aws, name, minutes, poll_s=POLL_S)
    return list(extending.extend(aws, planned, poll_s=POLL_S))


def _parameters(aws: Aws, name: str = "run-1") -> dict[str, str]:
    row = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return {one["ParameterKey"]: one["ParameterValue"] for one in row["Parameters"]}


def _instance_tags(aws: Aws) -> dict[str, str]:
    instance = stacks.get_stack(aws, "run-1").instance_id
    row = aws.client("ec2").describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    return {tag["Key"]: tag["Value"] for tag in row["Tags"]}


@pytest.mark.parametrize("market", ["standard", "spot"])
def test_the_end_moves_everywhere_it_is_read(aws: Aws, base: str, files: CustomFiles, market: str) -> None:
    _launch(aws, files, market, "g4dn.4xlarge")
    before = stacks.get_stack(aws, "run-1")
    events = _extend(aws)
    after = stacks.get_stack(aws, "run-1")
    assert before.expires is not None
    assert after.expires == before.expires + timedelta(minutes=30)
    assert after.instance_id == before.instance_id
    assert after.status == "UPDATE_COMPLETE"
    text = after.expires.strftime("%Y-%m-%dT%H:%M:%SZ")
    tags = _instance_tags(aws)
    assert (tags["dots-tui:until"], tags["dots-tui:expires"]) == (text, text)
    row = aws.client("cloudformation").describe_stacks(StackName="run-1")["Stacks"][0]
    assert {"Key": "dots-tui:expires", "Value": text} in row["Tags"]
    delete_at = (after.expires + timedelta(minutes=15)).strftime("%Y-%m-%dT%H:%M:%S")
    [schedule] = aws.client("scheduler").list_schedules()["Schedules"]
    assert aws.client("scheduler").get_schedule(Name=schedule["Name"])["ScheduleExpression"] == f"at({delete_at})"
    assert (events[-1].type, events[-1].status) == ("dots-tui::Extension", "EXTENDED")
    assert events[-1].reason == f"it ends at {text} (according to the stack, the instance's tag, the schedule)"


def test_every_other_parameter_stays(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files, kind="g5.2xlarge")
    before = _parameters(aws)
    _extend(aws)
    after = _parameters(aws)
    assert after["InstanceType"] == "g5.2xlarge"
    assert {key for key in after if after[key] != before[key]} <= {"TimeToLiveInMinutes", "ExpiresAt", "DeleteAt"}
    assert before.keys() == after.keys()


def test_planning_shows_what_would_change_and_changes_nothing(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _launch(aws, files)
    before = _parameters(aws)
    planned = extending.plan_extension(aws, "run-1", 30, poll_s=POLL_S)
    assert {change.resource: change.replaced for change in planned.preview.changes} == {
        "Instance": "no",
        "DeleteStack": "no",
    }
    assert planned.preview.endangered == ()
    assert 88 <= planned.left <= 90
    assert _parameters(aws) == before
    assert stacks.get_stack(aws, "run-1").status == "CREATE_COMPLETE"
    change_set.discard(aws, planned.preview.id)


def test_what_would_replace_the_instance_is_refused_with_the_reason(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    found = change_set.preview(aws, "run-1", {"InstanceType": "g5.2xlarge"}, poll_s=POLL_S)
    assert found is not None
    assert [(change.resource, change.replaced) for change in found.endangered] == [("Instance", "maybe")]
    with pytest.raises(AwsProblem) as caught:
        change_set.refuse_if_endangered(aws, found)
    assert caught.value.code == "would-replace"
    assert "end the running instance" in caught.value.what
    assert "LaunchTemplate" in caught.value.what
    assert "Nothing was changed" in caught.value.advice
    assert stacks.get_stack(aws, "run-1").instance_type == "g4dn.2xlarge"


def test_where_a_tag_of_the_stack_would_replace_the_instance_it_is_left(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    _launch(aws, files)
    real, asked = change_set.preview, []

    def preview(aws: Aws, stack: str, parameters: Any, tags: Any = None, **rest: Any) -> Any:
        found = real(aws, stack, parameters, tags, **rest)
        asked.append(tags)
        if tags is None or found is None:
            return found
        danger = change_set.StackChange("Modify", "Instance", "AWS::EC2::Instance", "yes", ("LaunchTemplate",))
        return change_set.Preview(found.id, found.stack_id, found.stack, (danger,))

    monkeypatch.setattr(change_set, "preview", preview)
    before = stacks.get_stack(aws, "run-1").expires
    _extend(aws)
    assert asked[1] is None
    after = stacks.get_stack(aws, "run-1").expires
    assert before is not None
    assert after == before + timedelta(minutes=30)


def test_nothing_to_do_is_no_update(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    assert change_set.preview(aws, "run-1", {}, poll_s=POLL_S) is None
    assert change_set.preview(aws, "run-1", {"InstanceType": "g4dn.2xlarge"}, poll_s=POLL_S) is None


@pytest.mark.parametrize("minutes", [0, -5, 1400])
def test_a_time_no_stack_can_have(aws: Aws, base: str, files: CustomFiles, minutes: int) -> None:
    _launch(aws, files)
    with pytest.raises(AwsProblem) as caught:
        extending.plan_extension(aws, "run-1", minutes)
    assert caught.value.code == "bad-ttl"


def test_what_cannot_be_extended(aws: Aws, base: str, files: CustomFiles) -> None:
    with pytest.raises(AwsProblem) as caught:
        extending.plan_extension(aws, base, 30)
    assert caught.value.code == "not-training"
    _launch(aws, files, ttl=0)
    with pytest.raises(AwsProblem) as caught:
        extending.plan_extension(aws, "run-1", 30)
    assert caught.value.code == "no-end"


def test_a_training_that_is_over_is_not_extended(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    with pytest.raises(AwsProblem) as caught:
        extending.plan_extension(aws, "run-1", 30, now=lambda: datetime.now(timezone.utc) + timedelta(hours=2))
    assert caught.value.code == "over"


def test_a_stack_that_is_being_made_is_not_extended(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    planned = training_stack.plan(aws, files, LaunchChoices("base", "run-1"))
    cloud.step = 5.0
    launching = training_stack.launch(aws, planned, files, poll_s=POLL_S)
    assert any(event.of_stack for event in launching)
    with pytest.raises(AwsProblem) as caught:
        extending.plan_extension(aws, "run-1", 30)
    assert caught.value.code == "busy"


def test_an_update_that_fails_is_taken_back_and_explained(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _launch(aws, files)
    before = _parameters(aws)
    cloud.fail["DeleteStack"] = "User is not authorized to perform: scheduler:UpdateSchedule"
    with pytest.raises(AwsProblem) as caught:
        _extend(aws)
    assert caught.value.code == "update-failed"
    assert "permission" in caught.value.advice
    assert "as it was before" in caught.value.advice
    assert _parameters(aws) == before


def test_an_instance_whose_tag_cannot_be_set_is_told(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    _launch(aws, files, "spot")
    cloud.faults.append(Fault("ec2", "CreateTags", "UnauthorizedOperation", "You are not authorized", 403))
    with pytest.raises(AwsProblem) as caught:
        _extend(aws)
    assert caught.value.code == "access-denied"


def test_an_end_that_did_not_arrive_is_no_success(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files)
    stack = stacks.get_stack(aws, "run-1")
    assert stack.expires is not None
    with pytest.raises(AwsProblem) as caught:
        extending.prove(aws, stack, stack.expires + timedelta(minutes=5))
    assert caught.value.code == "not-extended"
    assert "the instance's tag says" in caught.value.what


# -- trainings of DeepRacer on the Spot ---------------------------------------------------------------


@pytest.mark.parametrize("template", [STANDARD, SPOT], ids=["standard", "spot"])
def test_one_of_deepracer_on_the_spot_keeps_its_instance_and_its_type(aws: Aws, template: str) -> None:
    make_training(aws, "old-1", template, "g4dn.4xlarge")
    before = stacks.get_stack(aws, "old-1")
    events = _extend(aws, 45, "old-1")
    after = stacks.get_stack(aws, "old-1")
    assert after.instance_id == before.instance_id
    assert _parameters(aws, "old-1")["InstanceType"] == "g4dn.4xlarge"
    assert int(_parameters(aws, "old-1")["TimeToLiveInMinutes"]) in (104, 105)
    assert after.expires is not None
    assert before.expires is not None
    assert timedelta(minutes=43) < after.expires - before.expires < timedelta(minutes=46)
    assert "its rule" in events[-1].reason


def test_the_trap_of_its_stop_script_would_be_seen(aws: Aws) -> None:
    """Without InstanceType the default counts again, and the instance would be made anew."""
    make_training(aws, "old-1", STANDARD, "g4dn.4xlarge")
    found = change_set.preview(aws, "old-1", {"InstanceType": "g4dn.2xlarge"}, poll_s=POLL_S)
    assert found is not None
    assert [change.resource for change in found.endangered] == ["Instance"]
