"""What trainings left behind is found in every region, and what is at work is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from moto.cloudformation.models import cloudformation_backends
from moto.ec2.models import ec2_backends

from dots_tui.aws import base_stack, orphans, training_stack
from dots_tui.aws.at_work import GROUP, STACK_NAME, TEMPLATE, AtWork, Standing
from dots_tui.aws.everywhere import stacks_of
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import get_stack
from dots_tui.aws.tag_names import TAG_RUN
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
    assert (found.sure, found.command) == (False, "")  # it may be training still, so nothing is offered that ends it
    assert "dots-tui stop run-1" in found.advice


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


# -- two witnesses: what is at work is never called left behind ---------------------------------------


def _launch(aws: Aws, files: CustomFiles, market: str) -> str:
    """Launch run-1; the id of its instance."""
    list(training_stack.launch(aws, plan(aws, files, LaunchChoices("base", "run-1", market)), files, poll_s=0.01))
    found: str = get_stack(aws, "run-1").instance_id
    return found


def _forget_stack(aws: Aws, instance: str, *more: str) -> None:
    """Take the tags away that lead to the stack; moto keeps those of aws: only in its own store."""
    keys = ["aws:cloudformation:stack-name", "aws:cloudformation:stack-id", *more]
    tags = {"dots-tui:racer": "x"}
    backend = ec2_backends["123456789012"]["us-east-1"]
    for key in keys:
        backend.tags.get(instance, {}).pop(key, None)
    backend.tags.setdefault(instance, {}).update(tags)


@pytest.mark.parametrize("market", ["standard", "spot"])
def test_an_instance_that_lacks_tags_is_known_by_its_stack(
    aws: Aws, base: str, files: CustomFiles, market: str
) -> None:
    instance = _launch(aws, files, market)
    _forget_stack(aws, instance, "dots-tui:run", "Name", "aws:autoscaling:groupName", "aws:ec2launchtemplate:id")
    assert orphans.look(aws, ["us-east-1"]).found == []


def test_an_instance_is_left_alone_while_deleting_its_stack_has_failed(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    instance = _launch(aws, files, "standard")
    cloud.fail["Instance"] = "in use"
    backend = cloudformation_backends["123456789012"]["us-east-1"]
    next(one for one in backend.stacks.values() if one.name == "run-1").status = "DELETE_FAILED"
    found = orphans.look(aws, ["us-east-1"]).found
    assert [one.id for one in found] == ["run-1"]
    assert instance not in " ".join(one.command for one in found)


def test_an_instance_of_another_users_stack_is_left_alone(aws: Aws) -> None:
    theirs = "Resources: {Handle: {Type: AWS::CloudFormation::WaitConditionHandle}}"
    for number in range(60):  # two pages
        aws.client("cloudformation").create_stack(StackName=f"theirs-{number}", TemplateBody=theirs)
    for number in (0, 59):
        left = left_in(aws, "us-east-1")
        backend = ec2_backends["123456789012"]["us-east-1"]
        for one in left.values():
            backend.tags[one]["aws:cloudformation:stack-name"] = f"theirs-{number}"
    assert orphans.look(aws, ["us-east-1"]).found == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault("autoscaling", "DescribeAutoScalingGroups", "Throttling", "Rate exceeded", 400, times=99),
        Fault("cloudformation", "ListStackResources", "Throttling", "Rate exceeded", 400, times=99),
        Fault("autoscaling", "DescribeAutoScalingGroups", "AccessDenied", "not authorized", 403, times=99),
    ],
    ids=["groups-throttled", "resources-throttled", "groups-denied"],
)
def test_what_could_not_be_looked_at_makes_it_unsure(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, fault: Fault
) -> None:
    _launch(aws, files, "spot")
    left = left_in(aws, "us-east-1")
    cloud.faults.append(fault)
    found = orphans.look(aws, ["us-east-1"]).found
    assert {one.id for one in found} >= set(left.values())
    for one in found:
        assert (one.sure, one.command) == (False, "")
        assert "could not be listed" in one.why


def test_what_says_it_is_of_a_training_that_exists_is_unsure(aws: Aws, base: str, files: CustomFiles) -> None:
    _launch(aws, files, "standard")
    tags = [{"Key": "dots-tui:run", "Value": get_stack(aws, "run-1").run}]
    volume = aws.client("ec2").create_volume(
        AvailabilityZone="us-east-1a", Size=40, TagSpecifications=[{"ResourceType": "volume", "Tags": tags}]
    )["VolumeId"]
    [found] = orphans.look(aws, ["us-east-1"]).found
    assert (found.id, found.sure, found.command) == (volume, False, "")


def test_an_orphan_is_looked_at_again(aws: Aws, base: str, files: CustomFiles) -> None:
    left_in(aws, "us-east-1")
    by_kind = {one.kind: one for one in orphans.look(aws, ["us-east-1"]).found}
    assert orphans.look_again(aws, by_kind["volume"]) == by_kind["volume"]
    aws.client("ec2").delete_volume(VolumeId=by_kind["volume"].id)
    aws.client("ec2").terminate_instances(InstanceIds=[by_kind["instance"].id])
    assert orphans.look_again(aws, by_kind["volume"]) is None
    assert orphans.look_again(aws, by_kind["instance"]) is None


NOTHING = AtWork(frozenset(), frozenset(), frozenset(), frozenset(), {}, frozenset())


@pytest.mark.parametrize(
    ("tags", "living", "standing"),
    [
        ({STACK_NAME: "gone"}, NOTHING, Standing.LEFT),
        ({TAG_RUN: "run-9"}, NOTHING, Standing.LEFT),
        ({STACK_NAME: "there"}, replace(NOTHING, stacks=frozenset(["there"])), Standing.AT_WORK),
        ({GROUP: "g"}, replace(NOTHING, groups={"g": True}), Standing.AT_WORK),
        ({GROUP: "g"}, replace(NOTHING, groups={"g": False}), Standing.UNSURE),
        ({GROUP: "gone"}, replace(NOTHING, groups={"g": True}), Standing.LEFT),
        ({TEMPLATE: "lt-1"}, replace(NOTHING, templates=frozenset(["lt-1"])), Standing.AT_WORK),
        ({TEMPLATE: "lt-2"}, replace(NOTHING, templates=frozenset(["lt-1"])), Standing.LEFT),
        ({"Name": "run-1"}, replace(NOTHING, names=frozenset(["run-1"])), Standing.UNSURE),
        ({STACK_NAME: "gone"}, replace(NOTHING, gaps=("groups could not be listed",)), Standing.UNSURE),
        ({}, replace(NOTHING, instances=frozenset(["i-1"])), Standing.AT_WORK),
    ],
)
def test_two_witnesses_judge(tags: dict[str, str], living: AtWork, standing: Standing) -> None:
    assert living.standing("i-1", tags)[0] is standing
