"""A route is taken for a track only when it has its size, and for the published one only when it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.catalogue import TRACKS
from dots_tui.tracks.checksums import SHA256
from dots_tui.tracks.npy import RouteProblem
from dots_tui.tracks.verify import differences, verified
from tests.tracks.routes import npy, rows_of

OVAL = rows_of(track_for("Oval_track"))
"""Of the catalogue's size, but a formula."""


def test_a_route_of_the_right_size_is_taken() -> None:
    assert verified(npy(OVAL), "Oval_track", "cache").source == "cache"


@pytest.mark.parametrize(
    ("rows", "different"),
    [
        (rows_of(track_for("Oval_track").reversed()), "direction cw instead of ccw"),
        ([tuple(1.01 * value for value in row) for row in OVAL], "length 19.746 m instead of 19.550 m, width"),
        (rows_of(builtin_tracks()["kidney"]), "134 waypoints instead of 102"),
    ],
)
def test_another_track_is_not(rows: list[tuple[float, ...]], different: str) -> None:
    with pytest.raises(RouteProblem, match=different):
        verified(npy(rows), "Oval_track", "cache")


def test_a_formula_is_never_taken_for_the_published_route() -> None:
    with pytest.raises(RouteProblem, match="checksum"):
        verified(npy(OVAL), "Oval_track", "cache", published=True)


def test_a_track_the_catalogue_does_not_have_has_nothing_to_differ_from() -> None:
    assert verified(npy(OVAL), "a_newer_track", "cache", published=True).name == "a_newer_track"


def test_there_is_a_checksum_of_every_track() -> None:
    assert list(SHA256) == list(TRACKS)
    assert all(len(bytes.fromhex(checksum)) == 32 for checksum in SHA256.values())
    assert SHA256["Monaco"] == SHA256["Monaco_building"] != SHA256["Singapore"]


def test_the_published_routes_are_what_they_are_said_to_be(samples: Path) -> None:
    found = sorted((samples / "tracks").glob("*.npy"))
    assert found
    for path in found:
        assert differences(verified(path.read_bytes(), path.stem, "cache", published=True)) == ""
