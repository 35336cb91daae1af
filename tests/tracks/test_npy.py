"""Route files are read as numpy reads them; what cannot be read says why."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dots_tui.tracks.builtin import builtin_tracks
from dots_tui.tracks.npy import MAX_BYTES, RouteProblem, read_route, track_of
from tests.tracks.routes import npy, rows_of

ROWS = rows_of(builtin_tracks()["kidney"])


@pytest.mark.parametrize(("header", "version"), [(128, (1, 0)), (80, (1, 0)), (256, (1, 0)), (128, (2, 0))])
def test_the_numbers_begin_where_the_header_says(header: int, version: tuple[int, int]) -> None:
    track = track_of(npy(ROWS, header=header, version=version), "kidney", "file")
    assert rows_of(track) == ROWS
    assert (track.name, track.source, track.closed) == ("kidney", "file", True)
    assert track.length_m == pytest.approx(20.0)


def test_an_open_route_stays_open() -> None:
    line = [(float(x), 0.0, float(x), 0.3, float(x), -0.3) for x in range(5)]
    track = track_of(npy(line), "line", "file")
    assert (track.closed, track.direction, track.length_m) == (False, "open", 4.0)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "no .npy file"),
        (b"<!DOCTYPE html>", "no .npy file"),
        (b"\x93NUMPY\x01\x00", "ends before its header"),
        (npy(ROWS)[:60], "ends inside its header"),
        (npy(ROWS)[:-1], "is cut short: 6559 bytes, 6560 are needed for 134 rows"),
        (npy(ROWS) + b"\0", "more in it than its header says"),
        (npy(ROWS, descr="<f4"), "holds '<f4'"),
        (npy(ROWS, descr=">f8"), "holds '>f8'"),
        (npy(ROWS, descr=[("x", "<f8")]), "holds"),
        (npy(ROWS, fortran_order=True), "Fortran order"),
        (npy(ROWS, shape=(134,)), r"shape \(134,\)"),
        (npy(ROWS, shape=(268, 3)), "shape"),
        (npy(ROWS, shape=(-1, 6)), "shape"),
        (npy(ROWS, shape=(True, 6)), "shape"),
        (npy(ROWS, shape=(10**30, 6)), "more rows than a route can have"),
        (npy(ROWS[:1]), "at least 2 rows"),
        (npy([*ROWS[:5], (math.nan,) * 6]), "not a finite number"),
        (npy([(1.0,) * 6] * 3), "the same point"),
        (npy(ROWS)[:6] + b"\x03\x00" + npy(ROWS)[8:], "version 3.0"),
        (npy(ROWS).replace(b"descr", b"dscr'"), "header"),
        (npy(ROWS).replace(b"'descr'", b"((((((("), "no dictionary"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b" " * 100, "header of 2,147,483,647 bytes"),
        (b"\x93NUMPY" * MAX_BYTES, "too large"),
        (npy([[1e9 * value for value in row] for row in ROWS]), "beyond 100,000 m"),
    ],
)
def test_what_is_no_route_says_which_file_and_why(data: bytes, what: str) -> None:
    with pytest.raises(RouteProblem, match=what) as told:
        track_of(data, "mine", "file", "/tracks/mine.npy")
    assert "/tracks/mine.npy" in str(told.value)


@given(data=st.binary(max_size=200), cut=st.integers(0, 200))
def test_any_bytes_are_a_route_or_a_problem(data: bytes, cut: int) -> None:
    for one in (data, npy(ROWS)[:10] + data, npy(ROWS)[:cut] + data):
        with pytest.raises(RouteProblem):
            track_of(one, "any", "file")


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "folder.npy").mkdir()
    with pytest.raises(RouteProblem, match=r"folder\.npy is not a regular file"):
        read_route(tmp_path / "folder.npy")
    with pytest.raises(FileNotFoundError):
        read_route(tmp_path / "none.npy")


def test_published_routes_have_the_measured_size(samples: Path) -> None:
    """Lengths and widths to the millimetre the table has, that is within half of one."""
    with (samples / "tracks.csv").open(newline="", encoding="utf-8") as stream:
        table = {row["world_name"]: row for row in csv.DictReader(stream)}
    found = sorted((samples / "tracks").glob("*.npy"))
    assert found
    for path in found:
        track, row = track_of(read_route(path), path.stem, "file"), table[path.stem]
        measured = (track.length_m, track.width_m, min(track.widths), max(track.widths), *track.centre[0])
        columns = ("length_m", "width_mean_m", "width_min_m", "width_max_m", "start_x", "start_y")
        assert measured == pytest.approx([float(row[column]) for column in columns], abs=0.00051), path.stem
        assert (len(track.centre), track.direction) == (int(row["waypoints"]), row["direction"]), path.stem
        assert track.closed == (row["closed_loop"] == "true"), path.stem
        inner = track.centre[:-1] if track.closed else track.centre
        repeated = sum(a == b for a, b in zip(inner, inner[1:]))
        assert repeated == int(row["duplicate_consecutive_points"]), path.stem
