"""The racing line bends less than the middle of the road, the shortest is shorter, and both stay on it."""

from __future__ import annotations

import math

import pytest

from dots_tui.reward.lines import DrivingLine, centre_line, racing_line, shortest_line, zig_zag
from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.geometry import Track

LOOPS = [builtin_tracks()["kidney"], builtin_tracks()["serpent"].reversed()]
MARGIN = 0.15


def length(line: DrivingLine) -> float:
    track = line.track
    points = [line.point(track.length_m * i / 300) for i in range(301)]
    return sum(math.dist(a, b) for a, b in zip(points, points[1:]))


def bending(line: DrivingLine) -> float:
    """The mean square of the curvature: what costs a car its speed all along the lap."""
    spots = [line.track.length_m * i / 300 for i in range(300)]
    return sum(line.bend(spot, spot) ** 2 for spot in spots) / len(spots)


@pytest.mark.parametrize("track", LOOPS, ids=lambda track: track.name)
def test_the_racing_line_is_the_straighter_one_and_the_shortest_the_shorter(track: Track) -> None:
    middle, racing, shortest = centre_line(track), racing_line(track, MARGIN), shortest_line(track, MARGIN)
    assert bending(racing) < 0.95 * bending(middle)
    assert length(shortest) < length(racing) < length(middle)


@pytest.mark.parametrize("track", [*LOOPS, track_for("Straight_track")], ids=lambda track: track.name)
def test_lines_keep_away_from_the_borders(track: Track) -> None:
    for line in (racing_line(track, MARGIN), shortest_line(track, MARGIN)):
        for index in range(200):
            along = track.length_m * index / 200
            assert abs(line.offset(along)) <= track.width_at(along) / 2.0 - MARGIN + 0.02


def test_a_zig_zag_goes_from_side_to_side() -> None:
    track = LOOPS[0]
    line = zig_zag(track, 0.5, 2.5)
    offsets = [line.offset(track.length_m * i / 400) for i in range(400)]
    turns = sum(1 for a, b in zip(offsets, offsets[1:]) if a < 0.0 <= b)
    assert turns == pytest.approx(track.length_m / 2.5, abs=1.01)
    assert max(offsets) == pytest.approx(track.width_m / 4.0, abs=0.02)


def test_a_straight_track_does_not_bend() -> None:
    assert bending(racing_line(track_for("Straight_track"), MARGIN)) < 1e-6
