"""The drivers a reward function is tried on: honest ones, and those who look for what it pays by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from dots_tui.reward.car import HALF_WIDTH
from dots_tui.reward.driving import LAP, Drive, Manner, drive, fastest, parked
from dots_tui.reward.lines import centre_line, racing_line, shortest_line, zig_zag

if TYPE_CHECKING:
    from dots_tui.reward.actions import ActionSpace
    from dots_tui.reward.lines import Line
    from dots_tui.tracks.geometry import Track

RACING, CENTRE, INSIDE, ZIG_ZAG = "racing line", "centre line", "cutting the inside", "zig-zag"
CRAWLER, PARKED, BACKWARDS, LEAVING = "crawler", "parked", "reverse", "leaving the track"

_MARGIN_M = HALF_WIDTH + 0.07
_MORE_ROOM_M = (0.0, 0.1, 0.2)
_SWING, _WAVE_M = 0.55, 2.5


@dataclass(frozen=True)
class Driver:
    """Somebody who drives one episode."""

    name: str
    about: str
    honest: bool
    """Whether one would want the model to learn this."""
    drive: Callable[[Track, ActionSpace], Drive]


def _racing(track: Track, actions: ActionSpace) -> Drive:
    return _with_room(track, actions, racing_line, _MARGIN_M, clean=True)


def _centre(track: Track, actions: ActionSpace) -> Drive:
    return fastest(track, actions, centre_line(track))


def _inside(track: Track, actions: ActionSpace) -> Drive:
    return _with_room(track, actions, shortest_line, 0.0, clean=False)


def _with_room(
    track: Track, actions: ActionSpace, line: Callable[[Track, float], Line], margin_m: float, *, clean: bool
) -> Drive:
    """The line with the least room at the borders that ends in a lap: few actions steer a car less exactly."""
    first: Drive | None = None
    for more in _MORE_ROOM_M:
        found = fastest(track, actions, line(track, margin_m + more), clean=clean)
        if found.end == LAP and (found.clean or not clean):
            return found
        first = first or found
    assert first is not None
    return first


def _zig_zag(track: Track, actions: ActionSpace) -> Drive:
    return fastest(track, actions, zig_zag(track, _SWING, _WAVE_M), clean=False)


def _crawler(track: Track, actions: ActionSpace) -> Drive:
    return drive(track, actions, Manner(centre_line(track), top_speed=actions.speeds[0]))


def _parked(track: Track, actions: ActionSpace) -> Drive:
    return parked(track, actions.nearest(0.0, actions.speeds[0]))


def _backwards(track: Track, actions: ActionSpace) -> Drive:
    return drive(track, actions, Manner(None, turned=180.0))


def _leaving(track: Track, actions: ActionSpace) -> Drive:
    return drive(track, actions, Manner(None, turned=35.0))


DRIVERS = (
    Driver(RACING, "The line that bends least, as fast as the actions allow.", honest=True, drive=_racing),
    Driver(CENTRE, "Along the middle, as fast as the actions allow.", honest=True, drive=_centre),
    Driver(INSIDE, "The shortest way; wheels may leave the track.", honest=True, drive=_inside),
    Driver(ZIG_ZAG, "From side to side.", honest=False, drive=_zig_zag),
    Driver(CRAWLER, "Along the middle at the lowest speed of the actions.", honest=False, drive=_crawler),
    Driver(PARKED, "Standing at the start for 20 seconds.", honest=False, drive=_parked),
    Driver(BACKWARDS, "Turned round at the start; simapp ends that after 15 steps.", honest=False, drive=_backwards),
    Driver(LEAVING, "Straight off the track.", honest=False, drive=_leaving),
)
