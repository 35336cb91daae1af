"""Finding tracks: any part of name or title, what cannot be trained last."""

from __future__ import annotations

import pytest

from dots_tui.tracks.catalogue import TRACKS
from dots_tui.tracks.search import find_tracks, major_of, majors_with, trainable


@pytest.mark.parametrize(
    ("text", "major"),
    [("6.0.5-gpu", 6), ("5.3.3", 5), (" 6", 6), ("60.1", 60), ("", None), ("latest", None), ("v6", None)],
)
def test_the_major_version_is_the_first_number(text: str, major: int | None) -> None:
    assert major_of(text) == major


def test_every_track_is_found_by_name_title_and_parts_of_them() -> None:
    for track in TRACKS.values():
        for wanted in (track.name, track.title, track.name.upper(), track.name[2:7], f" {track.title.lower()} "):
            assert track in find_tracks(wanted)
    assert len(find_tracks("")) == len(TRACKS)
    assert [one.name for one in find_tracks("smile cw")] == ["reInvent2019_track_ccw", "reInvent2019_track_cw"]
    assert find_tracks("no such track") == []


def test_what_begins_with_the_words_comes_first() -> None:
    assert find_tracks("oval")[0].name == "Oval_track"
    assert find_tracks("roger")[0].title.startswith("Roger")


@pytest.mark.parametrize(
    ("major", "missing"),
    [
        (6, {"2022_reinvent_champ", "H_track"}),
        (5, {"Singapore_f1", "Spain_track_f1", "H_track"}),
        (None, {"H_track"}),
        (7, {"H_track"}),
    ],
)
def test_what_cannot_be_trained_is_last(major: int | None, missing: set[str]) -> None:
    found = find_tracks("", major)
    assert {track.name for track in found[-len(missing) :]} == missing
    assert {track.name for track in found if not trainable(track, major)} == missing


def test_versions_of_a_track() -> None:
    assert majors_with(TRACKS["Singapore_f1"]) == (6,)
    assert majors_with(TRACKS["H_track"]) == ()
