"""The commands that look over several regions, and those that take account and region from the app's settings."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dots_tui import cli
from dots_tui.aws import launch_notes, stacks
from dots_tui.aws.session import Aws
from dots_tui.cli import stack_list
from dots_tui.cli.budgets import time_to_live
from dots_tui.cli.chosen_account import chosen, regions_of
from dots_tui.config.settings import Folders, SettingsFile
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from tests.cloud import aws, base, cloud, files, server, shared

__all__ = ["aws", "base", "cloud", "files", "server", "shared"]


@pytest.fixture(autouse=True)
def _nobody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())


def _settings(**values: str) -> None:
    SettingsFile.load(Folders.of_user()).update(**values)


# -- account and region -------------------------------------------------------------------------------


def test_the_settings_count_when_nothing_else_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    _settings(profile="racing", region="eu-west-1")
    found = chosen(environment={})
    assert (found.profile, found.region) == ("racing", "eu-west-1")
    assert "Using profile racing and region eu-west-1 of the app's settings." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "environment", "profile"),
    [
        (("mine", "us-west-2"), {}, "mine"),
        ((None, "us-west-2"), {"AWS_PROFILE": "mine"}, None),
        ((None, "us-west-2"), {"AWS_ACCESS_KEY_ID": "x"}, None),
    ],
)
def test_flags_and_environment_go_before_the_settings(
    flags: tuple[str | None, str], environment: dict[str, str], profile: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    _settings(profile="racing", region="eu-west-1")
    found = chosen(*flags, environment)
    assert (found.profile, found.region) == (profile, "us-west-2")
    assert capsys.readouterr().err == ""


def test_a_region_of_the_environment_goes_before_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _settings(region="eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    assert chosen().region == "ap-south-1"
    assert capsys.readouterr().err == ""


def test_keys_without_a_region_use_the_region_of_the_settings() -> None:
    _settings(region="eu-west-1")
    assert chosen(environment={"AWS_ACCESS_KEY_ID": "x"}).region == "eu-west-1"


def test_the_regions_are_those_named_or_those_of_the_settings(aws: Aws) -> None:
    _settings(regions="eu-west-1, us-west-2")
    assert regions_of(aws, ()) == ["us-east-1", "eu-west-1", "us-west-2"]
    assert regions_of(aws, ["eu-north-1", "eu-north-1"]) == ["eu-north-1"]


# -- stacks -------------------------------------------------------------------------------------------


def test_stacks_of_all_chosen_regions_are_listed(aws: Aws, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    from dots_tui.aws import base_stack

    for _ in base_stack.create(aws.in_region("eu-west-1"), "far", "203.0.113.7", poll_s=0.01):
        pass
    capsys.readouterr()
    _settings(regions="eu-west-1,us-west-2")
    assert stack_list.list_stacks(as_json=True, aws=aws) == 0
    document = json.loads(capsys.readouterr().out)
    assert {(one["name"], one["region"]) for one in document["stacks"]} == {("base", "us-east-1"), ("far", "eu-west-1")}
    assert {region: one["stacks"] for region, one in document["regions"].items()} == {
        "us-east-1": 1,
        "eu-west-1": 1,
        "us-west-2": 0,
    }
    assert cli.main(["stacks", "--region", "eu-west-1", "us-west-2"]) == 0
    heading, only = capsys.readouterr().out.splitlines()
    assert heading.split()[-1] == "REGION"
    assert (only.split()[0], only.split()[-1]) == ("far", "eu-west-1")


def test_a_region_that_refuses_is_named_and_the_others_are_listed(
    cloud: LoopbackAws, aws: Aws, base: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = stacks.list_stacks

    def refused(where: Aws) -> list[stacks.Stack]:
        if where.region == "eu-west-1":
            cloud.faults.append(Fault("cloudformation", "DescribeStacks", "AccessDenied", "not allowed", 403))
        return seen(where)

    monkeypatch.setattr("dots_tui.aws.everywhere.list_stacks", refused)
    monkeypatch.setattr("dots_tui.aws.everywhere.in_parallel", _one_after_another)
    assert stack_list.list_stacks(regions=["us-east-1", "eu-west-1"], as_json=True, aws=aws) == 1
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert [one["name"] for one in document["stacks"]] == ["base"]
    assert document["regions"]["eu-west-1"]["problem"]["code"] == "access-denied"
    assert "eu-west-1: " in captured.err


def _one_after_another(items: list[str], work: object) -> Iterator[object]:
    from dots_tui.aws.parallel import in_parallel

    for item in items:
        yield from in_parallel([item], work)  # type: ignore[arg-type]


# -- cut short ----------------------------------------------------------------------------------------


def test_a_launch_cut_short_is_told_and_cleaned_up(aws: Aws, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    bucket = dict(stacks.get_stack(aws, base).outputs)["Bucket"]
    aws.client("s3").put_object(Bucket=bucket, Key="custom_files/run.env", Body=b"x")
    account = aws.identity().account
    launch_notes.write(
        launch_notes.LaunchNote(
            "run-9",
            account,
            "us-east-1",
            bucket,
            "custom_files",
            ("custom_files/run.env", "custom_files/system.env"),
            0,
            "2030-01-01T12:00:00Z",
            process=0,
        )
    )
    assert cli.main(["stacks", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["cut_short"][0]["stack"] == "run-9"
    assert "dots-tui clean run-9 --region us-east-1" in captured.err
    assert cli.main(["clean", "run-9"]) == 2
    assert cli.main(["clean", "run-9", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["deleted"] == 1
    assert cli.main(["clean", "run-9", "--yes"]) == 1
    assert "No launch of run-9" in capsys.readouterr().err


# -- prices and orphans -------------------------------------------------------------------------------


def test_prices_are_listed_best_by_worker_first(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["prices", "--json", "--count", "5", "--region", "us-east-1", "eu-west-1"]) == 0
    rows = json.loads(capsys.readouterr().out)["prices"]
    per_worker = [row["usd_per_worker_hour"] for row in rows]
    assert len(rows) == 5
    assert per_worker == sorted(per_worker)
    assert cli.main(["prices", "--standard"]) == 0
    assert capsys.readouterr().out.splitlines()[0].split()[:3] == ["TYPE", "ZONE", "SPOT"]


def test_what_was_left_behind_is_listed(aws: Aws, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["orphans", "--region", "us-east-1"]) == 0
    assert "Nothing was left behind in 1 regions." in capsys.readouterr().out
    zone = "us-east-1a"
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "dots-tui:run", "Value": "x"}]}]
    volume = aws.client("ec2").create_volume(AvailabilityZone=zone, Size=40, TagSpecifications=tags)["VolumeId"]
    assert cli.main(["orphans", "--region", "us-east-1", "--json"]) == 1
    [one] = json.loads(capsys.readouterr().out)["orphans"]
    assert (one["kind"], one["id"]) == ("volume", volume)
    assert volume in one["command"]


# -- a budget -----------------------------------------------------------------------------------------


def test_a_budget_becomes_the_time_to_live_and_lives_on_the_instance(
    aws: Aws, base: str, files: CustomFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(files.root), "--base", base, "--name", "run-1", "--standard", "--budget", "2"]
    assert cli.main(["plan", *arguments, "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)["plan"]
    assert 0 < planned["ttl_minutes"] < 24 * 60
    assert 1.9 < planned["max_cost_usd"] <= 2.0
    assert cli.main(["launch", *arguments, "--yes"]) == 0
    stack = stacks.get_stack(aws, "run-1")
    assert stack.expires is not None
    row = aws.client("ec2").describe_instances(InstanceIds=[stack.instance_id])["Reservations"][0]["Instances"][0]
    assert {"Key": "dots-tui:until", "Value": f"{stack.expires:%Y-%m-%dT%H:%M:%SZ}"} in row["Tags"]
    assert round((stack.expires - stack.created).total_seconds() / 60) == planned["ttl_minutes"]


def test_a_time_to_live_that_is_said_is_kept_and_the_board_warns(
    base: str, files: CustomFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--base", base, "--name", "run-1", "--spot", "--budget", "0.5", "--ttl", "600"]
    assert cli.main(["plan", str(files.root), *arguments]) == 0
    assert "more than your budget of 0.50 USD" in capsys.readouterr().out


def test_budgets_that_are_none(aws: Aws, base: str, files: CustomFiles, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["plan", str(files.root), "--base", base, "--name", "run-1", "--spot", "--budget"]
    for budget in ("-1", "0", "nan", "inf", "0.01"):
        assert cli.main([*arguments, budget]) == 2, budget
    assert "pay for no minute" in capsys.readouterr().err
    assert cli.main([*arguments, "5", "--type", "g99.large"]) == 1
    assert "--ttl" in capsys.readouterr().err
    assert time_to_live(aws, "g4dn.2xlarge", None, None) == 60


def test_the_place_of_the_notes_is_the_users_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOTS_TUI_HOME", str(tmp_path))
    assert launch_notes.folder() == tmp_path / "state" / "launches"
