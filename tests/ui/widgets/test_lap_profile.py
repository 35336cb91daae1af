"""The profile draws a value along the lap, with marks on its axis, and tells which distance was clicked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from dots_tui.ui.widgets.lap_profile import LapProfile, ProfilePoint

if TYPE_CHECKING:
    from collections.abc import Callable

POINTS = [ProfilePoint(i * 0.2, math.sin(i / 10.0), -1.5, 1.5) for i in range(100)]


async def test_mean_least_and_most_are_drawn_over_a_marked_axis(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    profile = LapProfile()
    async with stage(profile).run_here(60, 10) as pilot:
        profile.show(POINTS)
        profile.set_marks([("╋", 0.0), ("▲", POINTS[-1].distance_m), ("▼", 9.9)])
        await pilot.pause()
        legend, *chart, axis = lines(profile)[:5]
        assert "mean" in legend
        assert "least and most" in legend
        assert chart[0].startswith(" 1.5│")
        assert chart[-1].startswith("-1.5│")
        assert (axis.index("╋"), axis.index("▲")) == (5, 59)
        assert axis.index("▼") == pytest.approx(32, abs=1)


async def test_only_what_is_known_is_drawn(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    profile = LapProfile()
    async with stage(profile).run_here(60, 10) as pilot:
        profile.show([ProfilePoint(float(i), 1.0) for i in range(10)], ("mean now", "before"))
        await pilot.pause()
        assert "before" not in lines(profile)[0]
        profile.show([])
        await pilot.pause()
        assert not any(lines(profile))


async def test_a_click_is_a_distance(stage: Any) -> None:
    profile = LapProfile()
    app = stage(profile)
    async with app.run_here(60, 10) as pilot:
        profile.show(POINTS)
        await pilot.pause()
        await pilot.click(profile, offset=(5, 2))
        await pilot.click(profile, offset=(32, 2))
        await pilot.click(profile, offset=(59, 2))
        first, middle, last = (message.distance_m for message in app.seen(LapProfile.DistanceChosen))
        assert (first, last) == (0.0, POINTS[-1].distance_m)
        assert middle == pytest.approx(9.9, abs=0.3)
