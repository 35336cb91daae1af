"""L in the Reward pane: two controllers learn, from the draft and from what is saved; leaving ends it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from textual.widgets import Static

from dots_tui.reward.lessons import MANNERS
from dots_tui.reward.rehearsal import learn
from dots_tui.ui.panes.reward import learning as reward_learning
from dots_tui.ui.panes.reward.driver_table import DriverTable
from dots_tui.ui.panes.reward.learning import LearnedMap, LearningScreen, PupilView
from dots_tui.ui.panes.reward.pane import RewardPane
from dots_tui.ui.panes.step_editor import StepEditor
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.heat_map import WAY, HeatMap


@pytest.fixture(autouse=True)
def _short_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reward_learning, "learn", partial(learn, seconds=1.0))


async def test_draft_and_saved_text_learn_side_by_side(app: DotsApp, until: Any) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        editor = app.query_one("#reward-editor", StepEditor)
        editor.load_text("def reward_function(params):\n    return float(params['speed'])\n")
        await pilot.pause()
        await pilot.press("L")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, LearningScreen)
        sides = list(screen.query(PupilView))
        assert len(sides) == 2
        await until(pilot, lambda: all(side.report.learned is not None for side in sides))
        for side in sides:
            assert side.report.learned is not None
            assert side.report.learned.manner in MANNERS
            assert side.region.width >= 36
            assert any(line.plain.strip() for line in side.query_one(LearnedMap).draw(36, 10))
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, LearningScreen)


async def test_the_learned_lap_stands_among_the_drivers_as_a_sketch_and_its_way_on_the_map(
    app: DotsApp, until: Any
) -> None:
    async with app.run_test(size=(118, 40)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        pane = app.pane
        assert isinstance(pane, RewardPane)
        await pilot.press("y")  # says that there is none yet
        await pilot.press("L")
        await pilot.pause()
        side = app.screen.query(PupilView).first()
        await until(pilot, lambda: side.report.learned is not None)
        learned = side.report.learned
        assert learned is not None
        await pilot.press("escape")
        await until(pilot, lambda: pane.tunnel.report is not None and pane.tunnel.report.ended is not None)
        await pilot.pause()
        table = pane.query_one(DriverTable)
        last = table.draw(table.size.width, 20)[-1].plain
        assert last.startswith(f"learned in {learned.seconds:.1f} s")
        assert last.endswith("sketch")
        assert table.size.height == 10
        assert learned.manner in str(pane.query_one("#tunnel-remarks", Static).content)
        drawn = pane.query_one(HeatMap)

        def has_way() -> bool:
            return any(WAY[0] in line.plain for line in drawn.draw(*drawn.size))

        assert has_way()
        pane.focus()
        await pilot.press("y")
        await pilot.pause()
        assert not has_way()
        await pilot.press("y", "R")
        await until(pilot, lambda: not pane.tunnel.running)
        assert has_way()
        pane.editor.load_text("def reward_function(params):\n    return 1.0\n")
        await pilot.pause()
        pane.focus()
        await pilot.press("R")
        await until(pilot, lambda: not pane.tunnel.running)
        assert not has_way()  # that was of another text


async def test_a_fault_is_told_with_its_line(app: DotsApp, until: Any) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        app.query_one("#reward-editor", StepEditor).load_text("def reward_function(params):\n    return params['no']\n")
        await pilot.pause()
        await pilot.press("L")
        await pilot.pause()
        side = app.screen.query(PupilView).first()
        await until(pilot, lambda: side.report.faults)
        assert reward_learning._words(side.report)[0].startswith("line 2: ")
        await pilot.press("escape")
