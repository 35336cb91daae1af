"""The last line tells what can be pressed, also where there are no signs for it."""

from __future__ import annotations

from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.key_bar import KeyBar


async def test_in_ascii_enter_is_a_word(app: DotsApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        bar = app.query_one(KeyBar)
        assert bar.render().plain.startswith(" ⏎ Edit")
        app.ascii_only = True
        assert bar.render().plain.startswith(" enter Edit")
        assert bar.render().plain.isascii()
        assert bar.render().cell_len <= 80
