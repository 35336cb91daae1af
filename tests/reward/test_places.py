"""Places are those of tracks.as_simapp, found with less work."""

from __future__ import annotations

from random import Random

import pytest

from dots_tui.reward.places import Places
from dots_tui.tracks.as_simapp import place
from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.geometry import Track

TRACKS = [*builtin_tracks().values(), builtin_tracks()["clover"].reversed(), track_for("Straight_track")]


@pytest.mark.parametrize("track", TRACKS, ids=lambda track: f"{track.name}-{track.direction}")
def test_a_place_is_that_of_simapp_on_the_road_beside_it_and_far_off(track: Track) -> None:
    random = Random(5)
    places = Places(track)
    for _ in range(300):
        along = random.random() * track.length_m
        aside = random.choice([0.0, random.uniform(-0.5, 0.5), random.uniform(-1.0, 1.0), random.uniform(-8.0, 8.0)])
        x, y = track.point_at(along, aside)
        assert places.at(x, y) == place(track, x, y)


def test_a_hint_is_used_as_the_track_uses_it() -> None:
    track = builtin_tracks()["serpent"]
    places = Places(track)
    x, y = track.point_at(7.3, -0.3)
    hint = track.locate(x, y).index - 1
    assert places.at(x, y, hint) == place(track, x, y, hint)
