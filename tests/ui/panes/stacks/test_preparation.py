"""Launching from the Stacks pane, on the loopback AWS: form, plan, yes, events; and everything in the way."""

from __future__ import annotations

import subprocess
import threading

import pytest
from textual.widgets import Input, Static

from dots_tui.app.milestones import Milestone
from dots_tui.aws import read_only, stacks
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from dots_tui.ui.panes.stacks.best_prices import BestPrices
from dots_tui.ui.panes.stacks.forms import LaunchForm
from dots_tui.ui.panes.stacks.launch_board import LaunchBoard
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from dots_tui.ui.widgets.dialogs import Choose, Confirm
from dots_tui.ui.widgets.event_tree import StackEvents
from tests.ui.panes.stacks_steps import (
    SIZE,
    Until,
    busy,
    events,
    launch,
    listing,
    on_screen,
    plan,
    rows,
    said,
    selected,
    show,
    type_name,
    waits,
)

CREATE = ("cloudformation", "CreateStack")


async def test_from_the_form_over_the_plan_to_a_running_training(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, until: Until
) -> None:
    go_on = threading.Event()
    cloud.on_instance = lambda *_: waits(go_on)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        assert "No training. n launches one" in said(pane)
        await plan(pilot, until, ttl="90")
        shown = on_screen(racing)
        for words in (
            "at most 1.33 USD",
            "an instance g4dn.2xlarge, on",
            "after 90 min",
            "5 files to custom_files/",
        ):
            assert words in shown
        assert "account 123456789012 as moto" in shown
        await pilot.press("y")
        await until(pilot, lambda: pane.query_one(StackEvents).progress == (1, 3))
        await until(pilot, lambda: any("creating" in row for row in rows(pane)))
        assert busy(pane) == "Launching run-1"
        assert sum("uploaded" in line for line in events(pane)) == 5
        go_on.set()
        await until(pilot, lambda: not busy(pane))
        await until(pilot, lambda: "127.0.0.1" in rows(pane)[1] and "running" in rows(pane)[1])
        for words in ("run-1", "1:2", "g4dn.2xlarge", "standard"):
            assert words in rows(pane)[1]
        assert "run-1 is up: 4 watches it." in said(pane)
        assert selected(pane) == "run-1"
    workspace = racing.workspace
    assert workspace.runs.watched == "run-1"
    assert Milestone.LAUNCHED in workspace.milestones
    assert (workspace.settings.base_stack, workspace.settings.ttl_minutes) == ("base", 90)


async def test_no_makes_nothing(racing: DotsApp, cloud: LoopbackAws, base: str, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        cloud.calls.clear()
        await plan(pilot, until)
        await pilot.press("escape")
        await pilot.pause()
        assert not pane.preparation.choices
        assert not pane.query_one(LaunchBoard).display or not pane.has_class("-launching")
        await pilot.press("y")  # it is no key any more
        await pilot.pause()
        assert not busy(pane)
    assert CREATE not in cloud.calls
    assert ("s3", "PutObject") not in cloud.calls


# -- what is in the way -------------------------------------------------------------------------------


async def _blocked(racing: DotsApp, cloud: LoopbackAws, until: Until, words: str) -> None:
    """The plan says ``words`` and can only be closed."""
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        cloud.calls.clear()
        await plan(pilot, until)
        assert words in on_screen(racing)
        assert "NO-GO: 1 thing is in the way" in on_screen(racing)
        await pilot.press("y")
        await pilot.pause()
        assert any("a check says no-go" in one.message for one in racing._notifications)
        assert pane.preparation.choices
        assert not busy(pane)
    assert CREATE not in cloud.calls
    assert ("s3", "PutObject") not in cloud.calls


async def test_a_finding_blocks_the_launch(
    racing: DotsApp, cloud: LoopbackAws, base: str, files: CustomFiles, until: Until
) -> None:
    run_env = files.root / "run.env"
    run_env.write_text(run_env.read_text().replace("reInvent2019_track", "nowhere"))
    await _blocked(racing, cloud, until, "DR_WORLD_NAME is nowhere, which is no track")


async def test_a_model_that_is_there_is_not_overwritten(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, until: Until
) -> None:
    bucket = dict(stacks.get_stack(aws, "base").outputs)["Bucket"]
    key = "training/reInvent2019_track/run-1/model/0.ckpt"
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=b"weights")
    await _blocked(racing, cloud, until, "There is already a model in")


async def test_a_name_that_is_taken_is_told_in_the_form_and_in_the_plan(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    template = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    aws.client("cloudformation").create_stack(StackName="others", TemplateBody=template)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        cloud.calls.clear()
        await pilot.press("n")
        await until(pilot, lambda: isinstance(racing.screen, LaunchForm))
        name = racing.screen.query_one("#form-name", Input)
        assert name.value == "run-1-2"  # a free one
        name.value = "run-1"
        await pilot.press("enter")
        await pilot.pause()
        assert "already a stack run-1" in str(racing.screen.query_one("#hint", Static).render())
        name.value = "others"  # not one of ours: only AWS knows
        await pilot.press("enter")
        await until(pilot, lambda: pane.preparation.plan is not None)
        assert "There is already a stack others" in on_screen(racing)
    assert CREATE not in cloud.calls


async def test_unsaved_files_are_asked_about_first(
    racing: DotsApp, cloud: LoopbackAws, base: str, files: CustomFiles, until: Until
) -> None:
    changed = files.read("run.env").replace(b"DR_CAR_NAME=Tester", b"DR_CAR_NAME=Other")
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        racing.workspace.documents["run.env"].edit(changed)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        assert "run.env: the launch uploads the saved files" in on_screen(racing)
        await pilot.press("escape")
        await pilot.pause()
        assert len(racing.screen_stack) == 1
        assert b"Tester" in files.read("run.env")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")  # the first choice: save and go on
        await until(pilot, lambda: isinstance(racing.screen, LaunchForm))
        assert files.read("run.env") == changed
        assert racing.workspace.unsaved() == []


async def test_going_on_with_what_is_on_disk(racing: DotsApp, base: str, files: CustomFiles, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        racing.workspace.documents["run.env"].edit(b"DR_WORLD_NAME=nowhere\n")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(racing.screen, LaunchForm))
        assert b"Tester" in files.read("run.env")
        assert racing.workspace.unsaved() == ["run.env"]


# -- what goes wrong ----------------------------------------------------------------------------------


async def test_a_resource_that_fails_is_taken_back_and_told_in_plain_words(
    racing: DotsApp, cloud: LoopbackAws, base: str, until: Until
) -> None:
    cloud.fail["Instance"] = "You have requested more vCPU capacity than your current vCPU limit of 8 allows"
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await plan(pilot, until)
        await pilot.press("y")
        await until(pilot, lambda: not busy(pane) and len(listing(pane).stacks) == 2)
        failure = pane.query_one(StackEvents).first_failure
        assert failure is not None
        assert failure.resource == "Instance"
        assert "Instance failed first" in " ".join(events(pane))
        assert any("rollback complete" in line for line in events(pane))
        assert "quota for on-demand instances is too small" in said(pane)
        assert "costs nothing" in said(pane)
        assert "D on run-1" in said(pane)
        assert "failed, rolled back" in rows(pane)[1]
        assert racing.workspace.runs.watched == ""
        assert Milestone.LAUNCHED not in racing.workspace.milestones
        await pilot.press("escape", "escape")  # what could be tried next, then what is told
        await pilot.pause()
        assert "quota" not in said(pane)


async def test_what_is_being_launched_can_be_given_up(
    racing: DotsApp, cloud: LoopbackAws, base: str, until: Until
) -> None:
    go_on = threading.Event()
    cloud.on_instance = lambda *_: waits(go_on)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await plan(pilot, until)
        await pilot.press("y")
        await until(pilot, lambda: selected(pane) == "run-1")
        await pilot.press("n")  # one thing after the other
        await pilot.pause()
        assert len(racing.screen_stack) == 1
        await pilot.press("D")
        await type_name(pilot, until, "run-1")
        await until(pilot, lambda: busy(pane) == "Deleting run-1")
        go_on.set()
        await until(pilot, lambda: not busy(pane) and len(listing(pane).stacks) == 1)
        assert "Deleting run-1: done." in said(pane)


@pytest.mark.parametrize("size", [(200, 50), (118, 36), (80, 24), (40, 10)])
async def test_the_board_fits_every_terminal(racing: DotsApp, base: str, until: Until, size: tuple[int, int]) -> None:
    async with racing.run_test(size=size) as pilot:
        await show(pilot, until)
        pane = await plan(pilot, until)
        await pilot.pause()
        board = pane.query_one(LaunchBoard)
        assert board.has_focus
        assert board.size.height >= 3
        for index in range(board.line_count()):
            assert board.line_text(index, board.page.width - 2).cell_len <= board.page.width - 2
        await pilot.press("end")
        await pilot.pause()
        assert "203.0.113.7" in on_screen(racing)
        if size[0] < 100:
            assert "after 60 min, when" not in on_screen(racing)
            await pilot.press("v")
            await pilot.pause()
        assert "costs" in on_screen(racing)
        await pilot.press("y")
        await until(pilot, lambda: racing.workspace.runs.watched == "run-1")


# -- what can be put right from the board -------------------------------------------------------------


def bucket_of(aws: Aws) -> str:
    return dict(stacks.get_stack(aws, "base").outputs)["Bucket"]


async def test_the_next_free_prefix_is_written_into_run_env_where_undo_takes_it_back(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    key = "training/reInvent2019_track/run-1/model/0.ckpt"
    aws.client("s3").put_object(Bucket=bucket_of(aws), Key=key, Body=b"weights")
    before = files.read("run.env")
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        pane = await plan(pilot, until)
        await pilot.pause()
        assert "F use run-2" in on_screen(racing)
        await pilot.press("F")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: pane.preparation.plan is not None and not pane.preparation.plan.blocked)
        assert "GO: y launches" in on_screen(racing)
        assert files.value("DR_LOCAL_S3_MODEL_PREFIX") == "training/reInvent2019_track/run-2"
        assert b"DR_LOCAL_S3_MODEL_PREFIX=training/$DR_WORLD_NAME/run-2\n" in files.read("run.env")
        document = racing.workspace.documents["run.env"]
        assert document.undo()
        assert document.data == before


async def test_a_model_is_trained_over_only_after_its_name_was_typed(
    racing: DotsApp, aws: Aws, base: str, until: Until
) -> None:
    key = "training/reInvent2019_track/run-1/model/0.ckpt"
    aws.client("s3").put_object(Bucket=bucket_of(aws), Key=key, Body=b"weights")
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        pane = await plan(pilot, until)
        await pilot.press("F")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("down", "enter")
        await type_name(pilot, until, "run-1")
        await until(pilot, lambda: pane.preparation.plan is not None and not pane.preparation.plan.blocked)
        assert pane.preparation.plan is not None
        codes = [one.code for one in pane.preparation.plan.obstacles]
        assert codes == ["prefix-reused", "image-certificate"]


async def test_a_quota_that_is_too_small_shows_how_to_ask_for_more(
    racing: DotsApp, cloud: LoopbackAws, base: str, until: Until
) -> None:
    cloud.quotas["L-DB2E81BA"] = 4
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await plan(pilot, until)
        await pilot.press("F")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        await pilot.pause()
        assert "L-DB2E81BA" in on_screen(racing)
        assert "--desired-value 8" in str(racing.screen.query_one("#body Static", Static).render())


async def test_the_plan_is_copied_as_commands_that_do_the_same(
    racing: DotsApp, cloud: LoopbackAws, base: str, files: CustomFiles, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        cloud.calls.clear()
        await plan(pilot, until, ttl="90")
        await pilot.press("c")
        await pilot.pause()
        text = racing.clipboard
        kept = racing.workspace.folders.state / "launch-run-1.sh"
        assert text in kept.read_text(encoding="utf-8")
    assert f"aws s3 cp {files.root}/run.env s3://" in text
    assert "aws cloudformation create-stack --region us-east-1" in text
    assert "ParameterKey=TimeToLiveInMinutes,ParameterValue=90" in text
    assert "Key=dots-tui:kind,Value=training" in text
    assert subprocess.run(["bash", "-n", kept], check=False).returncode == 0
    assert CREATE not in cloud.calls


async def test_in_read_only_mode_the_board_is_filled_and_nothing_is_launched(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(read_only.VARIABLE, "1")
    app = DotsApp(make_workspace(str(files.root)))
    cloud.calls.clear()
    async with app.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        pane = await plan(pilot, until)
        await pilot.press("y")
        await pilot.pause()
        assert any(one.message == "dots-tui is in read-only mode" for one in app._notifications)
        assert pane.preparation.choices
    assert CREATE not in cloud.calls


async def test_a_login_that_ends_while_looking_is_told(
    racing: DotsApp, cloud: LoopbackAws, base: str, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(racing.screen, LaunchForm))
        cloud.faults.append(Fault("ec2", "DescribeImages", "ExpiredToken", "expired", 403, times=99))
        await pilot.press("enter")
        await until(pilot, lambda: "Your AWS login has expired." in said(pane))
        assert not pane.preparation.choices


async def test_beside_the_board_a_price_has_one_line_with_how_often_it_is_taken_back(
    racing: DotsApp, aws: Aws, base: str, until: Until
) -> None:
    racing.workspace.settings_file.update(market="spot")
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        pane = await plan(pilot, until)
        await until(pilot, lambda: pane.overview.prices.market is not None)
        box = pane.query_one(BestPrices)
        await until(pilot, lambda: "worker-hour" in on_screen(racing) and box.size.height > 1)
        assert pane.overview.prices.market is not None
        assert box.size.height <= len(pane.overview.prices.market.cheapest("spot", 5)) + 1


async def test_a_reward_function_that_fails_is_refused_before_the_launch(
    racing: DotsApp, cloud: LoopbackAws, base: str, files: CustomFiles, until: Until
) -> None:
    files.write("reward_function.py", b"def reward_function(params):\n    zero = 0\n    return 1.0 / zero\n")
    racing.workspace.open_folder(files.root)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await plan(pilot, until)
        planned = pane.preparation.plan
        assert planned is not None
        assert [one.code for one in planned.obstacles if one.severity == "error"] == ["rehearsal-fault"]
        assert "line 3" in " ".join(on_screen(racing).split())
        cloud.calls.clear()
        await pilot.press("y")
        await pilot.pause()
        assert ("cloudformation", "CreateStack") not in cloud.calls
        await pilot.press("F")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("down", "enter")  # launch even so
        await until(pilot, lambda: pane.preparation.plan is not None and not pane.preparation.plan.blocked)
        await pilot.press("y")
        await until(pilot, lambda: racing.workspace.runs.watched == "run-1")
