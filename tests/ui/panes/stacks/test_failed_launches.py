"""After a launch that failed, and after the app was killed in the middle of one."""

from __future__ import annotations

import threading

from dots_tui.app.milestones import Milestone
from dots_tui.aws import launch_notes, stacks
from dots_tui.aws.launch_notes import LaunchNote
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from dots_tui.ui.widgets.dialogs import Choose, Confirm
from tests.ui.panes.stacks_steps import SIZE, Until, busy, events, on_screen, plan, said, show, waits


async def test_no_capacity_offers_a_launch_that_may_work(
    racing: DotsApp, cloud: LoopbackAws, base: str, until: Until
) -> None:
    cloud.fail["Instance"] = "We currently do not have sufficient g4dn.2xlarge capacity in the zone you requested."
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await plan(pilot, until)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        assert "no such machine free now" in " ".join(said(pane).split())
        assert "Plan it with a g6.2xlarge" in on_screen(racing)
        await pilot.press("enter")
        await until(pilot, lambda: pane.preparation.plan is not None)
        planned = pane.preparation.plan
        assert planned is not None
        assert (planned.choices.instance_type, planned.choices.name) == ("g6.2xlarge", "run-2")
        cloud.fail.clear()
        await pilot.press("y")
        await until(pilot, lambda: racing.workspace.runs.watched == "run-2")


async def test_files_that_were_left_are_taken_away_when_asked(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, until: Until
) -> None:
    bucket = dict(stacks.get_stack(aws, base).outputs)["Bucket"]
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await plan(pilot, until)
        message = "User x is not authorized to perform: cloudformation:CreateStack"
        cloud.faults.append(Fault("cloudformation", "CreateStack", "AccessDenied", message, 403))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        assert "5 custom files were uploaded" in said(pane)
        await pilot.press("y")
        await until(
            pilot,
            lambda: not aws.client("s3").list_objects_v2(Bucket=bucket, Prefix="custom_files/").get("Contents"),
        )
        assert not busy(pane)


async def test_a_launch_goes_on_where_the_killed_app_left_it(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    go_on = threading.Event()
    cloud.on_instance = lambda *_: waits(go_on)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await plan(pilot, until)
        await pilot.press("y")
        await until(pilot, lambda: any("Instance" in line for line in events(pane)))
    workspace = make_workspace(str(files.root))
    workspace._aws = aws
    again = DotsApp(workspace)
    async with again.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: busy(pane) == "Launching run-1")
        await until(pilot, lambda: any("LaunchTemplate" in line for line in events(pane)))
        go_on.set()
        await until(pilot, lambda: workspace.runs.watched == "run-1")
        assert Milestone.LAUNCHED in workspace.milestones
        assert "run-1 is up" in said(pane)


async def test_a_launch_that_was_cut_short_is_named_and_cleaned_up_after(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, until: Until
) -> None:
    bucket = dict(stacks.get_stack(aws, base).outputs)["Bucket"]
    aws.client("s3").put_object(Bucket=bucket, Key="custom_files/lost/run.env", Body=b"DR_RUN_ID=0\n")
    note = LaunchNote(
        "lost-run",
        aws.identity().account,
        aws.region,
        bucket,
        "custom_files/lost",
        ("custom_files/lost/run.env",),
        0,
        "2026-01-01T00:00:00+00:00",
        process=0,
    )
    launch_notes.write(note)
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        assert "lost-run" in on_screen(racing)
        assert "was cut short" in " ".join(on_screen(racing).split())
        await pilot.press("y")
        await until(pilot, lambda: not list(launch_notes.read()))
        left = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix="custom_files/lost/")
        assert not left.get("Contents")
