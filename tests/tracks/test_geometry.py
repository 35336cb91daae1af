"""Where a point is on a track, on loops, open tracks and tracks with repeated points."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.tracks.builtin import builtin_tracks
from dots_tui.tracks.geometry import Track

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]


def track(centre: list[tuple[float, float]], name: str = "test") -> Track:
    """A track whose borders are half a metre above and below the centre line (good enough for distances)."""
    return Track.from_rows(name, [(x, y, x, y + 0.5, x, y - 0.5) for x, y in centre])


def test_a_loop_has_the_length_of_its_centre_line_and_a_direction() -> None:
    loop = track(SQUARE)
    assert loop.closed
    assert loop.length_m == 16.0
    assert loop.direction == "ccw"
    assert loop.reversed().direction == "cw"
    assert loop.width_m == 1.0
    assert loop.distances == (0.0, 4.0, 8.0, 12.0, 16.0)


def test_left_of_the_driving_direction_is_positive() -> None:
    loop = track(SQUARE)
    inside = loop.locate(1.0, 0.25)
    assert (inside.distance_m, inside.offset_m, inside.index) == (1.0, 0.25, 0)
    assert inside.neighbours == (0, 1)
    assert loop.locate(3.0, -0.25).offset_m == -0.25
    assert loop.locate(3.0, -0.25).index == 1
    assert loop.reversed().locate(1.0, 0.25).offset_m == -0.25


def test_the_last_piece_of_a_loop_leads_to_the_first_point() -> None:
    loop = track(SQUARE)
    assert loop.locate(0.0, 1.0).distance_m == 15.0
    assert loop.point_at(-1.0) == (0.0, 1.0)
    assert loop.point_at(17.0, 0.5) == (1.0, 0.5)
    assert loop.heading_at(15.0) == -math.pi / 2
    # A hint at either end of the list finds the other end.
    assert loop.locate(0.5, 0.1, hint=4).distance_m == 0.5
    assert loop.locate(0.1, 0.5, hint=0).distance_m == 15.5


def test_an_open_track_ends_at_its_ends() -> None:
    line = track([(0.0, 0.0), (2.0, 0.0), (5.0, 0.0)])
    assert not line.closed
    assert line.direction == "open"
    assert line.point_at(9.0) == (5.0, 0.0)
    assert line.point_at(-1.0) == (0.0, 0.0)
    beyond = line.locate(6.0, 0.0, hint=2)
    assert (beyond.distance_m, beyond.offset_m, beyond.index) == (5.0, 1.0, 2)


def test_repeated_points_are_passed_over() -> None:
    doubled = track([SQUARE[0], SQUARE[1], SQUARE[1], *SQUARE[2:]])
    assert doubled.length_m == 16.0
    assert doubled.distances == (0.0, 4.0, 4.0, 8.0, 12.0, 16.0)
    for hint in (None, 1, 2):
        found = doubled.locate(4.0, 1.0, hint)
        assert (found.distance_m, found.neighbours) == (5.0, (2, 3))
    assert doubled.heading_at(4.0) == math.pi / 2
    assert doubled.width_at(4.0) == 1.0


@pytest.mark.parametrize("rows", [[], [(0.0,) * 6], [(0.0,) * 6, (0.0,) * 6]])
def test_what_is_no_track_is_refused(rows: list[tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="track nothing"):
        Track.from_rows("nothing", rows)


def test_a_coordinate_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        track([(0.0, 0.0), (math.nan, 1.0)])
    with pytest.raises(ValueError, match="six numbers"):
        Track.from_rows("short", [(0.0, 0.0), (1.0, 1.0)])


@given(
    name=st.sampled_from(sorted(builtin_tracks())),
    share=st.floats(0.0, 1.0),
    side=st.floats(-0.45, 0.45),
    off=st.integers(-3, 3),
)
def test_point_and_position_are_inverse(name: str, share: float, side: float, off: int) -> None:
    loop = builtin_tracks()[name]
    distance = share * loop.length_m * 0.9999
    x, y = loop.point_at(distance, side)
    searched = loop.locate(x, y)
    # Beside a vertex the nearest piece may be the neighbour, so up to a few centimetres differ.
    gap = abs(searched.distance_m - distance)
    assert min(gap, loop.length_m - gap) < 0.1
    assert searched.offset_m == pytest.approx(side, abs=0.02)
    hinted = loop.locate(x, y, hint=searched.index + off)
    assert abs(math.remainder(hinted.distance_m - searched.distance_m, loop.length_m)) < 1e-9
    assert hinted.offset_m == pytest.approx(searched.offset_m, abs=1e-9)


def test_a_hint_follows_the_car_where_the_track_comes_near_itself() -> None:
    # There and back again, 0.4 m apart: without a hint the other lane is nearer.
    hairpin = track([(0.0, 0.0), (5.0, 0.0), (5.0, 0.4), (0.0, 0.4), (0.0, 0.0)])
    assert hairpin.locate(2.0, 0.25).distance_m == pytest.approx(8.4)
    assert hairpin.locate(2.0, 0.19, hint=0).distance_m == pytest.approx(2.0)


def test_a_waypoint_belongs_to_what_comes_after_it() -> None:
    loop = track(SQUARE)
    outside = loop.locate(4.5, -0.5)  # nearest to the corner itself
    assert (outside.distance_m, outside.index, outside.neighbours) == (4.0, 1, (1, 2))
    assert loop.locate(4.5, -0.5, hint=1) == outside
    assert loop.locate(-0.5, -0.5).neighbours == (0, 1)
    line = track([(0.0, 0.0), (2.0, 0.0), (5.0, 0.0)])
    assert line.locate(9.0, 0.0).neighbours == (2, 0)  # as simapp has it behind the end of an open track
