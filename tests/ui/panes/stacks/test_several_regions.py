"""Stacks of several regions in one list, and what trainings left behind anywhere."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from dots_tui.aws import base_stack
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws
from dots_tui.ui.panes.question_dialogs import WideChoice
from dots_tui.ui.panes.stacks.pane import StacksPane
from dots_tui.ui.panes.stacks.summary import StackSummary
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Confirm, TypeName
from tests.aws.test_orphans import left_in
from tests.ui.panes.stacks_steps import SIZE, Until, busy, launch, listing, rows, selected, show, type_name


def below(pane: StacksPane) -> str:
    """The line below the list."""
    return str(pane.query_one("#stacks-line", Static).render())


@pytest.fixture
def far(aws: Aws, base: str) -> str:
    """A second base stack, in another region."""
    list(base_stack.create(aws.in_region("eu-west-1"), "far", "203.0.113.7", poll_s=0.01))
    return "far"


async def test_stacks_of_the_regions_looked_at_are_one_list(racing: DotsApp, far: str, until: Until) -> None:
    racing.workspace.settings_file.update(regions="eu-west-1")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        assert "region" in rows(pane)[0]
        assert any("far" in row and "eu-west-1" in row for row in rows(pane))
        assert listing(pane).bases == ["base"]  # a launch goes to the region in use


async def test_what_is_done_to_a_stack_far_away_is_done_there(
    racing: DotsApp, aws: Aws, far: str, until: Until
) -> None:
    racing.workspace.settings_file.update(regions="eu-west-1")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("home")
        while selected(pane) != "far":
            await pilot.press("down")
            await pilot.pause()
        await pilot.press("D")
        await until(pilot, lambda: isinstance(racing.screen, TypeName))
        await type_name(pilot, until, "far")
        await until(pilot, lambda: not busy(pane) and [stack.name for stack in listing(pane).stacks] == ["base"])
        assert listing(pane).region == "eu-west-1"
        assert racing.workspace.settings.regions == "us-east-1"  # where we came from is still looked at


async def test_the_line_below_says_what_is_there_and_that_nothing_is_left(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    racing.workspace.settings_file.update(address="203.0.113.7")
    launch(aws, files)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: "orphans: none" in below(pane))
        assert "base: base ready" in below(pane)
        assert "you: 203.0.113.7" in below(pane)


async def test_orphans_are_counted_listed_and_what_ends_them_is_copied(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, until: Until
) -> None:
    left = left_in(aws, "us-west-2")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: "orphans: 3" in below(pane))
        assert "which cost money" in below(pane)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(racing.screen, WideChoice))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: racing.clipboard)
        assert racing.clipboard == f"aws ec2 terminate-instances --region us-west-2 --instance-ids {left['instance']}"


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (40, 10)])
async def test_it_fits_every_terminal(racing: DotsApp, aws: Aws, far: str, until: Until, size: tuple[int, int]) -> None:
    racing.workspace.settings_file.update(regions="eu-west-1")
    left_in(aws, "us-west-2")
    async with racing.run_test(size=size) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: pane.query_one(StackSummary).orphans.result is not None)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(racing.screen, WideChoice))
        await pilot.press("escape")
        await pilot.pause()
        assert len(racing.screen_stack) == 1
