"""The line the cars drove comes of a few of their rows and stays small."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from dots_tui.app.recording import recorded_run
from dots_tui.tracks.npy import read_route, track_of
from dots_tui.training import records as r
from dots_tui.training.driven_line import EVERY, Driven
from dots_tui.training.rows import Rows


def rows(places: list[tuple[int, float, float]], status: str = "in_progress") -> Rows:
    return Rows.of(
        [
            r.Step(0, number, x, y, 0.0, 0.0, 1.0, 1.0, False, True, 1.0, waypoint, 20.0, 0.1, status, None)
            for number, (waypoint, x, y) in enumerate(places, start=1)
        ]
    )


def test_one_row_in_so_many_is_looked_at_however_they_come() -> None:
    places = [(number, float(number), 0.0) for number in range(4 * EVERY)]
    whole, pieces = Driven(), Driven()
    whole.rows("one", "w", rows(places))
    for start in range(0, len(places), 7):
        pieces.rows("one", "w", rows(places[start : start + 7]))
    assert (
        whole.lines() == pieces.lines() == {"w": tuple((float(number), 0.0) for number in range(0, 4 * EVERY, EVERY))}
    )


def test_a_place_is_the_mean_of_what_was_driven_there() -> None:
    driven = Driven()
    for y in (0.0, 1.0, 0.5):
        driven.rows(f"worker {y}", None, rows([(7, 2.0, y)]))
    assert driven.lines() == {"": ((2.0, 0.5),)}


def test_each_track_has_its_own_line() -> None:
    driven = Driven()
    driven.rows("one", "a", rows([(1, 1.0, 1.0)]))
    driven.rows("two", "b", rows([(1, 5.0, 5.0)]))
    assert driven.lines() == {"a": ((1.0, 1.0),), "b": ((5.0, 5.0),)}


@pytest.mark.parametrize("place", [(-1, 1.0, 1.0), (3, math.nan, 1.0), (3, 1.0, math.inf)])
def test_what_is_no_place_is_left_out(place: tuple[int, float, float]) -> None:
    driven = Driven()
    driven.rows("one", "a", rows([place]))
    driven.rows("two", "a", rows([(3, 9.0, 9.0)], status="prepare"))
    assert all(not line for line in driven.lines().values())


def test_it_stays_small() -> None:
    driven = Driven()
    for number in range(30):
        driven.rows(f"worker {number}", f"world {number}", rows([(1, 1.0, 1.0)]))
    assert len(driven.lines()) == 20


def test_the_line_of_a_recorded_run_lies_on_its_track(samples: Path) -> None:
    logs = sorted((samples / "logs" / "drfc-swarm-4workers").glob("*.log"))
    line = recorded_run([str(log) for log in logs]).run.driven["FS_June2020"]
    track = track_of(read_route(samples / "tracks" / "FS_June2020.npy"), "FS_June2020", "test")
    assert len(line) > 50
    assert all(abs(track.locate(x, y).offset_m) < track.width_m for x, y in line)
