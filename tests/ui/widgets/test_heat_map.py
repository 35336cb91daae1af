"""The heat map is drawn in colours or in shades, with marks on it, and tells where somebody wants to look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rich.color import ColorSystem

from dots_tui.tracks.builtin import builtin_tracks
from dots_tui.ui.widgets.heat import Scale
from dots_tui.ui.widgets.heat_map import HeatMap

if TYPE_CHECKING:
    from collections.abc import Callable

TRACK = builtin_tracks()["oval"]
OFFSETS = (0.8, 0.0, -0.8)
VALUES = [[position / 127.0] * 3 for position in range(128)]


def shown(heat: HeatMap, app: Any, *, colours: bool) -> None:
    app.console._color_system = ColorSystem.TRUECOLOR if colours else None
    heat.set_track(TRACK, OFFSETS)
    heat.set_values(VALUES, Scale.of(VALUES))


async def test_halves_of_cells_have_colours_of_their_own(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    heat = HeatMap()
    app = stage(heat)
    async with app.run_here(60, 20) as pilot:
        shown(heat, app, colours=True)
        await pilot.pause()
        assert set("".join(lines(heat))) <= set(" ▀▄←↑→↓↖↗↘↙")
        segments = [segment for y in range(20) for segment in heat.render_line(y) if "▀" in segment.text]
        painted = {segment.style.color for segment in segments if segment.style is not None}
        assert len(painted) >= 10


@pytest.mark.parametrize("plain", [False, True])
async def test_without_colours_there_are_shades(stage: Any, lines: Callable[[Any], list[str]], plain: bool) -> None:
    heat = HeatMap()
    app = stage(heat)
    app.ascii_only = plain
    async with app.run_here(60, 20) as pilot:
        shown(heat, app, colours=False)
        await pilot.pause()
        text = "".join(lines(heat))
        assert set(".:%#" if plain else "░▒▓█") <= set(text)
        assert text.isascii() == plain


async def test_what_has_no_number_is_crossed_out_and_the_first_mark_lies_on_top(
    stage: Any, lines: Callable[[Any], list[str]]
) -> None:
    heat = HeatMap()
    app = stage(heat)
    async with app.run_here(60, 20) as pilot:
        shown(heat, app, colours=False)
        heat.set_values([[None] * 3, *VALUES[1:]], Scale.of(VALUES))
        here = TRACK.point_at(5.0)
        heat.set_marks([("╋", here), ("▲", here), ("▼", TRACK.point_at(9.0))])
        await pilot.pause()
        text = "".join(lines(heat))
        assert "x" in text
        assert "╋" in text
        assert "▼" in text
        assert "▲" not in text


async def test_a_click_and_the_arrows_say_where_to_look(stage: Any) -> None:
    heat = HeatMap()
    app = stage(heat)
    async with app.run_here(60, 20) as pilot:
        await pilot.click(heat, offset=(3, 3))
        assert app.seen(HeatMap.PointerPlaced) == []
        shown(heat, app, colours=True)
        await pilot.pause()
        assert heat._road is not None
        wanted = TRACK.point_at(5.0)
        await pilot.click(heat, offset=heat._road[1].cell(wanted))
        (put,) = app.seen(HeatMap.PointerPlaced)
        assert abs(TRACK.locate(*put.point).distance_m - 5.0) < 0.5
        heat.focus()
        await pilot.press("right", "left", "up", "down", "pagedown")
        moved = [(message.along, message.left) for message in app.seen(HeatMap.PointerMoved)]
        assert moved == [(1, 0), (-1, 0), (0, 1), (0, -1), (8, 0)]


async def test_it_follows_its_size(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    heat = HeatMap()
    app = stage(heat)
    async with app.run_here(60, 20) as pilot:
        shown(heat, app, colours=True)
        await pilot.pause()
        wide = max(map(len, lines(heat)))
        await pilot.resize_terminal(20, 8)
        await pilot.pause()
        assert max(map(len, lines(heat))) <= 20 < wide
