"""Stopping and deleting from the Stacks pane, on the loopback AWS."""

from __future__ import annotations

from typing import Any

from textual.widgets import Static

from dots_tui.app.milestones import Milestone
from dots_tui.aws import stacks
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import AwsError, LoopbackAws
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Confirm, TypeName
from tests.ui.panes.stacks_steps import SIZE, Until, busy, events, launch, listing, said, show, type_name

# -- ending -------------------------------------------------------------------------------------------


async def test_a_training_is_stopped_by_its_instance(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    asked: list[dict[str, Any]] = []
    launch(aws, files)
    cloud.hooks["ssm", "SendCommand"] = asked.append
    racing.workspace.watch_stack("run-1")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("S")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        await pilot.press("n")
        await pilot.pause()
        assert busy(pane) == ""
        await pilot.press("S")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: any("stop requested" in line for line in events(pane)))
        assert asked[0]["InstanceIds"] == [one.instance_id for one in listing(pane).stacks if one.kind == "training"]
        assert busy(pane) == "Stopping run-1"
        aws.client("cloudformation").delete_stack(StackName="run-1")  # what the instance does when all is saved
        await until(pilot, lambda: Milestone.STOPPED in racing.workspace.milestones)
        await until(pilot, lambda: len(listing(pane).stacks) == 1)
        assert racing.workspace.runs.watched == ""
        assert "3 of 3 done" in events(pane)[0]


async def test_an_instance_that_takes_no_command_is_told(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    def refuse(_request: dict[str, Any]) -> None:
        raise AwsError("InvalidInstanceId", "not in a valid state")

    launch(aws, files)
    cloud.hooks["ssm", "SendCommand"] = refuse
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("S")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: "could not be asked to stop" in said(pane))
        assert "D on run-1 ends the cost at once" in said(pane)
        await until(pilot, lambda: not busy(pane))
        assert "could not be asked to stop" in said(pane)  # it stays when the list is read again


async def test_deleting_wants_the_name(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("D")
        await type_name(pilot, until, "run-2")
        assert "not the name" in str(racing.screen.query_one("#hint", Static).render())
        await pilot.press("escape")
        await pilot.pause()
        assert ("cloudformation", "DeleteStack") not in cloud.calls
        await pilot.press("D")
        await type_name(pilot, until, "run-1")
        await until(pilot, lambda: not busy(pane) and len(listing(pane).stacks) == 1)
        assert "Deleting run-1: done." in said(pane)


async def test_a_base_stack_that_is_needed_stays(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("down", "D")
        await type_name(pilot, until, "base")
        await until(pilot, lambda: "used by run-1" in said(pane))
        assert len(listing(pane).stacks) == 2


async def test_a_bucket_with_models_is_asked_about_a_second_time(
    racing: DotsApp, aws: Aws, base: str, until: Until
) -> None:
    bucket = dict(stacks.get_stack(aws, "base").outputs)["Bucket"]
    aws.client("s3").put_object(Bucket=bucket, Key="training/run-1/model/0.ckpt", Body=b"weights")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("D")
        await type_name(pilot, until, "base")
        await until(pilot, lambda: isinstance(racing.screen, TypeName))
        assert f"The bucket {bucket} is not empty" in racing.screen._body  # type: ignore[attr-defined]
        await pilot.press("escape")
        await pilot.pause()
        assert "stay as they are" in said(pane)
        assert aws.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 1

        await pilot.press("D")
        await type_name(pilot, until, "base")
        await until(pilot, lambda: isinstance(racing.screen, TypeName))
        await type_name(pilot, until, "base")
        await until(pilot, lambda: not busy(pane) and not listing(pane).stacks)
        assert any("1 objects deleted" in line for line in events(pane))
        assert Milestone.STOPPED not in racing.workspace.milestones
