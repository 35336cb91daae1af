"""The plan of a launch: everything that is in the way is said before anything is made or paid for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from dots_tui.aws import prices, stacks, training_stack
from dots_tui.aws.launch_plan import DELETE_AFTER_MINUTES, LaunchChoices, LaunchPlan
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import plan
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import AwsError, Fault, LoopbackAws

POLL_S = 0.01
CHOICES = LaunchChoices("base", "run-1")
_READS = ("Describe", "Get", "List", "Head")


def _codes(planned: LaunchPlan, *severities: str) -> list[str]:
    wanted: Sequence[str] = severities or ("error",)
    return [obstacle.code for obstacle in planned.obstacles if obstacle.severity in wanted]


def _change(files: CustomFiles, name: str, old: str, new: str) -> None:
    files.write(name, files.read(name).replace(old.encode(), new.encode()))


def _put(aws: Aws, key: str) -> None:
    bucket = dict(stacks.get_stack(aws, "base").outputs)["Bucket"]
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"x")


def test_nothing_in_the_way(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    cloud.calls.clear()
    planned = plan(aws, files, CHOICES)
    assert _codes(planned, "error", "warning") == []
    assert not planned.blocked
    assert planned.model_prefix == "training/reInvent2019_track/run-1"
    assert [upload.key for upload in planned.uploads][:2] == ["custom_files/run.env", "custom_files/system.env"]
    assert planned.parameters["AmiId"] == "ami-0d075dots00000002"
    assert planned.parameters["SchedulerRoleArn"].startswith("arn:aws:iam::")
    assert len(planned.creates) == planned.resource_count == 3
    assert planned.identity.user == "moto"


def test_planning_changes_nothing(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    cloud.calls.clear()
    plan(aws, files, CHOICES)
    assert cloud.calls
    assert [call for call in cloud.calls if not call[1].startswith(_READS)] == []


def test_what_it_costs_at_most_includes_the_last_line_of_defence(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = plan(aws, files, LaunchChoices("base", "run-1", ttl_minutes=120))
    assert planned.cost is not None
    assert planned.cost.hours == (120 + DELETE_AFTER_MINUTES) / 60
    assert planned.cost.usd > prices.ON_DEMAND_USD_PER_HOUR["g4dn.2xlarge"] * planned.cost.hours
    assert "asked for now" in planned.cost.basis


def test_where_prices_cannot_be_asked_for_a_dated_list_stands_in(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.faults.append(Fault("pricing", "GetProducts", "AccessDeniedException", "no", 400, times=9))
    planned = plan(aws, files, CHOICES)
    assert planned.cost is not None
    assert f"list price of {prices.AS_OF}" in planned.cost.basis
    assert not planned.blocked


def test_no_price_is_said_and_not_guessed(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = plan(aws, files, LaunchChoices("base", "run-1", instance_type="p4d.24xlarge"))
    assert planned.cost is None
    assert "no-price" in _codes(planned, "info")
    assert prices.most("g4dn.2xlarge", "eu-west-1", 60) is None


def test_a_name_that_cannot_be(aws: Aws, base: str, files: CustomFiles) -> None:
    assert _codes(plan(aws, files, LaunchChoices("base", "1_run"))) == ["bad-name"]


def test_a_name_that_is_taken(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = plan(aws, files, LaunchChoices("base", "base"))
    assert _codes(planned) == ["name-taken"]
    assert planned.blocked


def test_a_name_left_from_a_failed_launch_can_be_freed(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.fail["Instance"] = "no capacity"
    with pytest.raises(AwsProblem):
        list(training_stack.launch(aws, plan(aws, files, CHOICES), files, poll_s=POLL_S))
    [obstacle] = [one for one in plan(aws, files, CHOICES).obstacles if one.severity == "error"]
    assert obstacle.code == "name-taken"
    assert "dots-tui delete run-1" in obstacle.fix


def test_no_base_stack(aws: Aws, files: CustomFiles) -> None:
    planned = plan(aws, files, LaunchChoices("nowhere", "run-1"))
    assert _codes(planned) == ["no-base"]
    assert planned.base is None


def test_a_base_stack_that_is_not_complete(cloud: LoopbackAws, aws: Aws, files: CustomFiles) -> None:
    from dots_tui.aws import base_stack

    cloud.fail["Bucket"] = "no"
    with pytest.raises(AwsProblem):
        list(base_stack.create(aws, "base", "203.0.113.7", poll_s=POLL_S))
    planned = plan(aws, files, CHOICES)
    assert _codes(planned) == ["base-not-complete"]
    assert "Bucket" in next(one.message for one in planned.obstacles)


def test_a_base_stack_without_our_roles_is_used_with_a_warning(aws: Aws, files: CustomFiles) -> None:
    template = {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
        "Outputs": {
            name: {"Value": {"Ref": "Bucket"}, "Export": {"Name": f"spot-base-{name}"}} for name in stacks.EXPORTS
        },
    }
    aws.client("cloudformation").create_stack(StackName="spot-base", TemplateBody=json.dumps(template))
    assert list(stacks.follow(aws, "spot-base", poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    planned = plan(aws, files, LaunchChoices("spot-base", "run-1"))
    assert not planned.blocked
    assert sorted(_codes(planned, "warning")) == ["no-access", "no-schedule"]  # its group is made up
    assert planned.resource_count == 2
    assert planned.parameters["SchedulerRoleArn"] == ""


@pytest.mark.parametrize(("minutes", "code"), [(0, "no-ttl"), (-5, "bad-ttl"), (1441, "bad-ttl")])
def test_times_to_live_that_cannot_be(aws: Aws, base: str, files: CustomFiles, minutes: int, code: str) -> None:
    assert _codes(plan(aws, files, LaunchChoices("base", "run-1", ttl_minutes=minutes))) == [code]


def test_a_market_that_is_none(aws: Aws, base: str, files: CustomFiles) -> None:
    assert _codes(plan(aws, files, LaunchChoices("base", "run-1", market="flea"))) == ["bad-market"]


def test_a_spot_instance_costs_at_most_what_one_on_demand_does(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = plan(aws, files, LaunchChoices("base", "run-1", market="spot"))
    assert _codes(planned) == []
    assert planned.cost is not None
    assert planned.cost.usd == pytest.approx(0.95)
    assert "never more than on demand" in planned.cost.basis
    assert len(planned.creates) == planned.resource_count == 4
    assert "Auto Scaling group with one spot instance" in " ".join(planned.creates)


def test_a_training_without_end_has_to_be_meant(aws: Aws, base: str, files: CustomFiles) -> None:
    once = plan(aws, files, LaunchChoices("base", "run-1", ttl_minutes=0))
    assert _codes(once) == ["no-ttl"]
    twice = plan(aws, files, LaunchChoices("base", "run-1", ttl_minutes=0, endless=True))
    assert _codes(twice) == []
    assert _codes(twice, "warning") == ["no-ttl"]
    assert twice.cost is None
    assert len(twice.creates) == twice.resource_count == 2


def test_an_instance_type_that_is_not_offered(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = plan(aws, files, LaunchChoices("base", "run-1", instance_type="g4dn.9xlarge"))
    assert _codes(planned) == ["type-not-offered"]


def test_errors_in_the_custom_files_forbid_the_launch(aws: Aws, base: str, files: CustomFiles) -> None:
    files.write("hyperparameters.json", b'{"batch_size": 64,\n')
    planned = plan(aws, files, CHOICES)
    found = [one for one in planned.obstacles if one.finding is not None]
    assert found
    assert planned.blocked
    assert found[0].severity == "error"
    assert found[0].message.startswith("hyperparameters.json")


def test_a_model_that_would_be_wiped(aws: Aws, base: str, files: CustomFiles) -> None:
    _put(aws, "training/reInvent2019_track/run-1/model/1_Step-100.ckpt.index")
    assert _codes(plan(aws, files, CHOICES)) == ["prefix-in-use"]


def test_a_model_that_only_begins_like_it_is_not_in_the_way(aws: Aws, base: str, files: CustomFiles) -> None:
    _put(aws, "training/reInvent2019_track/run-10/model/1_Step-100.ckpt.index")
    assert _codes(plan(aws, files, CHOICES)) == []


@pytest.mark.parametrize("prefix", ["", "/", "/abs", "a//b", "with space", "umlaut-ä"])
def test_prefixes_that_are_no_place(aws: Aws, base: str, files: CustomFiles, prefix: str) -> None:
    _change(files, "run.env", "training/$DR_WORLD_NAME/run-1", prefix)
    assert "bad-prefix" in _codes(plan(aws, files, CHOICES))


def test_a_model_that_is_trained_by_another_stack(aws: Aws, base: str, files: CustomFiles) -> None:
    list(training_stack.launch(aws, plan(aws, files, CHOICES), files, poll_s=POLL_S))
    planned = plan(aws, files, LaunchChoices("base", "run-2"))
    assert _codes(planned) == ["prefix-in-use"]
    assert "run-1" in planned.obstacles[0].message


def test_custom_files_another_stack_is_about_to_fetch(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles
) -> None:
    cloud.step = 5.0
    launching = training_stack.launch(aws, plan(aws, files, CHOICES), files, poll_s=POLL_S)
    assert any(event.of_stack for event in launching)
    _change(files, "run.env", "/run-1", "/run-2")
    assert _codes(plan(aws, files, LaunchChoices("base", "run-2")), "warning") == ["custom-files-shared"]


def test_a_pretrained_model_has_to_be_there(aws: Aws, base: str, files: CustomFiles) -> None:
    _change(
        files,
        "run.env",
        "DR_LOCAL_S3_PRETRAINED=False",
        "DR_LOCAL_S3_PRETRAINED=True\nDR_LOCAL_S3_PRETRAINED_PREFIX=training/first\nDR_LOCAL_S3_PRETRAINED_CHECKPOINT=last",
    )
    assert _codes(plan(aws, files, CHOICES)) == ["no-pretrained-model"]
    _put(aws, "training/first/model/1_Step-100.ckpt.index")
    assert _codes(plan(aws, files, CHOICES)) == []


def test_a_region_without_an_image(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    cloud.hooks["ec2", "DescribeImages"] = lambda _: "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>"
    planned = plan(aws, files, CHOICES)
    assert _codes(planned) == ["no-image"]
    [line] = [one for one in planned.lines if one.topic == "image"]
    assert [(one.kind, one.value) for one in line.remedies] == [("image", "scratch"), ("bake", "")]


def test_errors_come_first(aws: Aws, base: str, files: CustomFiles) -> None:
    planned = plan(aws, files, LaunchChoices("base", "run-1", instance_type="p4d.24xlarge", ttl_minutes=1441))
    # The time, the quota; the image, the price.
    assert [one.severity for one in planned.obstacles] == ["error", "error", "info", "info"]


def test_when_aws_cannot_be_asked_it_says_so(cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles) -> None:
    cloud.faults.append(Fault("cloudformation", "DescribeStacks", "ExpiredToken", "expired", 403))
    with pytest.raises(AwsProblem) as caught:
        plan(aws, files, CHOICES)
    assert caught.value.code == "expired"

    def refuse(request: dict[str, str]) -> None:
        if request.get("StackName") == "run-1":
            raise AwsError("AccessDenied", "User is not authorized to perform: cloudformation:DescribeStacks", 403)

    cloud.hooks["cloudformation", "DescribeStacks"] = refuse
    planned = plan(aws, files, CHOICES)
    assert _codes(planned) == ["access-denied"]  # one line of the board, and the others are there
    assert "stack name: not known" in planned.obstacles[0].message
    assert len(planned.lines) > 10


def test_the_default_custom_files_can_be_launched(aws: Aws, base: str, tmp_path: Path) -> None:
    planned = plan(aws, create_defaults(tmp_path / "new"), CHOICES)
    assert _codes(planned) == []
    assert planned.model_prefix
