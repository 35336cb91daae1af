"""The account: who, until when, where, and what to do when the login is over or a permission is missing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from dots_tui.aws import account
from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws, profiles
from dots_tui.demo.aws import Fault, LoopbackAws


def _config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    path = tmp_path / "config"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def test_keys_of_a_user_do_not_end(aws: Aws) -> None:
    held = account.credentials(aws)
    assert (held.temporary, held.ends, held.renewed) == (False, None, False)


def test_the_end_a_login_program_wrote_down_is_read(
    cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = "aws_access_key_id = A\naws_secret_access_key = B\naws_session_token = C\n"
    _config(monkeypatch, tmp_path, f"[profile race]\nregion = us-east-1\n{keys}aws_expiration = 2026-11-26T12:52:00Z\n")
    held = account.credentials(Aws("race"))
    assert held.temporary
    assert held.minutes_left(datetime(2026, 11, 26, 12, tzinfo=timezone.utc)) == 52


def test_without_an_end_temporary_keys_are_told_as_such(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    held = account.credentials(Aws())
    assert held.temporary
    assert held.minutes_left(datetime.now(timezone.utc)) is None


def test_no_credentials(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _config(monkeypatch, tmp_path, "[default]\nregion = us-east-1\n")
    with pytest.raises(AwsProblem) as caught:
        account.credentials(Aws())
    assert caught.value.code == "no-credentials"


def test_a_single_sign_on_that_is_over_says_how_to_log_in_again(
    cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = (
        "[sso-session club]\nsso_start_url = https://club.example/start\nsso_region = us-east-1\n"
        "[profile race]\nsso_session = club\nsso_account_id = 123456789012\nsso_role_name = Racer\nregion = us-east-1\n"
    )
    _config(monkeypatch, tmp_path, lines)
    monkeypatch.setenv("HOME", str(tmp_path))  # where no login was kept
    aws = Aws("race")
    with pytest.raises(AwsProblem) as caught:
        account.credentials(aws)
    assert caught.value.code == "expired"
    assert account.login_command(aws) == "aws sso login --profile race"
    assert profiles() == ["race"]


def test_a_profile_with_keys_needs_no_login_command(aws: Aws) -> None:
    assert account.login_command(aws) == ""


def test_regions_that_are_enabled_begin_with_the_one_in_use(aws: Aws) -> None:
    found = account.enabled_regions(aws.in_region("eu-west-1"))
    assert found[0] == "eu-west-1"
    assert found[1:] == sorted(set(found) - {"eu-west-1"})
    assert "us-east-2" in found


def test_who_may_not_ask_for_regions_gets_well_known_ones_and_the_reason(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.faults.append(Fault("ec2", "DescribeRegions", "UnauthorizedOperation", "no", 403))
    names, problem = account.regions_or_known(aws)
    assert names[0] == "us-east-1"
    assert "eu-west-1" in names
    assert problem is not None
    assert problem.code == "access-denied"


def test_an_expired_login_is_not_hidden_behind_well_known_regions(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.faults.append(Fault("ec2", "DescribeRegions", "RequestExpired", "expired", 400, times=9))
    cloud.faults.append(Fault("ec2", "DescribeRegions", "ExpiredToken", "expired", 400, times=9))
    with pytest.raises(AwsProblem):
        account.regions_or_known(aws)


def test_the_region_in_use_is_always_looked_at() -> None:
    assert account.chosen_regions("eu-west-1, us-east-1", "us-east-1") == ["us-east-1", "eu-west-1"]
    assert account.chosen_regions("", "us-west-2") == ["us-west-2"]


def test_cloudshell_is_known_by_its_environment() -> None:
    assert account.in_cloudshell({"AWS_EXECUTION_ENV": "CloudShell"})
    assert not account.in_cloudshell({})


def test_credentials_that_are_renewed_say_until_when_they_are_good() -> None:
    now = datetime(2026, 11, 26, tzinfo=timezone.utc)
    held = account.Credentials("sso", now + timedelta(minutes=5), temporary=True, renewed=True)
    assert held.minutes_left(now) == 5


def test_a_region_can_be_chosen_while_none_is_set(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    names, problem = account.regions_or_known(Aws())
    assert "eu-west-1" in names
    assert problem is None
