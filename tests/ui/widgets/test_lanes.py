"""A lane says in one or two lines what a worker does, whatever is known of it and however little room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.ui.widgets.lanes import PHASES, Lane, WorkerLanes

if TYPE_CHECKING:
    from collections.abc import Callable

LANES = (
    Lane(0, "evaluating", "a", "4/5", 82.4, 412.3, 5, 9.57, 0.4),
    Lane(1, "driving", "b", "ep 18", 24.0, 88.1, 4, 10.21, 12.0),
    Lane(11, "gone", "c", "ep 17", 47.0, 100.0, 1, None, 95.0),
    Lane(None, "starting", "d", note="the simulation comes up"),
)


async def test_two_lines_where_there_is_room(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    lanes = WorkerLanes()
    lanes.set_lanes(LANES)
    async with stage(lanes).run_here(60, 8):
        picture = lines(lanes)
        assert picture[0].startswith(" 0  ◆ evaluating 4/5   ███")
        assert picture[0].endswith("82 %")
        assert picture[1].split() == ["412.3", "5", "laps", "best", "9.57"]
        assert picture[2].startswith(" 1  ● driving    ep 18 ███")
        assert picture[3].endswith("best 10.21  12 s ago")
        assert picture[5].split()[-5:] == ["lap", "▲", "95", "s", "ago"]
        assert picture[6].split() == ["?", "○", "starting", "the", "simulation", "comes", "up"]
        assert picture[7] == ""


async def test_one_line_where_there_is_not(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    lanes = WorkerLanes()
    lanes.set_lanes(LANES)
    async with stage(lanes).run_here(100, 7):
        picture = lines(lanes)
        assert picture[0].endswith("82 %   412.3    5 laps  best  9.57")
        assert picture[4:] == ["", "", ""]


async def test_tracks_are_named_as_far_as_there_is_room(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    lanes = WorkerLanes()
    lanes.set_lanes([Lane(0, "driving", "a", "ep 1", 5.0, 1.0, world="reInvent2019_track")])
    async with stage(lanes).run_here(60, 2):
        assert lines(lanes)[1].endswith("  reInvent2019_track")
    lanes = WorkerLanes()
    lanes.set_lanes([Lane(0, "driving", "a", "ep 1", 5.0, 1.0, world="reInvent2019_track")])
    async with stage(lanes).run_here(48, 2):
        assert lines(lanes)[1].endswith("reInvent20…")


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
        assert lanes.selected == "c"
        assert lines(lanes)[4].startswith("▸11")
        await pilot.press("down", "down")
        assert [message.key for message in app.seen(WorkerLanes.WorkerSelected)] == ["a", "b", "a", "c", "d", "d"]


def test_every_phase_has_a_sign_and_a_tint() -> None:
    from dots_tui.ui.widgets.glyphs import glyph
    from dots_tui.ui.widgets.painted_view import TINTS

    for sign, tint in PHASES.values():
        assert glyph(sign)
        assert tint in TINTS
