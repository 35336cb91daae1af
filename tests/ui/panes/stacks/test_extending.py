"""More time for a training, from the Stacks pane."""

from __future__ import annotations

from datetime import datetime, timedelta

from textual.widgets import Input, Static

from dots_tui.aws import stacks
from dots_tui.aws.session import Aws
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import LoopbackAws
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Confirm, Prompt
from tests.ui.panes.stacks_steps import SIZE, Until, busy, launch, on_screen, said, show


async def test_what_changes_is_shown_then_the_end_moves(
    racing: DotsApp, cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    before = stacks.get_stack(aws, "run-1").expires
    assert before is not None
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("plus")
        await until(pilot, lambda: isinstance(racing.screen, Prompt))
        racing.screen.query_one("#value", Input).value = "30"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        question = " ".join(str(text.render()) for text in racing.screen.query("#body Static").results(Static))
        assert "The instance goes on" in question
        assert "Instance changes" in question
        assert stacks.get_stack(aws, "run-1").expires == before
        await pilot.press("y")
        await until(pilot, lambda: not busy(pane) and "run-1 is extended: it ends at" in said(pane))
    assert stacks.get_stack(aws, "run-1").expires == before + timedelta(minutes=30)


async def test_a_base_stack_has_no_time_to_extend(racing: DotsApp, base: str, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await pilot.press("plus")
        await pilot.pause()
        assert len(racing.screen_stack) == 1
        assert any("no training is selected" in one.message for one in racing._notifications)


async def test_how_much_longer_is_typed_as_people_do_and_its_cost_is_shown(
    racing: DotsApp, aws: Aws, base: str, files: CustomFiles, until: Until
) -> None:
    launch(aws, files)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("plus")
        await until(pilot, lambda: isinstance(racing.screen, Prompt))
        field = racing.screen.query_one("#value", Input)
        field.value = ""
        await pilot.press(*"2000", "enter", "7")
        await pilot.pause()
        assert isinstance(racing.screen, Prompt)  # refused in place: what is typed goes into the field
        assert field.value == "20007"
        field.value = ""
        await pilot.press(*"1h30", "enter")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        assert "1:30 (90 min) more" in on_screen(racing)
        told = str(racing.screen.query_one("#body Static", Static).render())
        assert "1.14 USD more" in told  # 90 minutes at 0.752 USD, with disk and address
        assert f"{datetime.now().astimezone():%Z}" in told
        await pilot.press("n")
        await until(pilot, lambda: not busy(pane))
