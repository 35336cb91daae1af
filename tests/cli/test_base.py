"""The commands for a base stack that is there."""

from __future__ import annotations

import io
import json

import pytest

from dots_tui.aws import base_changes
from dots_tui.aws.session import Aws
from dots_tui.cli import base as commands
from dots_tui.demo.aws import LoopbackAws
from tests.cloud import aws, base, cloud, server, shared

__all__ = ["aws", "base", "cloud", "server", "shared"]

POLL_S = 0.01


@pytest.fixture(autouse=True)
def _nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())


def test_addresses_come_and_go(aws: Aws, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.add_address(name=base, ip="198.51.100.4", yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "CREATE_COMPLETE"
    assert commands.addresses(name=base, as_json=True, aws=aws) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["own"], document["more"]) == ("203.0.113.7", ["198.51.100.4"])
    assert commands.addresses(name=base, aws=aws) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["203.0.113.7", "made"], ["198.51.100.4", "added"]]
    assert commands.remove_address(name=base, ip="198.51.100.4", yes=True, aws=aws, poll_s=POLL_S) == 0
    assert "no access any more" in capsys.readouterr().out


def test_a_moved_racer_is_told_what_to_do(aws: Aws, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.addresses(name=base, ip="203.0.113.7", aws=aws) == 0
    capsys.readouterr()
    assert commands.addresses(name=base, ip="198.51.100.4", as_json=True, aws=aws) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["may"] is False
    assert "dots-tui base update base --ip 198.51.100.4" in captured.err


def test_this_machines_address_is_looked_up_on_request_only(
    aws: Aws, base: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []

    def look_up() -> str:
        asked.append(1)
        return "203.0.113.7"

    monkeypatch.setattr(base_changes, "public_address", look_up)
    assert commands.addresses(name=base, aws=aws) == 0
    assert asked == []
    assert commands.addresses(name=base, my_ip=True, aws=aws) == 0
    assert "203.0.113.7 may reach" in capsys.readouterr().out


def test_an_update_is_shown_and_needs_a_yes(
    cloud: LoopbackAws, aws: Aws, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.update(name=base, aws=aws, poll_s=POLL_S) == 0
    assert "Nothing would change" in capsys.readouterr().out
    assert commands.update(name=base, ip="198.51.100.4", aws=aws, poll_s=POLL_S) == 2
    assert "SecurityGroup changes (SecurityGroupIngress)" in capsys.readouterr().err
    assert ("cloudformation", "ExecuteChangeSet") not in cloud.calls
    assert commands.update(name=base, ip="198.51.100.4", yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "UPDATE_COMPLETE"


def test_a_mail_address_is_subscribed(aws: Aws, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.subscribe(name=base, mail=None, aws=aws) == 2
    assert commands.subscribe(name=base, mail="nobody", yes=True, aws=aws) == 2
    capsys.readouterr()
    assert commands.subscribe(name=base, mail="racer@example.org", yes=True, as_json=True, aws=aws) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["subscribed"] is True
    assert "link" in captured.err
