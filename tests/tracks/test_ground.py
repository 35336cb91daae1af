"""What is driven on: a track's own shape, else a made-up one, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.tracks.builtin import track_for
from dots_tui.tracks.ground import USUAL, ground_for
from dots_tui.tracks.sources import TrackStore
from tests.tracks.routes import npy, rows_of


@pytest.fixture
def store(tmp_path: Path) -> TrackStore:
    return TrackStore(tmp_path)


def test_the_own_shape_goes_first_and_needs_no_words(store: TrackStore) -> None:
    store.accept("Oval_track", npy(rows_of(track_for("Oval_track"))))
    assert ground_for("Oval_track", store) == (store.known("Oval_track"), "", "", "")


def test_a_made_up_one_of_its_size_is_said_to_be_one(store: TrackStore) -> None:
    ground = ground_for("", store, "f fetches its own.")
    assert ground.track == track_for(USUAL)
    assert ground.wanted == USUAL
    assert ground.remark.startswith(f"The shape of {USUAL} is not available")
    assert ground.remark.endswith("f fetches its own.")


def test_what_is_wrong_with_a_file_of_it_comes_first(store: TrackStore) -> None:
    (store.cache / "Oval_track.npy").write_bytes(b"no route")
    assert ground_for("Oval_track", store).remark.startswith(store.problem("Oval_track"))


def test_of_no_track_a_near_one_is_offered(store: TrackStore) -> None:
    ground = ground_for("reinvent2019_track", store)
    assert ground.unknown.startswith("No track is called reinvent2019_track. Did you mean reInvent2019_track")
    assert ground.remark == f"{ground.unknown} This is a made-up one of common size."
    assert ground.wanted == ""


def test_formula_made_tracks_are_tracks(store: TrackStore) -> None:
    assert ground_for("oval", store) == (track_for("oval"), "", "", "")


def test_the_embedded_cloud_misses_nothing() -> None:
    assert ground_for("Oval_track", None) == (track_for("Oval_track"), "", "", "")
