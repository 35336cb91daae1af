"""Baking, copying and deleting private images on the loopback AWS."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from dots_tui.aws import baking, base_stack, image_copies, images, packaged, training_stack
from dots_tui.aws.baking import BakePlan
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.recipe import recipe
from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import list_stacks
from dots_tui.aws.training_plan import LaunchChoices, plan
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from dots_tui.demo.builder import EmbeddedBuilder, is_builder
from tests.aws.templates import parsed

POLL_S = 0.01


@pytest.fixture
def failures() -> list[str]:
    """What the next builders fail with."""
    return []


@pytest.fixture
def builder(cloud: LoopbackAws, failures: list[str]) -> LoopbackAws:
    """The loopback AWS with builders that work."""

    def built(instance_id: str, stack: str, parameters: dict[str, str]) -> None:
        if is_builder(parameters):
            failure = failures[0] if failures else ""
            EmbeddedBuilder(instance_id, stack, parameters, cloud.url, pause_s=0.0, failure=failure).build()

    cloud.on_instance = built
    return cloud


def _begin(aws: Aws) -> None:
    """Begin a bake and stop following it at once."""
    seen: list[object] = []
    events = baking.bake(aws, baking.plan_bake(aws, "base"), poll_s=POLL_S, stopped=lambda: bool(seen))
    seen.append(next(events))
    assert not any(event.type.endswith("Image") for event in events)


def _bake(aws: Aws) -> tuple[BakePlan, list[Any]]:
    planned = baking.plan_bake(aws, "base")
    return planned, list(baking.bake(aws, planned, poll_s=POLL_S))


def test_a_bake_makes_a_tagged_image_and_leaves_no_builder(builder: LoopbackAws, aws: Aws, base: str) -> None:
    planned, events = _bake(aws)
    [image] = images.private_images(aws)
    assert (image.name, image.state, image.kind) == (planned.name, "available", "private")
    assert (image.drfc, image.simapp) == (recipe().drfc_commit, recipe().simapp)
    assert image.made_by
    assert baking.builders(aws) == []
    assert (
        aws.client("ec2").describe_instances(
            Filters=[{"Name": "instance-state-name", "Values": ["pending", "running"]}]
        )["Reservations"]
        == []
    )
    assert events[-1].resource == image.id
    phases = [event.reason for event in events if event.type.endswith("Phase")]
    assert phases[-1] == f"the image {image.id} is available"
    found = images.find(aws, "")
    assert found is not None
    assert found.id == image.id


def test_the_plan_says_the_most_it_can_cost_and_changes_nothing(builder: LoopbackAws, aws: Aws, base: str) -> None:
    builder.calls.clear()
    planned = baking.plan_bake(aws, "base", now=datetime(2026, 11, 28, 18, 0, tzinfo=timezone.utc))
    assert planned.name == "dots-tui-drfc-6.0-20261128-180000"
    assert planned.cost is not None
    assert 0.1 < planned.cost.usd < 0.3
    assert planned.cost.hours == pytest.approx(baking.DELETE_AFTER_MINUTES / 60)
    assert planned.monthly_usd == pytest.approx(planned.stock.disk_gb * 0.05)
    assert {action[:3] for _, action in builder.calls} <= {"Des", "Get", "Lis"}


def test_a_failed_bake_says_the_builders_reason_and_leaves_nothing(
    builder: LoopbackAws, failures: list[str], aws: Aws, base: str
) -> None:
    failures.append("Ubuntu's packages cannot be installed")
    with pytest.raises(AwsProblem) as caught:
        _bake(aws)
    assert caught.value.code == "bake-failed"
    assert "Ubuntu's packages cannot be installed" in caught.value.what
    assert baking.builders(aws) == []
    assert images.private_images(aws) == []


def test_a_refused_instance_is_the_reason_too(builder: LoopbackAws, aws: Aws, base: str) -> None:
    builder.fail["Instance"] = "You have requested more vCPU capacity than your current vCPU limit of 0 allows"
    with pytest.raises(AwsProblem) as caught:
        _bake(aws)
    assert "vCPU limit of 0" in caught.value.what
    assert baking.builders(aws) == []


def test_a_bake_that_is_not_followed_ends_by_itself(builder: LoopbackAws, aws: Aws, base: str) -> None:
    _begin(aws)
    ended = threading.Event()
    for _ in range(400):
        if images.private_images(aws) and not baking.builders(aws):
            break
        ended.wait(0.05)
    assert [one.state for one in images.private_images(aws)] == ["available"]
    assert baking.builders(aws) == []


def test_a_second_bake_is_refused_while_one_is_under_way(builder: LoopbackAws, aws: Aws, base: str) -> None:
    builder.step = 0.3
    _begin(aws)
    with pytest.raises(AwsProblem) as caught:
        baking.plan_bake(aws, "base")
    assert caught.value.code == "baking"


def test_what_a_cut_short_bake_left_is_named_and_cleaned(
    builder: LoopbackAws, failures: list[str], aws: Aws, base: str
) -> None:
    failures.append("no network")
    builder.faults.append(Fault("cloudformation", "DeleteStack", "InternalFailure", "later", 500, times=4))
    with pytest.raises(AwsProblem):
        _bake(aws)
    [left] = baking.left_over(aws)
    assert left.status == "ROLLBACK_COMPLETE"
    builder.faults.clear()
    list(baking.clean(aws, left, poll_s=POLL_S))
    assert baking.builders(aws) == []


def test_a_base_stack_without_a_builders_role_is_to_be_updated(cloud: LoopbackAws, aws: Aws, base: str) -> None:
    found = next(one for one in list_stacks(aws) if one.name == "base")
    exports = tuple((key, value) for key, value in found.exports if not key.endswith("BuilderProfile"))
    older = base_stack.base_of(replace(found, exports=exports))
    assert older.complete
    assert older.builder_profile == ""
    with pytest.raises(AwsProblem) as caught:
        baking.plan_bake(aws, "nobody")
    assert caught.value.code == "no-base"


def test_the_builder_goes_into_a_zone_with_its_type(builder: LoopbackAws, aws: Aws, base: str) -> None:
    name = "DescribeInstanceTypeOfferings"
    row = "<item><instanceType>t3.large</instanceType><location>us-east-1c</location></item>"
    builder.hooks["ec2", name] = lambda _: (
        f"<{name}Response><instanceTypeOfferingSet>{row}</instanceTypeOfferingSet></{name}Response>"
    )
    planned = baking.plan_bake(aws, "base")
    [found] = aws.client("ec2").describe_subnets(SubnetIds=[planned.subnet])["Subnets"]
    assert found["AvailabilityZone"] == "us-east-1c"
    builder.hooks["ec2", name] = lambda _: f"<{name}Response><instanceTypeOfferingSet/></{name}Response>"
    with pytest.raises(AwsProblem) as caught:
        baking.plan_bake(aws, "base")
    assert caught.value.code == "no-subnet"


def test_the_template_gets_every_parameter_and_no_other(builder: LoopbackAws, aws: Aws, base: str) -> None:
    given = baking.stack_arguments(baking.plan_bake(aws, "base"), datetime.now(timezone.utc))
    names = {one["ParameterKey"] for one in given["Parameters"]}
    assert names == set(parsed("builder.yaml")["Parameters"])
    assert given["RoleARN"]


# -- copies and deletion ------------------------------------------------------------------------------


@pytest.fixture
def baked(builder: LoopbackAws, aws: Aws, base: str) -> images.Image:
    """A private image."""
    _bake(aws)
    [image] = images.private_images(aws)
    return image


def test_a_copy_is_in_the_other_region_with_its_tags(builder: LoopbackAws, aws: Aws, baked: images.Image) -> None:
    builder.step = 0.02
    events = list(image_copies.copy(aws, baked, "eu-central-1", poll_s=POLL_S))
    [copied] = images.private_images(aws.in_region("eu-central-1"))
    assert (copied.name, copied.simapp, copied.drfc) == (baked.name, baked.simapp, baked.drfc)
    assert [event.status for event in events] == ["PENDING", "AVAILABLE"]
    assert len(images.private_images(aws)) == 1


def test_a_copy_to_the_same_region_is_refused(aws: Aws, baked: images.Image) -> None:
    with pytest.raises(AwsProblem) as caught:
        list(image_copies.copy(aws, baked, "us-east-1"))
    assert caught.value.code == "same-region"


def test_a_deleted_image_leaves_no_snapshot(aws: Aws, baked: images.Image) -> None:
    list(image_copies.delete(aws, baked))
    assert images.private_images(aws) == []
    there = {row["SnapshotId"] for row in aws.client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]}
    assert baked.snapshots
    assert not there & set(baked.snapshots)


def test_an_image_in_use_and_a_foreign_image_are_kept(
    builder: LoopbackAws, aws: Aws, baked: images.Image, files: CustomFiles
) -> None:
    planned = plan(aws, files, LaunchChoices("base", "run-1"))
    assert planned.parameters["AmiId"] == baked.id
    list(training_stack.launch(aws, planned, files, poll_s=POLL_S))
    with pytest.raises(AwsProblem) as caught:
        list(image_copies.delete(aws, baked))
    assert caught.value.code == "in-use"
    assert "run-1" in caught.value.what
    [*_, community] = images.community_images(aws)
    with pytest.raises(AwsProblem) as caught:
        list(image_copies.delete(aws, community))
    assert caught.value.code == "not-private"
    assert len(images.private_images(aws)) == 1


def test_the_recipe_is_whole_and_shared_with_the_scripts() -> None:
    pinned, files = recipe(), packaged.instance_files()
    assert len(pinned.drfc_commit) == 40
    assert int(pinned.drfc_commit, 16)
    assert pinned.simapp.startswith(pinned.drfc_version.split(".")[0])
    for name in ("scratch.sh", "bake.sh"):
        assert b'source "$HERE/recipe.env"' in files[name]
    texts = [content.decode() for name, content in files.items() if name != "recipe.env"]
    assert not any(pinned.drfc_commit in text for text in texts)


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("builder-"):
            thread.join(5)
