"""`dots-tui status` and `dots-tui logs` against the embedded cloud: over SSH, else from the bucket."""

from __future__ import annotations

import json
import os
import tempfile
import time
from typing import TYPE_CHECKING, Any, Callable

import pytest

from dots_tui.cli.run_commands import logs_command, status_command
from dots_tui.demo.session import EmbeddedCloud
from tests.system.mishap_steps import DemoAccount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.system.conftest import Traces

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]
NO_SSH = 9
"""A port on which nothing listens."""


@pytest.fixture
def account(make_traces: Callable[[], Traces], monkeypatch: pytest.MonkeyPatch) -> Iterator[DemoAccount]:
    """A demo cloud with a base stack and one run. Nothing of it is left behind."""
    traces, before = make_traces(), dict(os.environ)
    monkeypatch.setattr(tempfile, "tempdir", str(traces.folder))
    os.environ["TMPDIR"] = str(traces.folder)
    cloud = EmbeddedCloud(None)
    os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
    made = DemoAccount(cloud)
    made.create_base()
    made.launch("run-1", market="standard")
    yield made
    cloud.close()
    os.environ.clear()
    os.environ.update(before)
    traces.assert_nothing_left()


def status(capsys: pytest.CaptureFixture[str], account: DemoAccount, port: int) -> dict[str, Any]:
    capsys.readouterr()
    status_command(["run-1"], as_json=True, aws=account.aws, ssh_port=port)
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert isinstance(run, dict)
    return run


def until_driven(capsys: pytest.CaptureFixture[str], account: DemoAccount, port: int, iteration: int) -> dict[str, Any]:
    deadline = time.monotonic() + 150
    while True:
        run = status(capsys, account, port)
        if (run["iteration"] or 0) >= iteration:
            return run
        assert time.monotonic() < deadline, run
        time.sleep(1.0)


def test_a_run_is_seen_without_a_screen(account: DemoAccount, capsys: pytest.CaptureFixture[str]) -> None:
    over_ssh = until_driven(capsys, account, account.port, 3)
    assert over_ssh["source"] == "ssh"
    assert over_ssh["workers"] == over_ssh["driving"] > 0
    assert over_ssh["verdict"] not in ("", "LOST", "WAITING", "LOOKING")
    assert 0 < over_ssh["progress"] <= 100
    assert over_ssh["usd_per_hour"] > 0

    from_bucket = until_driven(capsys, account, NO_SSH, 2)
    assert from_bucket["source"] == "bucket"
    assert from_bucket["iteration"] >= over_ssh["iteration"]  # what was seen before is not forgotten

    assert status_command([], aws=account.aws, ssh_port=account.port, patience_s=20.0) == 0
    told = capsys.readouterr()
    assert told.out.startswith("NAME")
    assert "run-1: " in told.out
    assert told.err == ""

    assert logs_command("run-1", worker="0", grep="SIM_TRACE_LOG", aws=account.aws, ssh_port=account.port) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all("SIM_TRACE_LOG" in line for line in lines)
    assert logs_command("run-1", follow=True, most=50, aws=account.aws, ssh_port=account.port) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 50
    assert all(" | " in line for line in lines)
    assert logs_command("run-1", worker="9", aws=account.aws, ssh_port=account.port) == 2
    assert "There is no worker 9" in capsys.readouterr().err


def test_what_cannot_be_asked_is_told(account: DemoAccount, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_command(["nobody"], as_json=True, aws=account.aws) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["problem"]["code"] == "no-such-stack"
    assert "There is no training stack nobody" in told.err
    assert logs_command("run-1", grep="(", aws=account.aws) == 2
    assert "no regular expression" in capsys.readouterr().err
