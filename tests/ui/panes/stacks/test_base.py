"""Changing a base stack from the Stacks pane."""

from __future__ import annotations

from textual.widgets import Input

from dots_tui.aws import base_changes
from dots_tui.aws.session import Aws
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Choose, Confirm, Prompt
from tests.ui.panes.stacks_steps import SIZE, Until, busy, on_screen, said, show


async def test_a_moved_racer_is_told_and_let_in(racing: DotsApp, aws: Aws, base: str, until: Until) -> None:
    racing.workspace.settings_file.update(address="198.51.100.4")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await until(pilot, lambda: "Your address was 198.51.100.4" in on_screen(racing))
        await pilot.press("enter")  # My address has changed
        await until(pilot, lambda: isinstance(racing.screen, Prompt))
        assert racing.screen.query_one("#value", Input).value == "198.51.100.4"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        assert "SecurityGroup changes" in on_screen(racing)
        await pilot.press("y")
        await until(pilot, lambda: not busy(pane) and "Updating base: done" in said(pane))
    assert base_changes.access(aws, base).open == ("198.51.100.4",)


async def test_one_more_address_is_let_in(racing: DotsApp, aws: Aws, base: str, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(racing.screen, Prompt))
        racing.screen.query_one("#value", Input).value = "192.168.0.1"
        await pilot.press("enter")
        await pilot.pause()
        assert "home or office network" in " ".join(on_screen(racing).split())
        racing.screen.query_one("#value", Input).value = "198.51.100.4"
        await pilot.press("enter")
        await until(pilot, lambda: "Letting 198.51.100.4 in: done" in said(pane))
    assert base_changes.access(aws, base).more == ("198.51.100.4",)
