"""The track catalogue: complete, consistent, and equal to the measured table where that is at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dots_tui.tracks.catalogue import TRACKS, suggest

SAMPLE = Path(__file__).resolve().parents[2].parent / "shared" / "samples" / "tracks.csv"


def test_every_row_makes_sense() -> None:
    assert len(TRACKS) == 129
    for name, info in TRACKS.items():
        assert info.name == name
        assert info.title
        assert info.direction in ("cw", "ccw", "open")
        assert 5 < info.length_m < 120
        assert 0.5 < info.width_m < 2
        assert info.waypoints > 20


def test_a_direction_in_the_name_is_the_direction() -> None:
    for name, info in TRACKS.items():
        for direction in ("cw", "ccw"):
            if name.endswith("_" + direction):
                assert info.direction == direction


def test_it_knows_which_simapp_has_which_track() -> None:
    assert TRACKS["reInvent2019_track"].simapp6
    assert TRACKS["reInvent2019_track"].simapp5
    assert not TRACKS["2022_reinvent_champ"].simapp6
    assert TRACKS["2022_reinvent_champ"].simapp5
    assert TRACKS["Spain_track_f1"].simapp6
    assert not TRACKS["Spain_track_f1"].simapp5
    assert not TRACKS["H_track"].simapp6
    assert not TRACKS["H_track"].simapp5


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the measured track table is not beside this checkout")
def test_it_equals_the_measured_table() -> None:
    with SAMPLE.open(newline="", encoding="utf-8") as stream:
        rows = {row["world_name"]: row for row in csv.DictReader(stream)}
    assert list(rows) == list(TRACKS)
    for name, row in rows.items():
        info = TRACKS[name]
        assert info.title == (row["friendly_name"] or name)
        assert info.direction == row["direction"]
        assert info.length_m == float(row["length_m"])
        assert info.width_m == float(row["width_mean_m"])
        assert info.waypoints == int(row["waypoints"])
        assert info.simapp6 == (row["in_simapp_6_0_5"] == "true")
        assert info.simapp5 == (row["in_simapp_5_3_3"] == "true")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("reinvent2019_track", "reInvent2019_track"),
        ("reInvent2019_trak", "reInvent2019_track"),
        (" reInvent2019_track ", "reInvent2019_track"),
        ("Smile Speedway", "reInvent2019_track"),
        ("Smile Speedwy", "reInvent2019_track"),
        ("2022_april", "2022_april_open"),
        ("reinvent_base_jeremiah", "reinvent_base"),
        ("H_track", "AWS_track"),
    ],
)
def test_a_wrong_name_leads_to_the_right_one(written: str, meant: str) -> None:
    assert meant in suggest(written)


@pytest.mark.parametrize("written", ["", "   ", "zzzz", "x" * 500])
def test_nonsense_suggests_nothing(written: str) -> None:
    assert suggest(written) == []


def test_a_track_that_cannot_be_trained_is_never_suggested() -> None:
    assert "H_track" not in suggest("H_track")
