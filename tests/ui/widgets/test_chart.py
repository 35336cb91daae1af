"""Charts, sparklines and bars are right for any numbers, also none, one, and those that are not numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from dots_tui.ui.widgets.canvas import Canvas
from dots_tui.ui.widgets.chart import Chart, Series, bar, plot, short, sparkline

if TYPE_CHECKING:
    from collections.abc import Callable

nan = math.nan
numbers = st.floats()


def drawn(*series: Series, width: int = 24, height: int = 6, **options: Any) -> list[str]:
    return [line.plain for line in plot(series, width, height, **options)]


def test_a_line_rises_from_corner_to_corner() -> None:
    assert drawn(Series.of("up", [0, 1, 2, 3])) == [
        "━ up",
        "3│                ⢀⣀⠤⠔⠒⠉",
        " │           ⣀⡠⠤⠒⠊⠁     ",
        " │     ⢀⡠⠤⠒⠊⠉           ",
        "0│⣀⠤⠔⠒⠉⠁                ",
        "  1                    4",
    ]


def test_without_braille_letters_are_used() -> None:
    one, other = Series.of("train", [0, 10]), Series.of("eval", [10, 10])
    picture = drawn(one, other, ascii_only=True, width=20)
    assert picture[0] == "* train  o eval"
    assert "o" in picture[1]
    assert "*" in picture[4]
    assert all(line.isascii() for line in picture)


def test_the_second_series_is_dotted() -> None:
    one, other = Series.of("", [0, 0]), Series.of("", [2, 2])
    assert drawn(one, other, width=12, height=2) == ["2│⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁", "0│⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀"]


def test_a_gap_stays_a_gap() -> None:
    picture = drawn(Series.of("", [1, 1, nan, 1, 0]), width=22, height=2)
    assert picture == ["1│⠉⠉⠉⠉⠉⠁        ⠈⠒⢄   ", "0│                 ⠉⠢⢄"]


@pytest.mark.parametrize("values", [[], [nan], [math.inf, nan]])
def test_nothing_to_draw_is_nothing(values: list[float]) -> None:
    assert drawn(Series.of("x", values)) == []


def test_a_single_value_is_a_visible_dot() -> None:
    picture = drawn(Series.of("reward", [5.0]))
    assert picture[1].startswith("5.5│")
    assert picture[-1].split() == ["1"]
    assert any(0x2800 < ord(character) <= 0x28FF for line in picture for character in line)


def test_the_range_is_at_least_what_was_asked_for() -> None:
    assert [line.split("│")[0].strip() for line in drawn(Series.of("", [40, 60]), y_range=(0, 100))][:5:4] == [
        "100",
        "0",
    ]
    assert drawn(Series.of("", [40, 160]), y_range=(0, 100))[0].startswith("160│")


@given(st.lists(numbers, max_size=40), st.lists(numbers, max_size=5), st.integers(0, 60), st.integers(0, 12))
def test_a_plot_always_fits(one: list[float], other: list[float], width: int, height: int) -> None:
    picture = plot([Series.of("one", one), Series.of("other", other)], width, height)
    assert len(picture) in (0, height)
    assert all(line.cell_len <= max(width, 14) for line in picture)


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (0, "0"),
        (1.5, "1.5"),
        (0.25, "0.25"),
        (12.34, "12.3"),
        (-250.4, "-250"),
        (12345, "12k"),
        (0.003, "3e-3"),
        (1.2e7, "1.2e7"),
    ],
)
def test_axis_labels_are_short(value: float, label: str) -> None:
    assert short(value) == label


def test_bars_go_to_an_eighth_of_a_cell() -> None:
    assert [bar(part, 4) for part in (0, 0.5, 1, 0.0625, 2, -1)] == ["    ", "██  ", "████", "▎   ", "████", "    "]
    assert bar(0.5, 6, ascii_only=True) == "###   "
    assert bar(nan, 3) == "   "
    assert bar(0.5, 0) == ""


@given(st.floats(allow_infinity=False), st.integers(0, 50))
def test_a_bar_is_as_wide_as_it_is_told(fraction: float, width: int) -> None:
    assert len(bar(fraction, width)) == width


def test_sparklines_show_the_shape() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8) == "▁▂▃▄▅▆▇█"
    assert sparkline([1, 1, 9, 9], 2) == "▁█"
    assert sparkline([5, 5], 4) == "▁▁"
    assert sparkline([0, nan, 1], 3, ascii_only=True) == "_ #"
    assert sparkline([nan], 3) == " "
    assert sparkline([], 3) == sparkline([1], 0) == ""


@given(st.lists(numbers, max_size=50), st.integers(0, 20))
def test_a_sparkline_is_never_wider_than_told(values: list[float], width: int) -> None:
    assert len(sparkline(values, width)) == min(len(values), width)


def test_a_canvas_ignores_what_is_outside_and_copies_are_apart() -> None:
    canvas = Canvas(2, 1)
    canvas.dot(-1, 0)
    canvas.dot(0, 4)
    canvas.write(2, 0, "x", Style())
    assert [row.plain for row in canvas.rows([Style()])] == ["  "]
    twin = canvas.copy()
    twin.line((0, 0), (3, 0))
    twin.write(1, 0, "2", Style())
    assert [row.plain for row in twin.rows([Style()])] == ["⠉2"]
    assert [row.plain for row in canvas.rows([Style()])] == ["  "]


async def test_the_widget_follows_its_data_and_size(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    chart = Chart()
    chart.empty = "No iteration yet."
    async with stage(chart).run_here(40, 10) as pilot:
        assert lines(chart)[0] == "No iteration yet."
        chart.y_range = (0, 100)
        chart.series = (Series.of("train", [10, 50, 60]), Series.of("eval", [20, 40]))
        await pilot.pause()
        picture = lines(chart)
        assert picture[0] == "━ train  ┅ eval"
        assert picture[1].startswith("100│")
        await pilot.resize_terminal(30, 10)
        await pilot.pause()
        assert lines(chart)[-1].endswith("3")
        assert len(lines(chart)[-1]) == 30
        chart.series = ()
        await pilot.pause()
        assert lines(chart)[0] == "No iteration yet."


def test_another_run_lies_sparsely_dotted_under_the_first() -> None:
    own, other = Series.of("now", [0, 0]), Series("before", ((1.0, 2.0), (2.0, 2.0)), under=True)
    picture = drawn(own, other, width=14, height=4)
    assert picture[0] == "━ now  ┈ before"
    solid, sparse = (
        sum(bin(ord(c) - 0x2800).count("1") for c in row[2:] if ord(c) > 0x2800) for row in picture[2:0:-1]
    )
    assert sparse < solid / 2
