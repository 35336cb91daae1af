"""A lane says in one or two lines what a worker does, whatever is known of it and however little room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.widgets.lanes import PHASES, Lane, WorkerLanes

if TYPE_CHECKING:
    from collections.abc import Callable

LANES = (
    Lane(0, "evaluating", "4/5", 82.4, 412.3, 5, 9.57, 0.4),
    Lane(1, "driving", "ep 18", 24.0, 88.1, 4, 10.21, 1.2),
    Lane(11, "gone", "ep 17", 47.0, 100.0, 1, None, 95.0),
    Lane(12, "starting"),
)


async def test_two_lines_where_there_is_room(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    lanes = WorkerLanes()
    lanes.set_lanes(LANES)
    async with stage(lanes).run_here(60, 8):
        picture = lines(lanes)
        assert picture[0].startswith(" 0  ◆ evaluating 4/5   ███")
        assert picture[0].endswith("82 %")
        assert picture[1].split() == ["412.3", "5", "laps", "best", "9.57", "0.4", "s", "ago"]
        assert picture[2].startswith(" 1  ● driving    ep 18 ███")
        assert picture[5].split()[-5:] == ["lap", "▲", "95", "s", "ago"]
        assert picture[6].split() == ["12", "○", "starting"]


async def test_one_line_where_there_is_not(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    lanes = WorkerLanes()
    lanes.set_lanes(LANES)
    async with stage(lanes).run_here(100, 7):
        picture = lines(lanes)
        assert picture[0].endswith("82 %   412.3    5 laps  best  9.57  0.4 s ago")
        assert picture[4:] == ["", "", ""]


@pytest.mark.parametrize("size", [(40, 12), (40, 6), (20, 4), (10, 3)])
async def test_narrow_is_no_trouble(stage: Any, lines: Callable[[Any], list[str]], size: tuple[int, int]) -> None:
    lanes = WorkerLanes()
    lanes.set_lanes(LANES)
    async with stage(lanes).run_here(*size):
        picture = lines(lanes)
        assert picture[0].startswith(" 0  ◆ ")
        assert max(map(len, picture)) <= size[0]
        assert ("82 %" in picture[0]) == (size[0] == 40)


async def test_without_unicode_bars_are_letters(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    lanes = WorkerLanes()
    lanes.set_lanes(LANES)
    app = stage(lanes)
    app.ascii_only = True
    async with app.run_here(60, 8):
        assert all(line.isascii() for line in lines(lanes))
        assert "###" in lines(lanes)[0]


async def test_a_worker_is_selected_by_key_and_click(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    lanes = WorkerLanes()
    lanes.empty = "No worker has been heard of yet."
    app = stage(lanes)
    async with app.run_here(60, 8) as pilot:
        lanes.focus()
        await pilot.press("down")
        assert lines(lanes)[0] == "No worker has been heard of yet."
        lanes.set_lanes(LANES)
        await pilot.press("down", "down", "up")
        await pilot.click(lanes, offset=(5, 5))
        assert lanes.selected == 11
        assert lines(lanes)[4].startswith("▸11")
        await pilot.press("down", "down")
        assert [message.worker for message in app.seen(WorkerLanes.Selected)] == [0, 1, 0, 11, 12, 12]


def test_every_phase_has_a_sign_and_a_tint() -> None:
    from dots_tui.widgets.glyphs import glyph
    from dots_tui.widgets.lines_view import TINTS

    for sign, tint in PHASES.values():
        assert glyph(sign)
        assert tint in TINTS
