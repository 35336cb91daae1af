"""Rules about what is on the track: race type, obstacles, bot cars (simapp: markov/agent_ctrl)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.env_file import POSITIONS_KEY, EnvEntry
from dots_tui.custom_files.facts import FileFacts, to_number
from dots_tui.custom_files.findings import Finding, kind, write_value
from dots_tui.custom_files.folder import RUN_ENV, worker_number
from dots_tui.custom_files.rules.positions import positions_problem
from dots_tui.custom_files.rules.spoilt_values import spoilt
from dots_tui.custom_files.words import unquoted
from dots_tui.problems import ERROR, INFO, WARNING, Severity
from dots_tui.tracks.catalogue import TRACKS

_POSITIONS = POSITIONS_KEY
_DISTANCE = "DR_OA_MIN_DISTANCE_BETWEEN_OBSTACLES"
_OBSTACLES = "DR_OA_NUMBER_OF_OBSTACLES"
_BOTS = "DR_H2B_NUMBER_OF_BOT_CARS"
_GROUPS = {"DR_OA_": "OBJECT_AVOIDANCE", "DR_H2B_": "HEAD_TO_BOT"}
_PERCENT_SINCE = (5, 3, 3)
_CLOSE_M = 1.0
"""Obstacles nearer to each other than this leave no room to steer between them."""


def race_type(facts: FileFacts) -> Iterator[Finding]:
    """Some race types are for evaluations only."""
    for file, values in facts.configurations():
        race = values.get("DR_RACE_TYPE", "")
        if race in ("HEAD_TO_MODEL", "F1"):
            message = f"{race} is for evaluations, not for a training."
            fix = "Use TIME_TRIAL, OBJECT_AVOIDANCE or HEAD_TO_BOT."
            yield facts.in_file(file, "DR_RACE_TYPE", WARNING, "evaluation-race-type", message, fix)


def not_for_this_race(facts: FileFacts) -> Iterator[Finding]:
    """Settings of obstacles and bots that somebody changed, in a run that has neither."""
    configurations = list(facts.configurations())
    kinds = {values.get("DR_RACE_TYPE", "TIME_TRIAL") for _, values in configurations}
    if not kinds <= set(KEYS["DR_RACE_TYPE"].choices):
        return  # a finding of its own; which race is meant is not known
    for prefix, race in _GROUPS.items():
        if race in kinds:
            continue
        for file, values in configurations:
            changed = [key for key in values if key.startswith(prefix) and _is_changed(key, values[key])]
            # A worker has the values of the one before it; each is told of once, where it is written.
            changed = [key for key in changed if file == configurations[0][0] or facts.env[file].entry(key) is not None]
            if changed:
                message = f"{changed[0]} counts with DR_RACE_TYPE={race} only; in this run nothing reads it."
                yield facts.in_file(file, changed[0], INFO, "not-for-this-race", message, None)


def _is_changed(key: str, value: str) -> bool:
    if key not in KEYS or not value:
        return False
    number, usual = to_number(value), to_number(KEYS[key].default)
    return number != usual if number is not None and usual is not None else value != KEYS[key].default


def something_on_the_track(facts: FileFacts) -> Iterator[Finding]:
    """A race with obstacles or bots that has none."""
    for file, values in facts.configurations():
        race = values.get("DR_RACE_TYPE")
        if race == "OBJECT_AVOIDANCE" and to_number(values.get(_OBSTACLES, "1")) == 0 and not values.get(_POSITIONS):
            message = f"{_OBSTACLES} is 0: the track stays empty, as in a time trial."
            fix = "Set it to 1 or more, or DR_RACE_TYPE=TIME_TRIAL."
            yield facts.in_file(file, _OBSTACLES, WARNING, "nothing-on-the-track", message, fix)
        if race == "HEAD_TO_BOT" and to_number(values.get(_BOTS, "0")) == 0:
            message = f"{_BOTS} is {'0' if _BOTS in values else 'not set'}: the track stays empty, as in a time trial."
            fix = f"Set {_BOTS}=3, or DR_RACE_TYPE=TIME_TRIAL."
            yield facts.in_file(file, _BOTS, WARNING, "nothing-on-the-track", message, fix)


def lane_change_times(facts: FileFacts) -> Iterator[Finding]:
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


def object_positions(facts: FileFacts) -> Iterator[Finding]:
    """part,lane;part,lane, as the simapp parses it (markov/agent_ctrl/obstacles_agent_ctrl.py).

    DRFC drops double quotes and splits at ;. Of each piece the simapp takes float() of the first part and int() of
    the second; -1 is the outer lane, any other number the inner one.
    """
    for file, values in facts.configurations():
        text = values.get(_POSITIONS, "").replace('"', "")
        owner, entry = _owner(facts, file)
        if not text or (file != RUN_ENV and owner != file) or entry is None or _told_already(facts, owner, entry):
            continue
        read = values.get("DR_RACE_TYPE") == "OBJECT_AVOIDANCE"
        problem = positions_problem(text)
        if problem is not None:
            severity, message, fix = problem
            yield facts.in_file(file, _POSITIONS, _milder(severity, read), "object-positions", message, fix)
        elif read:
            yield from _overruled(facts, file, values, len(_positions(values)))


def _milder(severity: Severity, read: bool) -> Severity:
    """What is wrong with a value that this race does not read is a warning at most."""
    return WARNING if severity == ERROR and not read else severity


def _owner(facts: FileFacts, file: str) -> tuple[str, EnvEntry | None]:
    """The file and the entry that give the worker of ``file`` its positions."""
    if worker_number(file) is not None and file in facts.env and facts.env[file].entry(_POSITIONS) is not None:
        return file, facts.env[file].entry(_POSITIONS)
    return facts.effective.get(_POSITIONS, ("", None))


def _told_already(facts: FileFacts, file: str, entry: EnvEntry) -> bool:
    """Whether the value is a finding of another rule: a placeholder, or cut by a shell before the simapp sees it."""
    if spoilt(entry):
        return True
    cut = any(char in entry.value for char in " \t") or any(char in "()<>;&|`" for char in unquoted(entry.raw))
    return file in facts.sourced and (bool(entry.problem) or cut)


def _positions(values: Mapping[str, str]) -> list[str]:
    return [position for position in values.get(_POSITIONS, "").replace('"', "").split(";") if position]


def _overruled(facts: FileFacts, file: str, values: Mapping[str, str], count: int) -> Iterator[Finding]:
    """Fixed positions overrule number and chance."""
    number = to_number(values.get(_OBSTACLES, ""))
    if number is not None and number != count:
        message = f"{_POSITIONS} has {count} and overrules {_OBSTACLES}={number:g}."
        yield facts.in_file(file, _OBSTACLES, INFO, "positions-overrule", message, write_value(_OBSTACLES, str(count)))
    key = "DR_OA_RANDOMIZE_OBSTACLE_LOCATIONS"
    if values.get(key) == "True":
        message = f"{_POSITIONS} gives fixed places and overrules {key}=True: the obstacles stay where they are."
        fix = f"Set {key}=False, or leave {_POSITIONS} empty."
        yield facts.in_file(file, key, WARNING, "positions-overrule", message, fix)


def obstacle_distance(facts: FileFacts) -> Iterator[Finding]:
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
KINDS = (
    kind("evaluation-race-type", "warning", "The race type is for evaluations, not for a training.", "Use another."),
    kind("not-for-this-race", "info", "The setting counts in another race type only.", "Nothing, or change the race."),
    kind("nothing-on-the-track", "warning", "A race with obstacles or bots has none.", "Set their number."),
    kind(
        "lane-change-times", "error", "The shortest time between lane changes is longer than the longest.", "Swap them."
    ),
    kind(
        "object-positions",
        "error, warning",
        "DR_OA_OBJECT_POSITIONS is not what the simapp parses: part of the lap, comma, lane; several divided by ;.",
        'Write positions like "0.23,-1;0.46,1".',
    ),
    kind("positions-overrule", "warning, info", "Fixed positions overrule number and chance.", "Set one or the other."),
    kind(
        "obstacle-distance", "warning, info", "The distance is percent of the track's length.", "Use the value named."
    ),
)
