"""Rules about what is on the track: race type, obstacles, bot cars (simapp: markov/agent_ctrl)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.facts import Facts, to_number
from dots_tui.custom_files.findings import ERROR, INFO, WARNING, Finding, shown
from dots_tui.tracks.catalogue import TRACKS

_POSITIONS = "DR_OA_OBJECT_POSITIONS"
_DISTANCE = "DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES"
_OBSTACLES = "DR_OA_NUMBER_OF_OBSTACLES"
_BOTS = "DR_H2B_NUMBER_OF_BOT_CARS"
_GROUPS = {"DR_OA_": "OBJECT_AVOIDANCE", "DR_H2B_": "HEAD_TO_BOT"}
_PERCENT_SINCE = (5, 3, 3)
_CLOSE_M = 1.0
"""Obstacles nearer to each other than this leave no room to steer between them."""


def race_type(facts: Facts) -> Iterator[Finding]:
    """Some race types are for evaluations only."""
    for file, values in facts.configurations():
        kind = values.get("DR_RACE_TYPE", "")
        if kind in ("HEAD_TO_MODEL", "F1"):
            message = f"{kind} is for evaluations, not for a training."
            fix = "Use TIME_TRIAL, OBJECT_AVOIDANCE or HEAD_TO_BOT."
            yield facts.in_file(file, "DR_RACE_TYPE", WARNING, "evaluation-race-type", message, fix)


def not_for_this_race(facts: Facts) -> Iterator[Finding]:
    """Settings of obstacles and bots that somebody changed, in a run that has neither."""
    configurations = list(facts.configurations())
    kinds = {values.get("DR_RACE_TYPE", "TIME_TRIAL") for _, values in configurations}
    if not kinds <= set(KEYS["DR_RACE_TYPE"].choices):
        return  # a finding of its own; which race is meant is not known
    for prefix, kind in _GROUPS.items():
        if kind in kinds:
            continue
        for file, values in configurations:
            changed = [key for key in values if key.startswith(prefix) and _is_changed(key, values[key])]
            # A worker has the values of the one before it; each is told of once, where it is written.
            changed = [key for key in changed if file == configurations[0][0] or facts.env[file].entry(key) is not None]
            if changed:
                message = f"{changed[0]} counts with DR_RACE_TYPE={kind} only; in this run nothing reads it."
                yield facts.in_file(file, changed[0], INFO, "not-for-this-race", message, None)


def _is_changed(key: str, value: str) -> bool:
    if key not in KEYS or not value:
        return False
    number, usual = to_number(value), to_number(KEYS[key].default)
    return number != usual if number is not None and usual is not None else value != KEYS[key].default


def something_on_the_track(facts: Facts) -> Iterator[Finding]:
    """A race with obstacles or bots that has none."""
    for file, values in facts.configurations():
        kind = values.get("DR_RACE_TYPE")
        if kind == "OBJECT_AVOIDANCE" and to_number(values.get(_OBSTACLES, "1")) == 0 and not values.get(_POSITIONS):
            message = f"{_OBSTACLES} is 0: the track stays empty, as in a time trial."
            fix = "Set it to 1 or more, or DR_RACE_TYPE=TIME_TRIAL."
            yield facts.in_file(file, _OBSTACLES, WARNING, "nothing-on-the-track", message, fix)
        if kind == "HEAD_TO_BOT" and to_number(values.get(_BOTS, "0")) == 0:
            message = f"{_BOTS} is {'0' if _BOTS in values else 'not set'}: the track stays empty, as in a time trial."
            fix = f"Set {_BOTS}=3, or DR_RACE_TYPE=TIME_TRIAL."
            yield facts.in_file(file, _BOTS, WARNING, "nothing-on-the-track", message, fix)


def lane_change_times(facts: Facts) -> Iterator[Finding]:
    """The shorter time must be the shorter one."""
    for file, values in facts.configurations():
        if values.get("DR_RACE_TYPE") != "HEAD_TO_BOT":
            continue
        lower = to_number(values.get("DR_H2B_LOWER_LANE_CHANGE_TIME", "3.0"))
        upper = to_number(values.get("DR_H2B_UPPER_LANE_CHANGE_TIME", "5.0"))
        if lower is not None and upper is not None and lower > upper:
            key = "DR_H2B_LOWER_LANE_CHANGE_TIME"
            message = f"The shortest time between lane changes ({lower:g} s) is longer than the longest ({upper:g} s)."
            yield facts.in_file(file, key, ERROR, "lane-change-times", message, "Swap the two times.")


def object_positions(facts: Facts) -> Iterator[Finding]:
    """part,lane;part,lane with a part of the lap and a lane of 1 or -1."""
    for file, values in facts.configurations():
        positions = _positions(values)
        for position in positions:
            part, _, lane = position.partition(",")
            where = to_number(part)
            if where is None or not 0 <= where <= 1 or to_number(lane) not in (1, -1):
                message = (
                    f"{shown(position)} is no position: it needs a part of the lap from 0 to 1, a comma, and 1 or -1."
                )
                fix = 'Write positions like "0.23,-1;0.46,1".'
                yield facts.in_file(file, _POSITIONS, ERROR, "object-positions", message, fix)
                break
        else:
            if positions and values.get("DR_RACE_TYPE") == "OBJECT_AVOIDANCE":
                yield from _overruled(facts, file, values, len(positions))


def _positions(values: Mapping[str, str]) -> list[str]:
    return [position for position in values.get(_POSITIONS, "").strip('"').split(";") if position]


def _overruled(facts: Facts, file: str, values: Mapping[str, str], count: int) -> Iterator[Finding]:
    """Fixed positions overrule number and chance."""
    number = to_number(values.get(_OBSTACLES, ""))
    if number is not None and number != count:
        message = f"{_POSITIONS} has {count} and overrules {_OBSTACLES}={number:g}."
        yield facts.in_file(file, _OBSTACLES, INFO, "positions-overrule", message, f"Write {_OBSTACLES}={count}")
    key = "DR_OA_RANDOMIZE_OBSTACLE_LOCATIONS"
    if values.get(key) == "True":
        message = f"{_POSITIONS} gives fixed places and overrules {key}=True: the obstacles stay where they are."
        fix = f"Set {key}=False, or leave {_POSITIONS} empty."
        yield facts.in_file(file, key, WARNING, "positions-overrule", message, fix)


def obstacle_distance(facts: Facts) -> Iterator[Finding]:
    """Percent of the track's length from simapp 5.3.3 on; the documentation still says metres."""
    if facts.simapp < _PERCENT_SINCE:
        return
    for file, values in facts.configurations():
        track = TRACKS.get(values.get("DR_WORLD_NAME", ""))
        distance = to_number(values.get(_DISTANCE, "2.0"))
        if values.get("DR_RACE_TYPE") != "OBJECT_AVOIDANCE" or track is None or _positions(values):
            continue
        if distance is None or distance < 0:
            continue
        count = to_number(values.get(_OBSTACLES, "6")) or 0
        metres = track.length_m * distance / 100
        means = f"{_DISTANCE}={distance:g} is percent of the track's length since simapp 5.3.3"
        if count * distance > 100:
            message = f"{means}; {count:g} obstacles so far from each other do not fit on {track.name}."
            fix = f"Use at most {int(100 / count)}."
            yield facts.in_file(file, _DISTANCE, WARNING, "obstacle-distance", message, fix)
        elif 0 < metres < _CLOSE_M and count > 1:
            percent = 100 * distance / track.length_m
            message = f"{means}: {metres:.2f} m on {track.name}."
            fix = f"For {distance:g} m write {_DISTANCE}={percent:.1f}"
            yield facts.in_file(file, _DISTANCE, INFO, "obstacle-distance", message, fix)


RULES = (
    race_type,
    not_for_this_race,
    something_on_the_track,
    lane_change_times,
    object_positions,
    obstacle_distance,
)
