"""The track map draws any track into any box, north up, with cars and exits on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
from rich.style import Style

from dots_tui.ui.widgets.track_map import Projection, TrackMap, draw_map, outline

if TYPE_CHECKING:
    from collections.abc import Callable

STYLES = (Style(), Style(bold=True), Style(dim=True), Style(italic=True))


class Ring:
    """A round track of *radius* metres, one metre wide."""

    def __init__(self, radius: float = 3.0, closed: bool = True, borders: bool = True) -> None:
        self.closed = closed
        self.centre = self._circle(radius)
        self.inner = self._circle(radius - 0.5) if borders else []
        self.outer = self._circle(radius + 0.5) if borders else []

    def _circle(self, radius: float) -> list[tuple[float, float]]:
        turns = [index * math.tau / 60 for index in range(60 if self.closed else 31)]
        return [(radius * math.cos(turn), radius * math.sin(turn)) for turn in turns]


def picture(ring: Ring, width: int, height: int, *cars: tuple[str, float, float], **options: Any) -> list[str]:
    exits = options.pop("exits", ())
    rows = draw_map(outline(ring, width, height), cars, exits, STYLES, **options)
    return [row.plain for row in rows]


def test_both_borders_are_drawn_where_there_is_room_and_one_line_where_not() -> None:
    large = picture(Ring(), 40, 20)
    assert len(large[5].split()) == 4  # left outer and inner border, right inner and outer
    assert "⠉⠉⠉" in large[10][-8:]  # the line where a lap starts
    small = picture(Ring(), 8, 4)
    assert small == [" ⢀⠤⠒⠒⠤⡀ ", "⢠⠃    ⠘⡄", "⠘⡄    ⢠↑", " ⠈⠒⠤⠤⠒⠁ "]


def test_north_is_up_and_east_is_right() -> None:
    rows = picture(Ring(), 20, 10, ("N", 0, 3), ("E", 3, 0), ("S", 0, -3), ("W", -3, 0))
    place = {letter: (column, row) for row, text in enumerate(rows) for column, letter in enumerate(text)}
    assert place["N"][1] < place["E"][1] < place["S"][1]
    assert place["W"][0] < place["N"][0] < place["E"][0]


@pytest.mark.parametrize("plain", [False, True])
def test_an_arrow_tells_where_a_lap_starts_and_which_way_it_goes(plain: bool) -> None:
    ring = Ring()
    there = "".join(picture(ring, 40, 20, ascii_only=plain))
    assert there.count("^" if plain else "↑") == 1
    ring.centre, ring.inner, ring.outer = ring.centre[::-1], ring.inner[::-1], ring.outer[::-1]
    back = "".join(picture(ring, 40, 20, ascii_only=plain))
    assert back.count("v" if plain else "↓") == 1
    assert back.count("^" if plain else "↑") == 0


def test_an_open_track_is_not_closed() -> None:
    rows = picture(Ring(closed=False, borders=False), 20, 10)
    assert rows[-1].strip("⠉⠁⠈ ⡇⢸⠃⠘⠇⠸⢱⡎⢣⡜") == ""  # no line along the bottom from end to end


def test_exits_are_shaded_by_how_many_there_were() -> None:
    exits = [(3.5, 0.0)] * 8 + [(-3.5, 0.0)] * 2 + [(math.nan, 0.0)]
    text = "".join(picture(Ring(), 20, 10, exits=exits))
    assert text.count("█") == 1
    assert text.count("░") == 1
    assert "#" in "".join(picture(Ring(), 20, 10, exits=exits, ascii_only=True))


def test_of_two_cars_in_one_place_the_first_is_seen_and_lost_ones_are_left_out() -> None:
    text = "".join(picture(Ring(), 20, 10, ("0", 3, 0), ("1", 3, 0), ("2", math.nan, 0), ("3", 99, 99)))
    assert "0" in text
    assert not set("123") & set(text)


def test_ascii_needs_no_braille() -> None:
    assert all(row.isascii() for row in picture(Ring(), 20, 10, ("0", 3, 0), ascii_only=True))


def test_a_track_of_one_point_is_no_trouble() -> None:
    view = Projection.fit([(1.0, 1.0)], 10, 5)
    assert view.cell((1.0, 1.0))[0] in range(10)


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (40, 3), (5, 30)])
def test_it_fits_any_box(size: tuple[int, int]) -> None:
    rows = picture(Ring(), *size)
    assert len(rows) == size[1]
    assert all(len(row) == size[0] for row in rows)


async def test_the_widget_shows_and_moves_cars(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    ring = Ring()
    track_map = TrackMap()
    track_map.empty = "The track is not known yet."
    async with stage(track_map).run_here(40, 12) as pilot:
        assert lines(track_map)[0] == "The track is not known yet."
        track_map.set_track(ring.centre, ring.inner, ring.outer)
        track_map.set_cars([("7", 3, 0)])
        track_map.set_exits([(0, 3.5)])
        await pilot.pause()
        first = lines(track_map)
        assert "7" in "".join(first)
        assert "█" in "".join(first)
        background = track_map._background
        track_map.set_cars([("7", -3, 0)])
        await pilot.pause()
        assert lines(track_map) != first
        assert track_map._background is background  # the track itself is drawn once
        await pilot.resize_terminal(20, 8)
        await pilot.pause()
        assert max(map(len, lines(track_map))) <= 20
