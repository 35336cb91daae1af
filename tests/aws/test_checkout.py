"""The templates of a checkout of DeepRacer on the Spot, deployed as its scripts do."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.aws import checkout, stacks, training_stack
from dots_tui.aws.events import StackEvent
from dots_tui.aws.launch_plan import LaunchChoices, LaunchPlan
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws
from tests.spot_templates import write_checkout

POLL_S = 0.01


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_checkout(tmp_path / "spot")


def _base(aws: Aws, folder: Path, name: str = "base") -> list[StackEvent]:
    return list(checkout.create_base(aws, name, "203.0.113.7", folder, poll_s=POLL_S))


def _plan(aws: Aws, files: CustomFiles, folder: Path, market: str = "spot", kind: str = "g4dn.4xlarge") -> LaunchPlan:
    return training_stack.plan(aws, files, LaunchChoices("base", "run-1", market, kind, 90, templates=str(folder)))


def test_a_checkout_is_found_from_within(folder: Path, tmp_path: Path) -> None:
    inside = folder / "custom-files"
    inside.mkdir()
    assert checkout.find_checkout(inside) == folder
    assert checkout.find_checkout(folder) == folder
    (tmp_path / "elsewhere").mkdir()
    assert checkout.find_checkout(tmp_path / "elsewhere") is None
    assert checkout.find_checkout(tmp_path / "elsewhere", inside) == folder


def test_its_base_stack_is_made_with_a_free_rule_number(aws: Aws, folder: Path) -> None:
    assert _base(aws, folder)[-1].status == "CREATE_COMPLETE"
    assert _base(aws, folder, "base-2")[-1].status == "CREATE_COMPLETE"
    rules = aws.client("ec2").describe_network_acls()["NetworkAcls"][0]["Entries"]
    mine = [rule for rule in rules if rule.get("CidrBlock") == "203.0.113.7/32"]
    assert len({rule["RuleNumber"] for rule in mine}) == 2
    found = stacks.get_stack(aws, "base")
    assert (found.kind, found.ours) == ("base", False)


@pytest.mark.parametrize("market", ["spot", "standard"])
def test_a_training_gets_the_parameters_its_scripts_pass(
    aws: Aws, folder: Path, files: CustomFiles, market: str
) -> None:
    _base(aws, folder)
    planned = _plan(aws, files, folder, market)
    assert not planned.blocked, planned.obstacles
    events = list(training_stack.launch(aws, planned, files, poll_s=POLL_S))
    assert events[-1].status == "CREATE_COMPLETE"
    assert len(
        {event.resource for event in events if not event.type.startswith("dots-tui") and not event.of_stack}
    ) == (planned.resource_count)
    row = aws.client("cloudformation").describe_stacks(StackName="run-1")["Stacks"][0]
    assert {one["ParameterKey"]: one["ParameterValue"] for one in row["Parameters"]} == {
        "InstanceType": "g4dn.4xlarge",
        "ResourcesStackName": "base",
        "DeepRacerImportName": "run-1",
        "TimeToLiveInMinutes": "90",
        "AmiId": "ami-0d075dots00000002",
        "BUCKET": dict(stacks.get_stack(aws, "base").outputs)["Bucket"],
        "CUSTOMFILELOCATION": "custom_files",
    }
    found = stacks.get_stack(aws, "run-1")
    assert (found.ours, found.market, found.ip) == (False, market, "127.0.0.1")
    assert found.run == "training/reInvent2019_track/run-1"


def test_a_large_template_goes_through_the_bucket(
    cloud: LoopbackAws, aws: Aws, tmp_path: Path, files: CustomFiles
) -> None:
    folder = write_checkout(tmp_path / "large", pad=checkout.INLINE_BYTES + 100)
    _base(aws, folder)
    planned = _plan(aws, files, folder)
    assert list(training_stack.launch(aws, planned, files, poll_s=POLL_S))[-1].status == "CREATE_COMPLETE"
    bucket = dict(stacks.get_stack(aws, "base").outputs)["Bucket"]
    [found] = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix="cf_templates/")["Contents"]
    assert found["Size"] > checkout.INLINE_BYTES


def test_its_website_is_uploaded_where_it_has_one(aws: Aws, folder: Path, files: CustomFiles) -> None:
    (folder / "website").mkdir()
    (folder / "website" / "website.zip").write_bytes(b"PK")
    _base(aws, folder)
    for _ in training_stack.launch(aws, _plan(aws, files, folder), files, poll_s=POLL_S):
        pass
    bucket = dict(stacks.get_stack(aws, "base").outputs)["Bucket"]
    assert aws.client("s3").get_object(Bucket=bucket, Key="website/website.zip")["Body"].read() == b"PK"


def test_what_its_templates_need_of_another_base_stack_is_told_before(
    aws: Aws, base: str, folder: Path, files: CustomFiles
) -> None:
    planned = _plan(aws, files, folder)
    [obstacle] = [one for one in planned.obstacles if one.severity == "error"]
    assert obstacle.code == "export-missing"
    assert "FutureTimeCronExpressionLambdaArn" in obstacle.message
    assert "--templates own" in obstacle.fix


def test_a_folder_without_templates_is_told(aws: Aws, base: str, files: CustomFiles, tmp_path: Path) -> None:
    with pytest.raises(AwsProblem) as caught:
        _plan(aws, files, tmp_path / "nowhere")
    assert caught.value.code == "no-template"
    assert "spot-instance.yaml" in caught.value.what


def test_a_large_base_template_has_no_bucket_to_go_through(aws: Aws, folder: Path) -> None:
    with (folder / checkout.BASE).open("a") as file:
        file.write("#" * checkout.INLINE_BYTES)
    with pytest.raises(AwsProblem) as caught:
        _base(aws, folder)
    assert caught.value.code == "template-too-large"
