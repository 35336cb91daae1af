"""The doctor's report: a healthy line, and what is wrong in words with what to do, for each topic."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dots_tui import cli
from dots_tui.app.doctor import machine
from dots_tui.app.doctor.line import Line, text
from dots_tui.app.doctor.machine import TerminalFacts
from dots_tui.app.doctor.report import account_report
from dots_tui.aws import service_access
from dots_tui.aws.session import Aws
from dots_tui.cli.doctor import doctor_command
from dots_tui.demo.aws import Fault, LoopbackAws
from tests.cloud import aws, cloud, server, shared

__all__ = ["aws", "cloud", "server", "shared"]

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def terminal(size: tuple[int, int] = (120, 40), encoding: str = "utf-8", **environment: str) -> dict[str, Line]:
    facts = TerminalFacts(True, size, encoding, {**GOOD, **environment})
    return {line.topic: line for line in machine.terminal(facts)}


def only(lines: Iterable[Line], topic: str) -> Line:
    return next(line for line in lines if line.topic == topic)


# -- this machine -----------------------------------------------------------------------------------------


def test_this_python_is_good_and_an_old_one_is_not() -> None:
    assert [line.severity for line in machine.python()] == ["good"]
    found = next(machine.python((3, 8, 19)))
    assert (found.severity, found.code) == ("error", "old-python")
    assert "3.9 or newer" in found.fix


def test_a_good_terminal_has_good_lines_only() -> None:
    assert {line.severity for line in terminal().values()} == {"good"}


@pytest.mark.parametrize(
    ("topic", "code", "facts"),
    [
        ("terminal", "small-terminal", {"size": (70, 20)}),
        ("terminal", "dumb-terminal", {"TERM": "dumb"}),
        ("colors", "no-color", {"NO_COLOR": "1"}),
        ("colors", "few-colors", {"TERM": "xterm", "COLORTERM": ""}),
        ("unicode", "no-unicode", {"encoding": "ascii"}),
        ("clipboard", "tmux-clipboard", {"TMUX": "/tmp/tmux"}),
        ("clipboard", "screen-clipboard", {"STY": "1.pts"}),
    ],
)
def test_a_terminal_that_lacks_something_is_told_what_to_do(topic: str, code: str, facts: dict[str, Any]) -> None:
    found = terminal(**facts)[topic]
    assert found.code == code
    assert found.fix


def test_without_a_terminal_nothing_else_is_said_about_it() -> None:
    found = list(machine.terminal(TerminalFacts(False, (80, 24), "utf-8", GOOD)))
    assert [line.code for line in found] == ["no-terminal"]


class _Usage(NamedTuple):
    free: int


@pytest.mark.parametrize(("megabytes", "severity"), [(10, "error"), (100, "warning"), (5000, "good")])
def test_free_space_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, megabytes: int, severity: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(megabytes << 20))
    found = list(machine.free_space({"settings": tmp_path / "not" / "yet" / "there"}))
    assert [line.severity for line in found] == [severity]


def test_ssh_names_what_a_tunnel_needs(tmp_path: Path) -> None:
    found = next(machine.ssh(tmp_path, {"aws": "/usr/bin/aws", "session-manager-plugin": None}))
    assert found.severity == "good"
    assert "session-manager-plugin" in found.message


# -- the account ------------------------------------------------------------------------------------------


def test_a_healthy_account_has_no_errors(aws: Aws) -> None:
    found = list(account_report(aws, "g4dn.2xlarge"))
    topics = [line.topic for line in found]
    assert topics == ["region", "endpoints", "clock", "credentials", "quota", "quota", "image"]
    assert [line for line in found if line.severity != "good"] == []


def test_a_clock_that_is_wrong_is_an_error(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    for ahead, severity in ((3.0, "good"), (-90.0, "warning"), (900.0, "error")):
        monkeypatch.setattr(service_access, "clock_ahead", lambda _, ahead=ahead: ahead)
        assert only(account_report(aws, "g4dn.2xlarge"), "clock").severity == severity


def test_an_endpoint_that_does_not_answer_is_named(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        service_access,
        "_reach",
        lambda service, url: service_access.Endpoint(
            service, "h", 0.1, "Connection refused" if service == "ssm" else ""
        ),
    )
    found = only(account_report(aws, "g4dn.2xlarge"), "endpoints")
    assert found.severity == "error"
    assert "ssm (h: Connection refused)" in found.message
    assert "cloudformation" not in found.message


def test_one_quota_of_two_is_a_warning_and_none_is_an_error(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.quotas["L-3819A6DF"] = 0
    rows = [line for line in account_report(aws, "g4dn.2xlarge") if line.topic == "quota"]
    assert sorted(line.severity for line in rows) == ["good", "warning"]
    cloud.quotas["L-DB2E81BA"] = 0
    rows = [line for line in account_report(aws, "g4dn.2xlarge") if line.topic == "quota"]
    assert {line.severity for line in rows} == {"error"}


def test_a_region_without_an_image_is_an_error_with_a_way_out(cloud: LoopbackAws, aws: Aws) -> None:
    elsewhere = aws.in_region("eu-south-2")
    cloud.hooks["ec2", "DescribeImages"] = lambda _: "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>"
    found = only(account_report(elsewhere, "g4dn.2xlarge"), "image")
    assert found.severity == "error"
    assert found.fix


def test_a_login_that_has_expired_ends_the_report_with_what_to_do(cloud: LoopbackAws, aws: Aws) -> None:
    cloud.faults.append(Fault("sts", "GetCallerIdentity", "ExpiredToken", "expired", 403))
    found = list(account_report(aws, "g4dn.2xlarge"))
    assert (found[-1].topic, found[-1].code) == ("credentials", "expired")
    assert "Log in again" in found[-1].fix


def test_a_permission_that_is_missing_is_named(cloud: LoopbackAws, aws: Aws) -> None:
    message = "User: x is not authorized to perform: servicequotas:GetServiceQuota"
    cloud.faults.append(Fault("servicequotas", "GetServiceQuota", "AccessDeniedException", message, 403))
    found = only(account_report(aws, "g4dn.2xlarge"), "quota")
    assert "servicequotas:GetServiceQuota" in found.message


# -- the command ------------------------------------------------------------------------------------------


def test_the_command_prints_json_and_ends_with_the_number_of_errors(
    cloud: LoopbackAws, aws: Aws, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor_command(aws, as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["errors"] == 0
    assert {"topic", "severity", "code", "message", "fix"} == set(found["checks"][0])
    cloud.faults.append(Fault("sts", "GetCallerIdentity", "ExpiredToken", "expired", 403))
    assert doctor_command(aws) == 1
    printed = capsys.readouterr().out
    assert "ERROR    credentials  Your AWS login has expired." in printed
    assert printed.splitlines()[-1].startswith("errors: 1, ")


def test_without_any_account_the_report_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert cli.main(["doctor"]) == 1
    assert "ERROR    region" in capsys.readouterr().out


def test_lines_are_wrapped_between_words_below_their_message() -> None:
    line = Line(
        "clipboard", "warning", "code", "tmux passes a copied text on only when told to.", "Set it in the file."
    )
    assert text(line, 60).splitlines() == [
        "WARNING  clipboard    tmux passes a copied text on only when",
        "                      told to.",
        "                      Set it in the file.",
    ]
    assert len(text(line).splitlines()) == 2


def test_a_terminal_narrower_than_the_labels_gets_whole_lines() -> None:
    assert (
        text(Line("region", "error", "code", "No region.", "aws configure"), 30).splitlines()[1].strip()
        == "aws configure"
    )
