"""The scripted drivers of a rehearsal: honest ones, and cheats that look for unintended rewards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.car import HALF_WIDTH
from dots_tui.reward.course import LAP, Course, Drive
from dots_tui.reward.lines import DrivingLine, centre_line, racing_line, shortest_line, zig_zag
from dots_tui.reward.pace import SpeedProfile

if TYPE_CHECKING:
    from dots_tui.reward.actions import ActionSpace

RACING, CENTRE, INSIDE, ZIG_ZAG = "racing line", "center line", "cutting the inside", "zig-zag"
CRAWLER, PARKED, BACKWARDS, LEAVING = "crawler", "parked", "reverse", "leaving the track"
HITTING = "hitting an object"

_MARGIN_M = HALF_WIDTH + 0.04
_MORE_ROOM_M = (0.0, 0.1, 0.2)
_SHARES = (0.7, 0.4)
"""Shares of a racing line that the actions cannot follow: lines nearer to the center line are tried too."""
_SWING, _WAVE_M = 0.55, 2.5
_RUN_UP_M, _HIT_SPEED = 1.5, 1.5


@dataclass(frozen=True)
class ScriptedDriver:
    """A driver of one episode."""

    name: str
    about: str
    honest: bool
    """True if a model should learn this."""
    drive: Callable[[Course, ActionSpace], Drive]


def _racing(course: Course, actions: ActionSpace) -> Drive:
    """Return the quickest clean lap along a racing line, never slower than the center line."""
    lines = [racing_line(course.track, _MARGIN_M + more) for more in _MORE_ROOM_M]
    lines += [lines[1].mixed(share) for share in _SHARES]
    drives = [course.fastest(actions, line) for line in lines]
    laps = [drive for drive in drives if drive.end == LAP]
    centre = _centre(course, actions)
    if centre.end == LAP:
        laps.append(centre)
    if laps:
        return min(laps, key=lambda drive: len(drive.moments))
    return max(drives, key=lambda drive: drive.moments[-1].progress)


def _centre(course: Course, actions: ActionSpace) -> Drive:
    if course.centre is None:
        course.centre = course.fastest(actions, centre_line(course.track))
    return course.centre


def _inside(course: Course, actions: ActionSpace) -> Drive:
    """Return a lap along the shortest line with the smallest margin that works: few actions steer less exactly."""
    first: Drive | None = None
    for more in _MORE_ROOM_M:
        found = course.fastest(actions, shortest_line(course.track, more), clean=False)
        if found.end == LAP:
            return found
        first = first or found
    assert first is not None
    return first


def _zig_zag(course: Course, actions: ActionSpace) -> Drive:
    return course.fastest(actions, zig_zag(course.track, _SWING, _WAVE_M), clean=False)


def _crawler(course: Course, actions: ActionSpace) -> Drive:
    line = centre_line(course.track)
    return course.following(actions, line, SpeedProfile(line, actions, top=actions.speeds[0]))


def _parked(course: Course, actions: ActionSpace) -> Drive:
    return course.stuck(actions.nearest(0.0, actions.speeds[0]))


def _backwards(course: Course, actions: ActionSpace) -> Drive:
    return course.straight_on(actions, 180.0)


def _leaving(course: Course, actions: ActionSpace) -> Drive:
    return course.straight_on(actions, 35.0)


def hitting(course: Course, actions: ActionSpace) -> Drive:
    """Return a drive into the first object of a track with traffic."""
    assert course.traffic is not None
    offset = course.traffic.first_in(_RUN_UP_M).offset
    line = DrivingLine(course.track, [offset] * len(centre_line(course.track).offsets))
    reckless = Course(course.track, course.traffic, careful=False)
    return reckless.following(actions, line, SpeedProfile(line, actions, top=_HIT_SPEED))


DRIVERS = (
    ScriptedDriver(RACING, "The quickest clean lap, with braking for each bend.", honest=True, drive=_racing),
    ScriptedDriver(CENTRE, "Along the middle, as fast as the actions allow.", honest=True, drive=_centre),
    ScriptedDriver(LEAVING, "Straight off the track.", honest=False, drive=_leaving),
    ScriptedDriver(PARKED, "Does not move; simapp ends the episode after 15 steps.", honest=False, drive=_parked),
    ScriptedDriver(
        BACKWARDS, "Turned around at the start; simapp ends the episode after 15 steps.", honest=False, drive=_backwards
    ),
    ScriptedDriver(CRAWLER, "Along the middle at the lowest speed of the actions.", honest=False, drive=_crawler),
    ScriptedDriver(ZIG_ZAG, "From side to side.", honest=False, drive=_zig_zag),
    ScriptedDriver(INSIDE, "The shortest line; wheels may leave the track.", honest=True, drive=_inside),
)
"""In the order in which they drive: those that a verdict needs most come first, for slow functions."""
