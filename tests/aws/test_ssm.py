"""A key gets onto an instance by Run Command, and the host's own keys come back; Session Manager's command is right."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.aws.problems import AwsProblem
from dots_tui.aws.session import Aws
from dots_tui.aws.ssm import install_key, install_script, session_command, session_tools_missing

if TYPE_CHECKING:
    from dots_tui.demo.aws import LoopbackAws

ID = "i-0123456789abcdef0"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0000000000000000000000000000000000000000000"


def answered(cloud: LoopbackAws, status: str, output: str, error: str = "") -> list[dict[str, Any]]:
    """Let the command end so; returns what was sent."""
    sent: list[dict[str, Any]] = []

    def send(request: dict[str, Any]) -> dict[str, Any]:
        sent.append(request)
        return {"Command": {"CommandId": "0" * 36}}

    cloud.hooks["ssm", "SendCommand"] = send
    cloud.hooks["ssm", "GetCommandInvocation"] = lambda _: {
        "Status": status,
        "StandardOutputContent": output,
        "StandardErrorContent": error,
    }
    return sent


def test_the_script_is_run_and_the_hosts_keys_are_returned(cloud: LoopbackAws, aws: Aws) -> None:
    sent = answered(cloud, "Success", "ecdsa-sha2-nistp256 BBBB root@ip\nssh-ed25519 CCCC root@ip\nnoise\n")
    assert install_key(aws, ID, "ubuntu", KEY, poll_s=0.01) == ["ecdsa-sha2-nistp256 BBBB", "ssh-ed25519 CCCC"]
    assert sent[0]["InstanceIds"] == [ID]
    assert sent[0]["DocumentName"] == "AWS-RunShellScript"
    assert sent[0]["Parameters"]["commands"] == [install_script("ubuntu", KEY)]


def test_a_script_that_fails_is_told(cloud: LoopbackAws, aws: Aws) -> None:
    answered(cloud, "Failed", "", "install: cannot create directory\n")
    with pytest.raises(AwsProblem) as caught:
        install_key(aws, ID, "ubuntu", KEY, poll_s=0.01)
    assert (caught.value.code, caught.value.detail) == ("key-not-installed", "install: cannot create directory")


def test_a_user_or_key_cannot_become_a_command() -> None:
    script = install_script("x; reboot", "ssh-ed25519 $(reboot) me")
    assert "user='x; reboot'\n" in script
    assert "'ssh-ed25519 $(reboot)'" in script


def test_session_manager_is_asked_for_this_instance_region_and_profile(cloud: LoopbackAws) -> None:
    words = shlex.split(session_command(Aws(region="eu-west-1"), ID))
    assert words[:5] == ["aws", "ssm", "start-session", "--target", ID]
    assert words[-4:] == ["--parameters", "portNumber=22", "--region", "eu-west-1"]


def test_what_is_missing_here_is_named() -> None:
    assert session_tools_missing(lambda name: f"/usr/bin/{name}") == ""
    assert session_tools_missing(lambda name: None) == "aws and session-manager-plugin"
