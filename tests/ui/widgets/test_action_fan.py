"""The fan: straight on is up, left is left, fast is far, and the chosen action stands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rich.style import Style

from dots_tui.custom_files.action_space import Action, ActionSpace, Continuous, Discrete, generate
from dots_tui.ui.widgets.action_fan import ActionFan, Fan, draw_fan

if TYPE_CHECKING:
    from collections.abc import Callable

STYLES = (Style(), Style(), Style())
GRID = generate([-30, 0, 30], [1, 2])
RANGES = Continuous(Action(-20, 0.5), Action(30, 2.5))


def picture(space: ActionSpace, here: int = -1, width: int = 40, height: int = 18, plain: bool = False) -> list[str]:
    return [row.plain for row in draw_fan(space, here, (width, height), STYLES, plain)]


def place(rows: list[str], sign: str) -> tuple[int, int]:
    return next((row.index(sign), index) for index, row in enumerate(rows) if sign in row)


def test_left_is_left_and_fast_is_far() -> None:
    at = {action: place(picture(GRID, index), "◆") for index, action in enumerate(GRID.actions)}
    assert at[Action(30, 1)][0] < at[Action(0, 1)][0] < at[Action(-30, 1)][0]
    for steering in (-30, 0, 30):
        assert at[Action(steering, 2)][1] < at[Action(steering, 1)][1]
    car = place(picture(GRID), "▲")
    assert car == (19, 17)
    assert at[Action(0, 2)][0] == car[0]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 3), (20, 6), (60, 8), (20, 40), (120, 40)])
@pytest.mark.parametrize("space", [GRID, RANGES, Discrete((Action(0, 0),)), Discrete((Action(1e9, -1e9),))])
def test_it_fits_any_box(width: int, height: int, space: ActionSpace) -> None:
    rows = picture(space, 0, width, height)
    assert [len(row) for row in rows] == [width] * height
    assert all(row.isascii() for row in picture(space, 0, width, height, plain=True))


def test_nothing_of_the_fan_is_cut_off() -> None:
    for width, height in ((20, 6), (60, 8), (20, 40), (80, 24)):
        fan = Fan.fit(GRID.actions, width, height)
        for action in GRID.actions:
            column, row = fan.cell(action.steering, action.speed)
            assert 0 <= column < width
            assert 0 <= row < height


def test_a_continuous_space_is_a_filled_sector() -> None:
    rows = picture(RANGES, width=40, height=20, plain=True)
    fan = Fan.fit([RANGES.low, RANGES.high], 40, 20)

    def around(steering: float, speed: float) -> str:
        column, row = fan.cell(steering, speed)
        return rows[row][column - 1 : column + 2]

    assert around(5, 1.5).strip()
    assert around(28, 2.4).strip()
    assert not around(-28, 1.5).strip()
    assert not around(5, 2.8).strip()


def test_clipped_actions_are_drawn_where_the_car_goes() -> None:
    assert picture(Discrete((Action(-45, 9),)), 0) == picture(Discrete((Action(-30, 4),)), 0)


async def test_the_widget_follows_what_it_is_shown(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    fan = ActionFan()
    async with stage(fan).run_here(40, 18) as pilot:
        fan.empty = "No action space."
        await pilot.pause()
        assert lines(fan)[0] == "No action space."
        fan.show(GRID, 1)
        await pilot.pause()
        first = lines(fan)
        assert first == [row.rstrip() for row in picture(GRID, 1)]
        fan.show(RANGES)
        await pilot.pause()
        assert lines(fan) != first
