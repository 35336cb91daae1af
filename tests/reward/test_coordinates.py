"""Tables of coordinates and waypoint numbers: named when they are of another track, else left alone."""

from __future__ import annotations

import ast
from typing import Callable

import pytest

from dots_tui.reward.coordinates import place_notes, tables, waypoint_numbers
from dots_tui.reward.lines import racing_line
from dots_tui.reward.results import RehearsalNote
from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.geometry import Point, Track


def published(name: str, right: float) -> Track:
    """A track whose shape counts as its own, so many metres to the right."""
    shape = builtin_tracks()[name]
    centre, inner, outer = (tuple((x + right, y) for x, y in line) for line in (shape.centre, shape.inner, shape.outer))
    return Track(name, centre, inner, outer, source="file")


KIDNEY, CLOVER, SERPENT = published("kidney", 0.0), published("clover", 4.0), published("serpent", -3.0)
HEAD = "def reward_function(params):\n"


def line_of(track: Track, count: int = 60, first: float = 0.0, last: float = 1.0) -> list[Point]:
    line = racing_line(track, 0.05)
    spots = [track.length_m * (first + (last - first) * i / count) for i in range(count)]
    return [(round(x, 3), round(y, 3)) for x, y in map(line.point, spots)]


def rows(track: Track) -> str:
    return f"LINE = {[[x, y, 2.5, 0.07] for x, y in line_of(track)]}\n"


WRITTEN: dict[str, Callable[[Track], str]] = {
    "rows": rows,
    "numbered rows": lambda track: f"LINE = {[(i, x, y) for i, (x, y) in enumerate(line_of(track))]}\n",
    "by number": lambda track: f"LINE = {dict(enumerate(line_of(track)))}\n",
    "an array": lambda track: f"import numpy as np\nLINE = np.array({line_of(track)})\n",
    "two lists": lambda track: f"way_x = {[x for x, _ in line_of(track)]}\nway_y = {[y for _, y in line_of(track)]}\n",
    "in the function": lambda track: HEAD + f"    line = {line_of(track)}\n    return 1.0\n",
    "some bends": lambda track: f"LINE = {line_of(track, 20, 0.1, 0.3) + line_of(track, 20, 0.6, 0.8)}\n",
}


def told(source: str, track: Track, *others: Track, made_up: bool = False) -> list[RehearsalNote]:
    return list(place_notes((source + HEAD + "    return 1.0\n").encode(), track, lambda: others, made_up=made_up))


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("other", [CLOVER, SERPENT], ids=lambda track: track.name)
def test_a_table_of_another_track_is_said_by_name(written: str, other: Track) -> None:
    (note,) = told(WRITTEN[written](other), KIDNEY, KIDNEY, CLOVER, SERPENT)
    assert note.kind == "other-track"
    assert f"it belongs to {other.name}" in note.message
    assert note.line is not None


def test_a_table_of_a_track_without_a_shape_is_said_without_a_name() -> None:
    (note,) = told(rows(CLOVER), KIDNEY)
    assert "belongs to another track" in note.message


@pytest.mark.parametrize("written", WRITTEN)
def test_a_table_of_the_own_track_is_left_alone(written: str) -> None:
    assert told(WRITTEN[written](KIDNEY), KIDNEY, CLOVER, SERPENT) == []
    assert told(WRITTEN[written](KIDNEY), KIDNEY.reversed(), CLOVER) == []


def test_one_fitting_table_of_several_is_enough() -> None:
    assert told(rows(CLOVER) + rows(KIDNEY).replace("LINE", "OTHER"), KIDNEY, CLOVER) == []


@pytest.mark.parametrize(
    "source",
    [
        f"ACTIONS = {[(angle, speed) for angle in range(-30, 31, 10) for speed in (1.0, 2.0, 3.0)]}\n",
        f"SPEEDS = {[1.3 + 0.1 * (i % 17) for i in range(80)]}\nTIMES = {[0.05 + 0.01 * (i % 5) for i in range(80)]}\n",
        f"WEIGHTS = {[[i / 40, i / 40] for i in range(40)]}\n",
        f"BANDS = {[(i * 0.1, 1.0 - i * 0.05) for i in range(15)]}\n",
        f"LINE = {line_of(CLOVER, 8)}\n",
        f"NAMES = {[('a', 1.0)] * 30}\n",
        "def reward_function(:",
    ],
)
def test_other_tables_are_left_alone(source: str) -> None:
    assert told(source, KIDNEY, CLOVER, SERPENT) == []


NUMBERED = [
    "    if params['closest_waypoints'][1] in [3, 4, 5, 6]:\n        return 2.0\n",
    "    a, b = params['closest_waypoints']\n    if 20 <= b < 40:\n        return 2.0\n",
    "    near = params.get('closest_waypoints')\n    if near[0] > 90:\n        return 2.0\n",
    "    fast = set(range(10, 30))\n    a, b = params['closest_waypoints']\n    if a in fast:\n        return 2.0\n",
    "    slow = list(range(0, 9)) + [50]\n    if min(params['closest_waypoints']) in slow:\n        return 2.0\n",
]
UNNUMBERED = [
    "    x, y = params['waypoints'][params['closest_waypoints'][1]]\n    if abs(x) > 10:\n        return 0.0\n",
    "    a, b = params['closest_waypoints']\n    if b == 0 or a < 1:\n        return 2.0\n",
    "    if params['closest_waypoints'][1] >= len(params['waypoints']):\n        return 2.0\n",
    "    if params['steps'] in (100, 200):\n        return 2.0\n",
]


@pytest.mark.parametrize("source", NUMBERED)
def test_waypoint_numbers_need_the_shape_of_the_track(source: str) -> None:
    assert waypoint_numbers(ast.parse(HEAD + source)) is not None
    (note,) = place_notes((HEAD + source + "    return 1.0\n").encode(), track_for("Monaco"), tuple, made_up=True)
    assert note.kind == "needs-shape"
    assert "f in the Reward pane" in note.message
    assert list(place_notes((HEAD + source).encode(), builtin_tracks()["kidney"], tuple)) == []
    assert list(place_notes((HEAD + source).encode(), KIDNEY, tuple)) == []


@pytest.mark.parametrize("source", UNNUMBERED)
def test_functions_without_numbers_of_waypoints_are_judged_on_any_shape(source: str) -> None:
    assert waypoint_numbers(ast.parse(HEAD + source)) is None
    assert (
        list(place_notes((HEAD + source + "    return 1.0\n").encode(), track_for("Monaco"), tuple, made_up=True)) == []
    )


def test_a_table_needs_the_shape_of_the_track_as_well() -> None:
    (note,) = told(rows(CLOVER), track_for("Monaco"), CLOVER, made_up=True)
    assert note.kind == "needs-shape"
    assert "a table of coordinates" in note.message


def test_all_ways_to_write_a_table_are_found() -> None:
    for written in WRITTEN.values():
        assert tables(ast.parse(written(KIDNEY))), written(KIDNEY)[:80]
