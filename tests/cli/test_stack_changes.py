"""The commands that change stacks, as a script or a user at a terminal meets them."""

from __future__ import annotations

import io
import json

import pytest

from dots_tui.aws import stacks, training_stack
from dots_tui.aws.session import Aws
from dots_tui.aws.training_plan import LaunchChoices
from dots_tui.cli import stack_changes
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws
from tests.cloud import aws, base, cloud, files, server, shared

__all__ = ["aws", "base", "cloud", "files", "server", "shared"]

POLL_S = 0.01


@pytest.fixture
def training(aws: Aws, base: str, files: CustomFiles, monkeypatch: pytest.MonkeyPatch) -> str:
    """A running training; nobody sits at the terminal."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    for _ in training_stack.launch(
        aws, training_stack.plan(aws, files, LaunchChoices("base", "run-1")), files, poll_s=POLL_S
    ):
        pass
    return "run-1"


def test_extending_is_told_as_json(aws: Aws, training: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert stack_changes.extend(name=training, minutes=30, yes=True, as_json=True, aws=aws, poll_s=POLL_S) == 0
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    expires = stacks.get_stack(aws, training).expires
    assert expires is not None
    assert document["expires"] == expires.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (document["status"], document["minutes"]) == ("UPDATE_COMPLETE", 30)
    assert sorted(document["changes"]) == [
        "DeleteStack changes (ScheduleExpression)",
        "Instance changes (Tags)",
    ]
    assert "EXTENDED" in captured.err


def test_without_yes_the_change_is_shown_and_thrown_away(
    cloud: LoopbackAws, aws: Aws, training: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stack_changes.extend(name=training, minutes=30, aws=aws, poll_s=POLL_S) == 2
    captured = capsys.readouterr()
    assert "Instance changes (Tags)" in captured.err
    assert "--yes" in captured.err
    assert ("cloudformation", "DeleteChangeSet") in cloud.calls
    assert ("cloudformation", "ExecuteChangeSet") not in cloud.calls


def test_a_time_no_training_can_have_is_wrong_use(aws: Aws, training: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert stack_changes.extend(name=training, minutes=5000, yes=True, as_json=True, aws=aws) == 2
    assert json.loads(capsys.readouterr().out)["problem"]["code"] == "bad-ttl"
