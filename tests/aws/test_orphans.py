"""What trainings left behind is found in every region, and what is at work is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dots_tui.aws import base_stack, orphans, training_stack
from dots_tui.aws.everywhere import stacks_of
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices, plan
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import AwsError, Fault, LoopbackAws

REGIONS = ("us-east-1", "eu-west-1", "us-west-2")
TAGS = [{"Key": "dots-tui:run", "Value": "run-9"}]


def left_in(aws: Aws, region: str) -> dict[str, str]:
    """An instance, a volume and an address in ``region`` that belong to no stack; kind -> id."""
    ec2: Any = aws.in_region(region).client("ec2")
    zone = f"{region}a"
    instance = ec2.run_instances(
        ImageId="ami-0d075dots00000002",
        InstanceType="g4dn.2xlarge",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": TAGS}],
    )["Instances"][0]["InstanceId"]
    volume = ec2.create_volume(
        AvailabilityZone=zone, Size=40, TagSpecifications=[{"ResourceType": "volume", "Tags": TAGS}]
    )["VolumeId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.create_tags(Resources=[address], Tags=TAGS)
    return {"instance": instance, "volume": volume, "address": address}


def test_nothing_is_left_behind(aws: Aws, base: str, files: CustomFiles) -> None:
    list(training_stack.launch(aws, plan(aws, files, LaunchChoices("base", "run-1")), files, poll_s=0.01))
    found = orphans.look(aws, REGIONS)
    assert found.found == []
    assert set(found.regions) == set(REGIONS)


def test_what_nobody_looks_after_is_found_wherever_it_is(aws: Aws, base: str) -> None:
    left = left_in(aws, "eu-west-1")
    found = orphans.look(aws, REGIONS).found
    assert {one.kind: one.id for one in found} == left
    assert {one.region for one in found} == {"eu-west-1"}
    for one in found:
        assert one.costs
        assert one.id in one.command
        assert "--region eu-west-1" in one.command


def test_what_is_no_training_is_left_alone(aws: Aws) -> None:
    aws.client("ec2").run_instances(ImageId="ami-1", InstanceType="t3.micro", MinCount=1, MaxCount=1)
    aws.client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=8)
    aws.client("ec2").allocate_address(Domain="vpc")
    assert orphans.look(aws, REGIONS).found == []


def test_a_stack_that_outlives_its_end_is_told(aws: Aws, base: str, files: CustomFiles) -> None:
    list(training_stack.launch(aws, plan(aws, files, LaunchChoices("base", "run-1")), files, poll_s=0.01))
    later = datetime.now(timezone.utc) + timedelta(minutes=60)
    assert orphans.look(aws, ["us-east-1"], later + timedelta(minutes=20)).found == []  # it may still be saving
    [found] = orphans.look(aws, ["us-east-1"], later + timedelta(minutes=45)).found
    assert (found.kind, found.id) == ("stack", "run-1")
    assert "time to live is over" in found.why


def test_a_launch_that_failed_is_told_and_costs_nothing(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.fail["Instance"] = "no capacity"
    with pytest.raises(AwsProblem):
        list(training_stack.launch(aws, plan(aws, files, LaunchChoices("base", "run-1")), files, poll_s=0.01))
    [found] = orphans.look(aws, ["us-east-1"]).found
    assert (found.id, found.costs) == ("run-1", False)


def _refuse_eu_west(cloud: LoopbackAws) -> None:
    def refuse(request: dict[str, Any], region: str) -> None:
        if region == "eu-west-1":
            raise AwsError("AccessDenied", "User is not authorized to perform: cloudformation:DescribeStacks", 403)

    cloud._gate.market["cloudformation", "DescribeStacks"] = refuse


def test_a_region_that_is_dark_is_named_and_the_others_are_looked_into(cloud: LoopbackAws, aws: Aws) -> None:
    left_in(aws, "us-west-2")
    _refuse_eu_west(cloud)
    try:
        found = orphans.look(aws, REGIONS)
        stacks, problems = stacks_of(aws, ["us-east-1", "eu-west-1"])
    finally:
        del cloud._gate.market["cloudformation", "DescribeStacks"]
    assert len(found.found) == 3
    assert list(found.problems) == list(problems) == ["eu-west-1"]
    assert stacks == []


def test_when_no_region_can_be_looked_into_it_is_a_problem(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.faults.append(Fault("cloudformation", "DescribeStacks", "ExpiredToken", "expired", 403, times=99))
    with pytest.raises(AwsProblem):
        orphans.look(aws, REGIONS)
    with pytest.raises(AwsProblem):
        stacks_of(aws, REGIONS)


def test_stacks_of_several_regions_are_one_list(aws: Aws, base: str) -> None:
    list(base_stack.create(aws.in_region("eu-west-1"), "far", "203.0.113.7", poll_s=0.01))
    stacks, problems = stacks_of(aws, ["us-east-1", "eu-west-1"])
    assert {(stack.name, stack.region) for stack in stacks} == {("base", "us-east-1"), ("far", "eu-west-1")}
    assert problems == {}
