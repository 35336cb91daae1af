"""The place of a car as simapp computes it: on small tracks by hand, on real ones against recorded logs."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from dots_tui.tracks.as_simapp import nearest_on, place, progress, without_repeats
from dots_tui.tracks.geometry import Track
from dots_tui.tracks.npy import read_route, track_of


def square(*, repeated: bool = False) -> Track:
    """Four metres a side, counter-clockwise, one metre wide; with a corner twice."""
    centre = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)]
    towards = [(1, 1), (-1, 1), (-1, -1), (1, -1), (1, 1)]
    if repeated:
        centre.insert(2, centre[1])
        towards.insert(2, towards[1])
    return Track.from_rows(
        "square",
        [(x, y, x + 0.5 * dx, y + 0.5 * dy, x - 0.5 * dx, y - 0.5 * dy) for (x, y), (dx, dy) in zip(centre, towards)],
    )


def test_what_a_reward_function_is_told() -> None:
    here = place(square(), 3.0, 0.25)
    assert (here.closest_waypoints, here.closest_waypoint) == ((0, 1), 1)
    assert (here.distance_from_center, here.projection_distance, here.track_width) == (0.25, 3.0, 1.0)
    assert here.is_left_of_center
    assert not place(square(), 3.0, -0.25).is_left_of_center


def test_driven_the_other_way_left_is_right() -> None:
    back = square().reversed()
    assert not place(back, 3.0, 0.25).is_left_of_center
    assert place(back, 3.0, -0.25).is_left_of_center
    assert place(back, 3.0, 0.25).closest_waypoints == (3, 4)
    assert place(back, 3.0, 0.25).projection_distance == 13.0


def test_repeated_waypoints_are_passed_or_left_out() -> None:
    old = square(repeated=True)
    assert place(old, 4.0, 1.0).closest_waypoints == (2, 3)
    new = without_repeats(old)
    assert place(new, 4.0, 1.0).closest_waypoints == (1, 2)
    assert new == square()
    assert without_repeats(new) is new


def test_progress_counts_from_the_start_of_the_episode() -> None:
    loop = square()

    def at(x: float, y: float, before: float) -> float:
        return progress(loop, loop.locate(x, y), 4.0, before)

    assert at(4.0, 0.8, 0.0) == pytest.approx(5.0)
    assert at(0.0, 3.2, 45.0) == pytest.approx(55.0)
    assert at(0.8, 0.0, 75.0) == pytest.approx(80.0)  # over waypoint 0
    assert at(3.2, 0.0, 0.0) == pytest.approx(-5.0)  # backwards over the start
    assert at(4.0, 0.2, 98.0) == 100.0  # forwards over it: the lap is complete


def test_the_nearest_point_of_a_line() -> None:
    assert nearest_on([(0.0, 0.0), (2.0, 0.0), (2.0, 0.0), (2.0, 2.0)], (1.0, 1.0)) == (1.0, 0.0)
    assert nearest_on([(0.0, 0.0), (1.0, 0.0)], (5.0, 5.0)) == (1.0, 0.0)


def recorded(samples: Path) -> list[tuple[Path, Track]]:
    """The recorded logs of which the route is there as well."""
    found = []
    for path in sorted((samples / "logs").rglob("*.log")):
        head = path.read_text(encoding="utf-8", errors="replace")
        world = re.search(r"WORLD_NAME'?[:=] ?'?(\w+)", head)
        route = samples / "tracks" / f"{world.group(1)}.npy" if world else None
        if route is not None and route.is_file() and "SIM_TRACE_LOG" in head:
            found.append((path, track_of(read_route(route), route.stem, "file")))
    return found


def episodes(path: Path) -> dict[str, list[list[str]]]:
    """The columns of the trace rows of a log, by episode, without those before the car drives and while it waits."""
    found: dict[str, list[list[str]]] = {}
    for line in re.findall(r"SIM_TRACE_LOG:([^\n]+)", path.read_text(encoding="utf-8", errors="replace")):
        row = line.split(",")
        if row[15] not in ("prepare", "pause"):
            found.setdefault(row[0], []).append(row)
    return found


def test_recorded_rows_come_out_as_simapp_wrote_them(samples: Path) -> None:
    """X and Y are rounded to 0.1 mm: a car between two waypoints or in the middle of a bend may tip the other way.

    So of a thousand rows one may differ: by one waypoint, and by more than 0.002 % of a lap.
    """
    logs = recorded(samples)
    assert len(logs) >= 8
    for path, track in logs:
        shifts: Counter[int] = Counter()
        errors: list[float] = []
        for rows in episodes(path).values():
            start, before = None, 0.0
            for row in rows:
                x, y, said = float(row[2]), float(row[3]), float(row[11])
                position = track.locate(x, y)
                shifts[int(row[12]) - position.index] += 1
                if start is None:  # the trace does not tell where an episode began: the first row has to
                    start = (position.distance_m - said / 100.0 * track.length_m) % track.length_m
                else:
                    errors.append(abs(progress(track, position, start, before) - said))
                before = said if said < 100.0 else 0.0
                assert math.isclose(float(row[13]), track.length_m, abs_tol=0.006), path.name
        total = sum(shifts.values())
        assert total > 100, path.name
        assert set(shifts) <= {-1, 0, 1}, path.name
        assert total - shifts[0] <= total / 1000, path.name
        assert sum(error > 0.002 for error in errors) <= total / 1000, path.name


def test_a_track_smaller_than_a_repetition_stays_as_it_is() -> None:
    tiny = Track.from_rows("tiny", [(1e-30 * row, 0.0, 0.0, 1.0, 0.0, -1.0) for row in range(5)])
    assert without_repeats(tiny) is tiny
