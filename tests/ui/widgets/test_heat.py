"""Values on a drawn road: every pixel shows its part of the track, and the scale tells little from much."""

from __future__ import annotations

import pytest

from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.ui.widgets.heat import Road, RoadPart, Scale, filled

KIDNEY = builtin_tracks()["kidney"]
OFFSETS = (1.25, 0.8, 0.4, 0.0, -0.4, -0.8, -1.25)
POSITIONS = 128


@pytest.mark.parametrize("size", [(120, 40), (60, 20), (30, 10)])
@pytest.mark.parametrize("track", [KIDNEY, KIDNEY.reversed(), track_for("Straight_track")], ids=["ccw", "cw", "open"])
def test_each_pixel_shows_the_part_of_the_road_it_lies_on(track: object, size: tuple[int, int]) -> None:
    road = Road.fit(track, POSITIONS, OFFSETS, *size)  # type: ignore[arg-type]
    assert len({part.position for part in road.parts.values()}) >= min(POSITIONS, size[0]) * 0.9
    pixel_m = 2.0 / road.view.scale
    for (column, row), part in road.parts.items():
        assert 0 <= column < size[0]
        assert 0 <= row < 2 * size[1]
        x = road.view.west + (2.0 * column + 0.5 - road.view.left) / road.view.scale
        y = road.view.north - (2.0 * row + 0.5 - road.view.top) / road.view.scale
        place = track.locate(x, y)  # type: ignore[attr-defined]
        half = track.width_at(place.distance_m) / 2.0  # type: ignore[attr-defined]
        assert abs(place.offset_m - OFFSETS[part.offset] * half) < 0.35 * half + 2.0 * pixel_m


def test_left_of_the_road_is_left_whichever_way_it_is_driven() -> None:
    for track in (KIDNEY, KIDNEY.reversed()):
        road = Road.fit(track, POSITIONS, OFFSETS, 120, 40)
        x, y = track.point_at(0.01, 0.3 * track.width_at(0.0))
        column, row = road.cell((x, y))
        assert {road.parts[column, 2 * row].offset, road.parts[column, 2 * row + 1].offset} <= {1, 2}


def test_beside_the_road_is_shown_only_where_there_is_room() -> None:
    large, small = (Road.fit(KIDNEY, POSITIONS, OFFSETS, *size) for size in ((150, 50), (40, 12)))
    assert {part.offset for part in large.parts.values()} == set(range(7))
    assert {part.offset for part in small.parts.values()} <= {1, 2, 3, 4, 5}


def test_a_cell_is_where_its_point_is() -> None:
    road = Road.fit(KIDNEY, POSITIONS, OFFSETS, 80, 24)
    for cell in ((0, 0), (10, 5), (79, 23)):
        assert road.cell(road.point(*cell)) == cell


def test_any_box_will_do() -> None:
    for size in ((1, 1), (3, 2), (200, 1), (2, 60)):
        assert all(isinstance(part, RoadPart) for part in Road.fit(KIDNEY, POSITIONS, OFFSETS, *size).parts.values())


def test_the_scale_goes_from_dark_to_light_and_from_few_to_many_dots() -> None:
    scale = Scale.of([[0.0, None], [4.0, 2.0]])
    assert (scale.low, scale.high) == (0.0, 4.0)
    light = [sum(scale.colour(value)) for value in (0.0, 1.0, 2.0, 3.0, 4.0)]
    assert light == sorted(light)
    assert len(set(light)) == 5
    assert [scale.sign(value, plain=False) for value in (0.0, 1.0, 2.0, 3.9)] == list("░▒▓█")
    assert [scale.sign(value, plain=True) for value in (0.0, 1.0, 2.0, 4.0)] == list(".:%#")
    flat = Scale.of([[3.0, 3.0]])
    assert flat.share(3.0) == 0.5


def test_differences_have_no_change_in_the_middle_and_signs_without_colour() -> None:
    scale = Scale.of_differences([[-1.0, 4.0]])
    assert (scale.low, scale.high) == (-4.0, 4.0)
    assert [scale.sign(value, plain=False) for value in (-4.0, -1.0, 0.0, 1.0, 4.0)] == list("▼-·+▲")
    assert [scale.sign(value, plain=True) for value in (-4.0, -1.0, 0.0, 1.0, 4.0)] == list("=-.+#")
    assert Scale.of_differences([[0.0]]).sign(0.0, plain=False) == "·"


def test_positions_not_known_yet_are_as_the_nearest_that_is() -> None:
    rows = filled({0: [1.0], 8: [2.0]}, 12, 1)
    assert [row[0] for row in rows] == [1.0] * 4 + [2.0] * 8
    assert filled({}, 2, 3) == [[None] * 3] * 2
