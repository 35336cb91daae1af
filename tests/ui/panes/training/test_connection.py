"""The Training pane when connections, workers or the stack itself come and go, on the loopback AWS."""

from __future__ import annotations

import pytest
from textual.widgets import ContentSwitcher

from dots_tui.app.milestones import Milestone
from dots_tui.app.runs import live_run
from dots_tui.aws import stacks
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from dots_tui.spool.store import Spool, SpoolProblem
from dots_tui.ui.panes.training.pane import TrainingPane
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Confirm
from dots_tui.ui.widgets.lanes import WorkerLanes
from dots_tui.ui.widgets.top_bar import TopBar
from tests.ui.panes.run_feed import Machine, RunFeed
from tests.ui.panes.stacks_steps import Until, launch, on_screen
from tests.ui.panes.training_steps import SIZE, drive, show, spool, state, text

# -- connections come and go --------------------------------------------------------------------------


async def test_a_lost_connection_is_told_and_comes_back(
    racing: DotsApp, feed: RunFeed, machine: Machine, until: Until
) -> None:
    async with racing.run_test(size=(200, 50)) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        assert len(machine.keys) == 1
        takes = machine.host.authorised
        machine.host.authorised = lambda *_: False  # it cannot come back yet
        machine.host.drop_all()

        def told() -> bool:
            in_bar = any("ssh ✗ lost" in part for part in racing.query_one(TopBar).status)
            in_words = text(pane, "verdict").startswith("LOST  ") and "lost, next try in" in text(pane, "head")
            return in_bar and in_words

        await until(pilot, told)
        machine.host.authorised = takes
        feed.say(0, "printed while nobody was there")
        await until(pilot, lambda: state(pane) == "connected")
        await until(pilot, lambda: "printed while nobody was there" in spool(pane))
        await until(pilot, lambda: text(pane, "verdict").startswith("LEARNING"))
        await until(pilot, lambda: len(spool(pane)) >= feed.lines)
        assert len(spool(pane)) == feed.lines  # nothing is lost, nothing comes twice
        assert len(machine.keys) >= 2


async def test_aws_in_trouble_is_told_while_the_instance_cannot_be_found(
    racing: DotsApp, cloud: LoopbackAws, feed: RunFeed, until: Until
) -> None:
    racing.workspace.watch_stack("run-1")
    cloud.faults.append(
        Fault(
            "cloudformation", "DescribeStackResources", "ExpiredToken", "The security token is expired", 403, times=99
        )
    )
    async with racing.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        pane = racing.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: "Your AWS login has expired." in text(pane, "verdict"))
        assert "Traceback" not in on_screen(racing)


async def test_a_worker_that_is_gone_is_told_with_what_it_costs(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        feed.workers[2].exit(137)
        await until(pilot, lambda: text(pane, "verdict").startswith("STALLED  worker 2 gone for"))
        assert "0.76 USD an hour" in text(pane, "verdict")
        assert pane.query_one(WorkerLanes).lanes[2].phase == "gone"


# -- the end ------------------------------------------------------------------------------------------


async def test_a_stack_that_is_gone_ends_the_watching(
    racing: DotsApp, aws: Aws, machine: Machine, feed: RunFeed, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        for _ in stacks.delete(aws, "run-1", poll_s=0.05):
            pass
        machine.host.drop_all()
        await until(pilot, lambda: text(pane, "verdict").startswith("ENDED  The stack of run-1 is gone"))
        assert racing.workspace.runs.watched == ""
        assert "ends in" not in text(pane, "head")
        assert [lane.phase for lane in pane.query_one(WorkerLanes).lanes] == ["stopped"] * 3
        assert not any("ssh" in part for part in racing.query_one(TopBar).status)
        tries = len(machine.keys)
        await pilot.press("z", "z", "w")  # what was seen stays to be looked at
        await pilot.pause(0.5)
        assert len(machine.keys) == tries
        assert len(spool(pane)) == feed.lines
        await pilot.press("S")
        await pilot.pause()
        assert len(racing.screen_stack) == 1


async def test_the_record_of_the_watched_run_is_there_for_the_proof_of_its_save(
    racing: DotsApp, aws: Aws, feed: RunFeed, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        live = racing.workspace.runs.record
        await until(pilot, lambda: live(stacks.get_stack(aws, "run-1").id) is not None)
        record = live(stacks.get_stack(aws, "run-1").id)
        shown = pane.run.snapshot() if pane.run is not None else None
        assert record is not None
        assert shown is not None
        assert [one.number for one in record.current()] == [one.number for one in shown.run.iterations]
        assert record.current()
        assert live("another") is None


async def test_stopping_from_here_asks_here_and_is_shown_by_the_stacks_pane(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, feed: RunFeed, until: Until
) -> None:
    cloud.hooks["ssm", "SendCommand"] = lambda _: aws.client("cloudformation").delete_stack(StackName="run-1") and None
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("S")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        await pilot.press("escape")
        await pilot.pause()
        assert racing.current_pane == 3
        await pilot.press("S")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: Milestone.STOPPED in racing.workspace.milestones)
        assert racing.current_pane == 2
        await pilot.press("4")
        await until(pilot, lambda: text(pane, "verdict").startswith("ENDED"))


async def test_the_same_name_launched_again_is_watched_anew(
    racing: DotsApp, aws: Aws, files: CustomFiles, feed: RunFeed, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        for _ in stacks.delete(aws, "run-1", poll_s=0.05):
            pass
        await until(pilot, lambda: pane.run is not None and pane.run.ended)
        launch(aws, files)
        await pilot.press("3")
        racing.workspace.watch_stack("run-1")
        await pilot.press("4")
        await until(pilot, lambda: state(pane) == "connected")


async def test_nothing_to_watch_is_said(racing: DotsApp, cloud: LoopbackAws, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: ("cloudformation", "DescribeStacks") in cloud.calls)
        pane = racing.pane
        assert pane.query_one(ContentSwitcher).current == "training-empty"
        assert "No training is watched." in text(pane, "empty")
        await pilot.press("z", "w", "S")
        await pilot.pause()
        assert len(racing.screen_stack) == 1
        assert any("no training is watched" in one.message for one in racing._notifications)
        cloud.faults.append(Fault("cloudformation", "DescribeStacks", "ExpiredToken", "expired", 403, times=99))
        await pilot.press("1", "4")
        await until(pilot, lambda: "Your AWS login has expired." in text(pane, "empty"))


async def test_a_stack_that_does_not_exist(racing: DotsApp, cloud: LoopbackAws, until: Until) -> None:
    racing.workspace.watch_stack("run-9")
    async with racing.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        pane = racing.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: text(pane, "verdict").startswith("ENDED  There is no stack run-9."))


async def test_a_run_launched_while_the_pane_is_in_front_is_watched(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, machine: Machine, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        pane = racing.pane
        assert isinstance(pane, TrainingPane)
        launch(aws, files)
        racing.workspace.watch_stack("run-1")
        await until(pilot, lambda: state(pane) == "connected")


async def test_a_disk_without_room_for_the_log_is_told(
    racing: DotsApp, training: str, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> Spool:
        raise SpoolProblem("The log cannot be kept: no space left on device.")

    monkeypatch.setattr(live_run, "Spool", full)
    async with racing.run_test(size=SIZE) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: any("no space left" in one.message for one in racing._notifications))
        assert racing.pane.query_one(ContentSwitcher).current == "training-empty"
