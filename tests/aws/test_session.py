"""The session: found as boto3 finds it, made late, shared between threads."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws, profiles
from dots_tui.demo.aws import LoopbackAws


def test_identity_names_the_account_and_the_user(aws: Aws) -> None:
    identity = aws.identity()
    assert (identity.account, identity.user, identity.region) == ("123456789012", "moto", "us-east-1")


def test_the_user_of_an_assumed_role_is_its_session(cloud: LoopbackAws, aws: Aws) -> None:
    arn = "arn:aws:sts::123456789012:assumed-role/Racer/alice"
    cloud.hooks["sts", "GetCallerIdentity"] = lambda _: (
        "<GetCallerIdentityResponse><GetCallerIdentityResult>"
        f"<Arn>{arn}</Arn><UserId>x</UserId><Account>123456789012</Account>"
        "</GetCallerIdentityResult></GetCallerIdentityResponse>"
    )
    assert aws.identity().user == "alice"


def test_a_client_is_made_once_whatever_thread_asks(aws: Aws) -> None:
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(aws.client("ec2"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(client) for client in found}) == 1


def test_a_region_given_wins_over_the_environment(cloud: LoopbackAws) -> None:
    assert Aws(region="eu-west-1").identity().region == "eu-west-1"


def test_without_a_region_it_says_how_to_set_one(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(AwsProblem) as caught:
        _ = Aws().region
    assert caught.value.code == "no-region"
    assert "AWS_REGION" in caught.value.advice
    with pytest.raises(AwsProblem) as caught:
        Aws().client("ec2")
    assert caught.value.code == "no-region"


def test_an_endpoint_that_is_none_is_explained(cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not a url")
    with pytest.raises(AwsProblem) as caught:
        Aws().client("ec2")
    assert caught.value.code == "bad-input"
    assert "AWS_ENDPOINT_URL" in caught.value.advice


def test_profiles_come_from_the_users_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("[profile zebra]\nregion = us-east-1\n[default]\n[profile ant]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    assert profiles() == ["default", "ant", "zebra"]


def test_a_broken_config_file_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config"
    config.write_text("this is [no config\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with pytest.raises(AwsProblem) as caught:
        profiles()
    assert caught.value.code == "profile"
    assert str(config) in caught.value.detail


def test_importing_the_room_does_not_import_boto3() -> None:
    modules = "session, stacks, base_stack, training_stack, instances, bucket"
    code = (
        f"import sys; from dots_tui.aws import {modules}; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("set_to", "found"),
    [
        ({"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-north-1"}, "eu-west-1"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-north-1"}, "eu-north-1"),
    ],
)
def test_the_region_is_found_as_the_aws_cli_finds_it(
    cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch, set_to: dict[str, str], found: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    for name, value in set_to.items():
        monkeypatch.setenv(name, value)
    aws = Aws()
    assert aws.region == found
    assert aws.client("ec2").meta.region_name == found
    assert aws.identity().region == found


def test_a_region_of_the_environment_goes_before_that_of_the_profile(
    cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile race]\nregion = us-west-2\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    assert Aws("race").region == "us-west-2"
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert Aws("race").region == "eu-west-1"


def test_without_credentials_and_region_both_are_named(
    cloud: LoopbackAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for ask in (lambda: Aws().region, lambda: Aws().client("ec2"), lambda: Aws().identity()):
        with pytest.raises(AwsProblem) as caught:
            ask()
        assert caught.value.code == "no-credentials"
        assert "credentials" in caught.value.what
        assert "region" in caught.value.what
        assert "aws configure" in caught.value.advice
