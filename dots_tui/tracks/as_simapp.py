"""The position of a car on the track as simapp computes it, to show or rehearse the input of a reward function.

From simapp's `agent_ctrl/utils.py` and `track_geom/track_data.py` (5.x and 6.x alike, except for
repeated waypoints). Reversed driving (`DR_TRAIN_REVERSE_DIRECTION`) is `track.reversed()`: simapp
also reads the rows backwards.
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
"""Waypoints closer together than this are one waypoint in simapp 6.0.2 and newer."""
_JUMP = 50.0
"""A step of more than this many percent is a pass over the start line, not driving."""


@dataclass(frozen=True)
class Place:
    """The position of a car, under the names of the reward function's `params`. Lengths in meters."""

    closest_waypoints: tuple[int, int]
    """The waypoints behind and ahead of the car."""
    closest_waypoint: int
    """The nearer of the two: the column of SIM_TRACE_LOG."""
    distance_from_center: float
    is_left_of_center: bool
    projection_distance: float
    """Distance along the center line from waypoint 0."""
    track_width: float
    """Distance between the borders at the position of the car."""


def place(track: Track, x: float, y: float, hint: int | None = None) -> Place:
    """Return the place of a car at x, y for a reward function. `hint` is as in `Track.locate`."""
    position = track.locate(x, y, hint)
    centre = track.point_at(position.distance_m)
    inner, outer = nearest_on(track.inner, centre), nearest_on(track.outer, centre)
    inside = math.dist((x, y), inner) < math.dist((x, y), outer)
    return Place(
        closest_waypoints=position.neighbours,
        closest_waypoint=position.index,
        distance_from_center=abs(position.offset_m),
        # The inner border is on the left in counter-clockwise driving; simapp assumes the same for
        # an open track.
        is_left_of_center=inside != (track.direction == CLOCKWISE),
        projection_distance=position.distance_m,
        track_width=math.dist(inner, outer),
    )


def progress(track: Track, position: Position, start_m: float, before: float) -> float:
    """Return the percent of a lap since the episode's start, at most 100; negative behind the start.

    `start_m` is the start of the episode along the center line, `before` the progress of the
    previous step (0.0 at first).
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
    """Return the track with the waypoint numbers of simapp 6.0.2 and newer, without repeated center points.

    The last row of a loop, which repeats the first, stays.
    """
    last = len(track.centre) - 1
    kept = [
        row
        for row, point in enumerate(track.centre)
        if row == 0 or (track.closed and row == last) or math.dist(point, track.centre[row - 1]) > REPEATED_M
    ]
    if len(kept) in (1, len(track.centre)):
        return track
    centre, inner, outer = (tuple(line[row] for row in kept) for line in (track.centre, track.inner, track.outer))
    return Track(track.name, centre, inner, outer, track.source)


def nearest_on(line: Sequence[Point], point: Point) -> Point:
    """Return the point of a line of points that is nearest to `point`."""
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
