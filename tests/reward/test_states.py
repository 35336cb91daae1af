"""What a function is told of a car agrees with itself and with simapp's rules."""

from __future__ import annotations

import math

import pytest

from dots_tui.reward.states import SimulatedWorld, car_at
from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.geometry import Track

KIDNEY = builtin_tracks()["kidney"]


@pytest.mark.parametrize(
    ("share", "turned", "on_track", "off_track"),
    [(0.0, 0.0, True, False), (0.95, 0.0, False, False), (-0.95, 0.0, False, False), (1.4, 0.0, False, True)],
)
def test_wheels_and_borders(share: float, turned: float, on_track: bool, off_track: bool) -> None:
    world = SimulatedWorld(KIDNEY)
    car = car_at(KIDNEY, 4.0, share * KIDNEY.width_at(4.0) / 2.0, turned)
    params = world.params(world.state(car, 1.0, 0.0, 2, 0.0))
    assert (params["all_wheels_on_track"], params["is_offtrack"]) == (on_track, off_track)
    if share:
        assert params["is_left_of_center"] == (share > 0)
    assert params["distance_from_center"] == pytest.approx(abs(share) * KIDNEY.width_at(4.0) / 2.0, abs=0.02)


def test_heading_and_waypoints_go_along_the_track() -> None:
    world = SimulatedWorld(KIDNEY)
    params = world.params(world.state(car_at(KIDNEY, 6.0, 0.0, 90.0), 1.0, 0.0, 2, 0.0))
    behind, ahead = params["closest_waypoints"]
    (ax, ay), (bx, by) = params["waypoints"][behind], params["waypoints"][ahead]
    along = math.degrees(math.atan2(by - ay, bx - ax))
    assert math.remainder(params["heading"] - along - 90.0, 360.0) == pytest.approx(0.0, abs=1e-6)
    assert -180.0 <= params["heading"] <= 180.0
    assert params["projection_distance"] == pytest.approx(6.0)


def test_a_track_driven_against_its_direction_says_so_and_has_its_rows_backwards() -> None:
    world = SimulatedWorld(KIDNEY, against=True)
    params = world.params(world.state(car_at(world.track, 1.0, 0.2, 0.0), 1.0, 0.0, 2, 0.0))
    assert params["is_reversed"] is True
    assert params["waypoints"] == list(KIDNEY.centre[::-1])
    assert params["is_left_of_center"] is True


def test_repeated_waypoints_are_dropped_from_6_0_2_on() -> None:
    centre, inner, outer = ([*line[:10], line[9], *line[10:]] for line in (KIDNEY.centre, KIDNEY.inner, KIDNEY.outer))
    track = Track("twice", tuple(centre), tuple(inner), tuple(outer))
    rows = len(track.centre)
    assert len(SimulatedWorld(track, (6, 0, 2)).track.centre) == rows - 1
    assert len(SimulatedWorld(track).track.centre) == rows - 1
    assert len(SimulatedWorld(track, (6, 0, 1)).track.centre) == rows
    assert len(SimulatedWorld(track, (5, 3, 3)).track.centre) == rows


def test_each_call_gets_a_dictionary_of_its_own() -> None:
    world = SimulatedWorld(track_for("Straight_track"))
    state = world.state(car_at(world.track, 1.0, 0.0, 0.0), 1.0, 0.0, 2, 0.0)
    spoiled = world.params(state)
    spoiled["waypoints"].clear()
    spoiled.clear()
    assert len(world.params(state)["waypoints"]) == len(world.track.centre)
