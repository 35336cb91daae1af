"""What simapp computes of a car's place on the track, for whoever shows or rehearses what a reward function is given.

From simapp's ``agent_ctrl/utils.py`` and ``track_geom/track_data.py`` (5.x and 6.x alike, but for repeated waypoints).
Reversed driving (``DR_TRAIN_REVERSE_DIRECTION``) is ``track.reversed()``: simapp reads the rows backwards, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.tracks.geometry import CLOCKWISE, Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.tracks.geometry import Point, Position

REPEATED_M = 1e-9
"""Waypoints not farther apart than this are one to simapp 6.0.2 and newer."""
_JUMP = 50.0
"""A step of more than so many percent is no drive but a pass over the start."""


@dataclass(frozen=True)
class Place:
    """Where a car is, under the names of the reward function's ``params``. Lengths in metres."""

    closest_waypoints: tuple[int, int]
    """The waypoint behind and the one ahead."""
    closest_waypoint: int
    """The nearer of the two: the column of SIM_TRACE_LOG."""
    distance_from_center: float
    is_left_of_center: bool
    projection_distance: float
    """Along the centre line from waypoint 0."""
    track_width: float
    """Between the borders where the car is."""


def place(track: Track, x: float, y: float, hint: int | None = None) -> Place:
    """What a reward function is told of a car at x, y. *hint* is as in ``Track.locate``."""
    position = track.locate(x, y, hint)
    centre = track.point_at(position.distance_m)
    inner, outer = nearest_on(track.inner, centre), nearest_on(track.outer, centre)
    inside = math.dist((x, y), inner) < math.dist((x, y), outer)
    return Place(
        closest_waypoints=position.neighbours,
        closest_waypoint=position.index,
        distance_from_center=abs(position.offset_m),
        # The inner border is on the left of who drives counter-clockwise; of an open track simapp thinks it is.
        is_left_of_center=inside != (track.direction == CLOCKWISE),
        projection_distance=position.distance_m,
        track_width=math.dist(inner, outer),
    )


def progress(track: Track, position: Position, start_m: float, before: float) -> float:
    """Percent of a lap since the episode's start, at most 100; negative behind the start.

    *start_m* is where on the centre line the episode began, *before* the progress of the step before (0.0 at first).
    """
    percent = 100.0 * (position.distance_m - start_m) / track.length_m
    if percent <= 0.0:
        percent += 100.0
    if before > percent + _JUMP:
        percent += 100.0
    if percent > before + _JUMP:
        percent -= 100.0
    return min(percent, 100.0)


def without_repeats(track: Track) -> Track:
    """The track as simapp 6.0.2 and newer number its waypoints: a centre point that is repeated is left out.

    The last row of a loop, which repeats the first, stays.
    """
    last = len(track.centre) - 1
    kept = [
        row
        for row, point in enumerate(track.centre)
        if row == 0 or (track.closed and row == last) or math.dist(point, track.centre[row - 1]) > REPEATED_M
    ]
    if len(kept) == len(track.centre):
        return track
    centre, inner, outer = (tuple(line[row] for row in kept) for line in (track.centre, track.inner, track.outer))
    return Track(track.name, centre, inner, outer, track.source)


def nearest_on(line: Sequence[Point], point: Point) -> Point:
    """The point of a line of points that is nearest to *point*."""
    px, py = point
    best, found = math.inf, line[0]
    for (ax, ay), (bx, by) in zip(line, line[1:]):
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        share = min(max(((px - ax) * dx + (py - ay) * dy) / square, 0.0), 1.0) if square > 0.0 else 0.0
        x, y = ax + share * dx, ay + share * dy
        distance = (px - x) ** 2 + (py - y) ** 2
        if distance < best:
            best, found = distance, (x, y)
    return found
