"""The formula-made tracks: of the promised size, drivable, and honest about what they are."""

from __future__ import annotations

import math

import pytest

from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.catalogue import TRACKS


def bends(name: str) -> list[float]:
    """Signed curvature (1/m, + = left) at every waypoint of a loop."""
    centre = track_for(name).centre[:-1]
    found = []
    for index, (bx, by) in enumerate(centre):
        (ax, ay), (cx, cy) = centre[index - 1], centre[(index + 1) % len(centre)]
        turn = math.remainder(math.atan2(cy - by, cx - bx) - math.atan2(by - ay, bx - ax), 2 * math.pi)
        found.append(turn / math.dist((bx, by), (cx, cy)))
    return found


@pytest.mark.parametrize("name", sorted(builtin_tracks()))
def test_built_in_tracks_are_loops_of_common_size(name: str) -> None:
    track = builtin_tracks()[name]
    assert track.closed
    assert track.source == "formula"
    assert 17 <= track.length_m <= 25
    assert track.width_m == pytest.approx(1.067, abs=1e-6)
    assert 120 <= len(track.centre) <= 170
    spacing = [b - a for a, b in zip(track.distances, track.distances[1:])]
    assert max(spacing) < 1.1 * min(spacing)


def test_the_kidney_bends_both_ways_and_the_oval_only_left() -> None:
    assert min(bends("kidney")) < -0.5 < 0.5 < max(bends("kidney"))
    assert min(bends("oval")) > -1e-3


@pytest.mark.parametrize("name", sorted(TRACKS))
def test_a_world_gets_a_track_of_its_size(name: str) -> None:
    track, info = track_for(name), TRACKS[name]
    assert (track.name, track.source) == (name, "formula")
    assert track.length_m == pytest.approx(info.length_m, abs=1e-6)
    assert track.width_m == pytest.approx(info.width_m, abs=1e-6)
    assert track.direction == info.direction
    if track.closed:
        # The inner border must not run backwards in the tightest bend: a car could not be on the road there.
        assert max(map(abs, bends(name))) < 1.0 / (info.width_m / 2)


def test_the_inner_border_is_inside() -> None:
    for name in ("reInvent2019_track", "Albert"):
        track = track_for(name)
        inner = sum(math.dist(a, b) for a, b in zip(track.inner, track.inner[1:]))
        outer = sum(math.dist(a, b) for a, b in zip(track.outer, track.outer[1:]))
        assert inner < outer


def test_an_unknown_world_still_gets_something_to_drive_on() -> None:
    track = track_for("no_such_world")
    assert (track.name, track.source) == ("no_such_world", "formula")
    assert track.length_m == pytest.approx(20.0)
