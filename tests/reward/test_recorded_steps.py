"""The parameters computed for recorded steps, against the log's own columns and against plain geometry.

``closest_waypoints`` and ``progress`` are held against the recorded columns in ``tests/tracks/test_as_simapp.py``. What
no column tells is held here against what it implies: which wheels are on the track, where the car goes next.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from dots_tui.app.logged_steps import logged_steps
from dots_tui.reward.car import HALF_LENGTH, HALF_WIDTH, Car
from dots_tui.reward.logged import LoggedStep, states_of
from dots_tui.reward.states import CarState, SimulatedWorld, wheels
from dots_tui.tracks.geometry import Track
from tests.tracks.test_as_simapp import recorded

Rows = dict[str, tuple[SimulatedWorld, list[list[tuple[LoggedStep, CarState]]]]]
SIMAPP = (5, 0, 1)
"""All logs are of before 6.0.2 or of a track without repeated waypoints."""


@pytest.fixture(scope="module")
def logs(samples: Path) -> Rows:
    """World of each log, and its paid rows with their states, by attempt."""
    found = {}
    for path, track in recorded(samples):
        world = SimulatedWorld(track, SIMAPP)
        attempts = logged_steps([str(path)]).attempts
        rows = [list(zip([row for row in one.steps if row.paid], states_of(world, one))) for one in attempts]
        found[path.name] = (world, rows)
    assert len(found) >= 8
    return found


def beside(track: Track, x: float, y: float) -> tuple[float, float]:
    """Distance from the center line over all its pieces, and which side of the nearest one: positive is left."""
    best, side = math.inf, 0.0
    for (ax, ay), (bx, by) in zip(track.centre, track.centre[1:]):
        dx, dy = bx - ax, by - ay
        size = dx * dx + dy * dy
        if size == 0.0:
            continue
        share = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / size))
        distance = math.dist((x, y), (ax + share * dx, ay + share * dy))
        if distance < best:
            best, side = distance, dx * (y - ay) - dy * (x - ax)
    return best, side


def test_place_is_that_of_plain_geometry(logs: Rows) -> None:
    """Distance to 1 um. The side differs only within a centimetre of the center line, where simapp compares borders."""
    for name, (world, attempts) in logs.items():
        rows = [pair for attempt in attempts for pair in attempt][::7]
        for row, state in rows:
            distance, side = beside(world.track, row.x, row.y)
            assert state.place.distance_from_center == pytest.approx(distance, abs=1e-6), name
            if distance > 0.01:
                assert state.place.is_left_of_center == (side > 0.0), (name, row)


def test_wheels_are_where_the_log_says(logs: Rows) -> None:
    """``all_wheels_on_track`` as recorded in 94 % of the rows; the others have a wheel within 13 cm of a border."""
    size = math.hypot(HALF_LENGTH, HALF_WIDTH)
    for name, (world, attempts) in logs.items():
        same, total = 0, 0
        for row, state in (pair for attempt in attempts for pair in attempt):
            car = Car(row.x, row.y, math.radians(row.heading))
            on_track, _ = wheels(world.track, car, state.place.projection_distance, state.place.distance_from_center)
            total += 1
            same += on_track == row.on_track
            if on_track != row.on_track:
                assert abs(state.place.distance_from_center - state.place.track_width / 2.0) <= size + 0.13, name
        assert same >= 0.93 * total, name


def test_an_episode_that_ends_off_the_track_is_off_the_track(
    logs: Rows,
) -> None:
    ended = [
        state.off_track
        for _, attempts in logs.values()
        for attempt in attempts
        for row, state in attempt
        if row.status == "off_track"
    ]
    assert len(ended) > 100
    assert sum(ended) >= 0.9 * len(ended)


def test_the_heading_is_where_the_car_goes(
    logs: Rows,
) -> None:
    """To within 12 degrees in half of the rows and 25 in nine of ten: a car turns and slides between two rows."""
    for name, (_, attempts) in logs.items():
        turned = []
        for attempt in attempts:
            for (before, _), (row, state) in zip(attempt, attempt[1:]):
                assert (state.heading, state.speed, state.steering) == (row.heading, row.speed, row.steering)
                if math.dist((before.x, before.y), (row.x, row.y)) > 0.05:
                    course = math.degrees(math.atan2(row.y - before.y, row.x - before.x))
                    turned.append(abs(math.remainder(course - state.heading, 360.0)))
        turned.sort()
        assert turned[len(turned) // 2] < 12.0, name
        assert turned[int(len(turned) * 0.9)] < 25.0, name
