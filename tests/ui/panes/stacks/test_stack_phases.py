"""What the instance of a training reports about its phases, in the Stacks and the Training pane and on the console."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from dots_tui.aws.session import Aws
from dots_tui.aws.stacks import get_stack
from dots_tui.cli import stack_list
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws
from dots_tui.ui.panes.training.pane import TrainingPane
from dots_tui.ui.shell import DotsApp
from tests.ui.panes import training_steps
from tests.ui.panes.stacks_steps import SIZE, Until, busy, events, launch, on_screen, rows, said, show


def put(aws: Aws, *names: str, stack: str = "run-1", **failed: str) -> None:
    """What the instance writes."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    phases: list[dict[str, Any]] = [{"name": name, "at": now, "message": f"{name} begins"} for name in names]
    if failed:
        phases[-1].update(failed)
    bucket = dict(get_stack(aws, "base").outputs)["Bucket"]
    place = get_stack(aws, "run-1").run.strip("/")
    body = json.dumps({"version": 1, "stack": stack, "instance": "i-1", "phases": phases}).encode()
    aws.client("s3").put_object(Bucket=bucket, Key=f"{place}/dots-tui/phases.json", Body=body)


async def test_a_start_is_shown_with_its_progress_and_its_times(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    put(aws, "files", "machine", "x")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: "X server 3/8" in rows(pane)[1])
        await until(pilot, lambda: "3/8 X server" in on_screen(racing))
        assert "custom files " in on_screen(racing)
        put(aws, "files", "machine", "x", "pull", "start", "simulations", "trainer", "training")
        await until(pilot, lambda: "3/8" not in rows(pane)[1])


async def test_a_failure_is_told_with_its_reason(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    put(aws, "files", "failed", message="There is no X server", reason="no-x-server", last_words="X died")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: "There is no X server (no-x-server)." in said(pane))
        await until(pilot, lambda: "failed" in rows(pane)[1])
        await until(pilot, lambda: "X died" in on_screen(racing))


async def test_a_failure_stands_among_the_events_of_its_stack(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    cloud.hooks["ssm", "SendCommand"] = lambda _: None  # it never gets to deleting its stack
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("S")
        await until(pilot, lambda: len(racing.screen_stack) == 2)
        await pilot.press("y")
        await until(pilot, lambda: busy(pane) == "Stopping run-1")
        put(aws, "files", "failed", message="There is no X server", reason="no-x-server")
        await until(pilot, lambda: any("There is no X server" in line for line in events(pane)))


async def test_the_training_pane_explains_a_start_before_there_is_ssh(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    put(aws, "files", "machine")
    racing.workspace.watch_stack("run-1")
    async with racing.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: isinstance(racing.pane, TrainingPane))
        pane = racing.pane
        await until(pilot, lambda: "machine begins" in training_steps.text(pane, "verdict"))
        assert training_steps.text(pane, "verdict").startswith("STARTING")
        put(aws, "files", "failed", message="There is no X server", reason="no-x-server", last_words="X died")
        await until(pilot, lambda: training_steps.text(pane, "verdict").startswith("FAILED"))
        assert "There is no X server (no-x-server). It printed: X died" in training_steps.text(pane, "verdict")


async def test_the_report_of_another_stack_is_not_shown(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    put(aws, "files", "failed", stack="run-0", message="Old", reason="old")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: len(rows(pane)) == 3)
        await pilot.pause(0.5)
        assert "Old" not in on_screen(racing)


def test_stacks_prints_phases_and_failure(
    aws: Aws, base: str, files: CustomFiles, capsys: pytest.CaptureFixture[str]
) -> None:
    launch(aws, files)
    stack_list.list_stacks(as_json=True, aws=aws)
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["stacks"]}
    assert (found["run-1"]["phase"], found["run-1"]["phases"], found["run-1"]["failure"]) == (None, [], None)
    assert "phase" not in found["base"]
    put(aws, "files", "failed", message="There is no X server", reason="no-x-server", last_words="X died")
    stack_list.list_stacks(as_json=True, aws=aws)
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["stacks"]}
    assert [one["name"] for one in found["run-1"]["phases"]] == ["files", "failed"]
    assert found["run-1"]["failure"]["reason"] == "no-x-server"
    stack_list.list_stacks(aws=aws)
    assert "run-1 failed: There is no X server (no-x-server)." in capsys.readouterr().out
