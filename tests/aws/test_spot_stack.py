"""A spot training's stack: made like any other, found through its group, ended with it."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from dots_tui.aws import stacks, training_stack
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws

POLL_S = 0.01
NOW = datetime(2030, 1, 1, 12, 0, 0, tzinfo=timezone.utc)


def _launch(aws: Aws, files: CustomFiles, choices: LaunchChoices) -> None:
    planned = training_stack.plan(aws, files, choices)
    progress = stacks.Progress(planned.resource_count)
    for event in training_stack.launch(aws, planned, files, poll_s=POLL_S, now=lambda: NOW):
        progress.apply(event)
    assert (progress.fraction, progress.status) == (1.0, "CREATE_COMPLETE")


def test_the_address_is_found_through_the_group(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files, LaunchChoices("base", "run-1", "spot", "g4dn.4xlarge", 90))
    stack = stacks.get_stack(aws, "run-1")
    assert (stack.market, stack.instance_type, stack.ip) == ("spot", "g4dn.4xlarge", "127.0.0.1")
    assert stack.instance_id.startswith("i-")
    assert stack.expires == datetime(2030, 1, 1, 13, 30, tzinfo=timezone.utc)


def test_every_instance_of_the_group_knows_its_time_and_its_run(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files, LaunchChoices("base", "run-1", "spot"))
    stack = stacks.get_stack(aws, "run-1")
    row = aws.client("ec2").describe_instances(InstanceIds=[stack.instance_id])["Reservations"][0]["Instances"][0]
    tags = {tag["Key"]: tag["Value"] for tag in row["Tags"]}
    assert tags["dots-tui:until"] == tags["dots-tui:expires"] == "2030-01-01T13:00:00Z"
    assert tags["dots-tui:run"] == "training/reInvent2019_track/run-1"
    assert tags["dots-tui:racer"] == "moto"


def test_the_instance_that_comes_for_another_is_found(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files, LaunchChoices("base", "run-1", "spot"))
    first = stacks.get_stack(aws, "run-1")
    group = dict(first.outputs)["Instance"]
    aws.client("autoscaling").terminate_instance_in_auto_scaling_group(
        InstanceId=first.instance_id, ShouldDecrementDesiredCapacity=False
    )
    rows = aws.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[group])["AutoScalingGroups"]
    assert len(rows[0]["Instances"]) == 1
    second = stacks.get_stack(aws, "run-1")
    assert second.instance_id not in ("", first.instance_id)
    assert second.ip == "127.0.0.1"


def test_the_group_ends_by_itself_after_the_instance_should_have(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files, LaunchChoices("base", "run-1", "spot"))
    [action] = aws.client("autoscaling").describe_scheduled_actions()["ScheduledUpdateGroupActions"]
    assert (action["MaxSize"], action["DesiredCapacity"]) == (0, 0)
    assert str(action["StartTime"]).startswith("2030-01-01 13:15:00")


def test_a_spot_training_without_end_has_nothing_that_ends_it(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files, LaunchChoices("base", "run-1", "spot", ttl_minutes=0, endless=True))
    assert aws.client("autoscaling").describe_scheduled_actions()["ScheduledUpdateGroupActions"] == []
    stack = stacks.get_stack(aws, "run-1")
    assert stack.expires is None
    row = aws.client("cloudformation").describe_stacks(StackName="run-1")["Stacks"][0]
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in row["Parameters"]}
    assert (parameters["ExpiresAt"], parameters["DeleteAt"]) == ("never", "never")


def test_no_spot_capacity_is_explained(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    cloud.fail["Group"] = "Could not launch Spot Instances. MaxSpotInstanceCountExceeded - Max spot instance count"
    with pytest.raises(AwsProblem) as caught:
        _launch(aws, files, LaunchChoices("base", "run-1", "spot"))
    assert "quota for spot instances" in caught.value.advice
    assert "costs nothing" in caught.value.advice


def test_a_spot_training_is_deleted_with_its_instance(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files, LaunchChoices("base", "run-1", "spot"))
    instance = stacks.get_stack(aws, "run-1").instance_id
    assert list(stacks.delete(aws, "run-1", poll_s=POLL_S))[-1].status == "DELETE_COMPLETE"
    row = aws.client("ec2").describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]
    assert row["State"]["Name"] in ("terminated", "shutting-down")
