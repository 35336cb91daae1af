"""Rules about model_metadata.json (simapp: markov/boto/s3/files/model_metadata.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dots_tui.custom_files.catalogue import (
    ACTION_KEYS,
    HYPERPARAMETER_KEYS,
    METADATA_KEYS,
    Key,
    close_names,
    did_you_mean,
    only_near,
    value_problem,
)
from dots_tui.custom_files.catalogue.metadata import CAMERAS, LIDARS, LIMITS
from dots_tui.custom_files.facts import FileFacts, to_number
from dots_tui.custom_files.findings import Advice, Finding, automatic, kind, shown
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA
from dots_tui.custom_files.rules.hyperparameters import meant_by, misplaced
from dots_tui.problems import ERROR, INFO, WARNING

_LIDAR = "lidar_config"


def _readable(facts: FileFacts) -> bool:
    return MODEL_METADATA in facts.json and facts.json[MODEL_METADATA].values is not None


def _error(facts: FileFacts, key: str, code: str, message: str, fix: Advice) -> Finding:
    return facts.in_json(MODEL_METADATA, key, ERROR, code, message, fix)


def choices(facts: FileFacts) -> Iterator[Finding]:
    """Algorithm, kind of action space, network."""
    for key in METADATA_KEYS.values():
        if key.kind != "choice":
            continue
        value = facts.metadata.get(key.name, key.default)
        # What is understood in any case also loses the blanks around it.
        text = value.lower().strip() if isinstance(value, str) and key.any_case else value
        if text not in key.choices:
            close = did_you_mean(close_names(str(value), key.choices)) or "."
            message = f"{key.name} is {shown(str(value))}, which the simapp does not know{close}"
            near = only_near(text, key.choices) if isinstance(text, str) else None
            fix: Advice = f"Use one of {', '.join(key.choices)}."
            if near is not None:
                fix = automatic(f'Write "{near}".', near)
            yield _error(facts, key.name, "unknown-choice", message, fix)


def sac_needs_continuous(facts: FileFacts) -> Iterator[Finding]:
    """sac learns continuous actions only."""
    if facts.sac and _space_type(facts) != "continuous":
        message = "The algorithm sac needs a continuous action space."
        fix = 'Write "action_space_type": "continuous", or use clipped_ppo.'
        yield _error(facts, "action_space_type", "sac-needs-continuous", message, fix)


def _space_type(facts: FileFacts) -> str:
    return str(facts.metadata.get("action_space_type", "discrete")).lower().strip()


def action_space(facts: FileFacts) -> Iterator[Finding]:
    """Its form must suit its kind."""
    if not _readable(facts):
        return
    space = facts.metadata.get("action_space")
    if space is None:
        fix = "Add the list of actions, or take the default file."
        yield _error(facts, "action_space", "missing-key", "There is no action_space; the training needs one.", fix)
    elif _space_type(facts) == "continuous":
        if isinstance(space, dict):
            yield from _continuous(facts, space)
        else:
            message = "A continuous action space is not a list: it has a high and a low for speed and steering_angle."
            fix = 'Write {"steering_angle": {"high": 30, "low": -30}, "speed": {"high": 2, "low": 1}}.'
            yield _error(facts, "action_space", "action-space", message, fix)
    elif isinstance(space, list) and space:
        yield from _discrete(facts, space)
    else:
        message = "A discrete action space is a list with at least one action."
        fix = 'Write [{"steering_angle": -30, "speed": 1}, ...], or "action_space_type": "continuous".'
        yield _error(facts, "action_space", "action-space", message, fix)


def _continuous(facts: FileFacts, space: Mapping[str, Any]) -> Iterator[Finding]:
    for name in ACTION_KEYS:
        bounds = space.get(name)
        low, high = (_number(bounds.get(end)) if isinstance(bounds, dict) else None for end in ("low", "high"))
        if isinstance(bounds, dict) and any(_is_text_number(bounds.get(end)) for end in ("low", "high")):
            message = f"The low and the high of {name} are texts in quotes; the simapp needs numbers."
            fix = "Write the numbers without quotes."
            yield _error(facts, name, "action-space", message, fix)
        elif low is None or high is None:
            message = f"{name} needs a low and a high, both numbers."
            yield _error(facts, "action_space", "action-space", message, f'Add "{name}": {{"high": ..., "low": ...}}.')
        elif low >= high:
            message = f"{name}: low ({low:g}) must be less than high ({high:g})."
            yield _error(facts, name, "action-space", message, "Swap the two, or move them apart.")
        else:
            yield from _clipped(facts, name, [low, high])


def _discrete(facts: FileFacts, space: list[Any]) -> Iterator[Finding]:
    numbers: dict[str, list[float]] = {name: [] for name in ACTION_KEYS}
    actions = []
    for index, action in enumerate(space):
        values = {name: _as_float(action.get(name)) if isinstance(action, dict) else None for name in ACTION_KEYS}
        if None in values.values():
            message = f"Action {index} needs a steering_angle and a speed, both numbers."
            fix = 'Write {"steering_angle": 0, "speed": 1}.'
            yield _error(facts, "action_space", "action-space", message, fix)
            return
        for name, value in values.items():
            numbers[name].append(value or 0.0)
        actions.append(tuple(values.values()))
    if any(_is_text_number(action.get(name)) for action in space for name in ACTION_KEYS):
        message = "Numbers of the action space are in quotes. The simapp converts them; other tools may not."
        fix = "Write the numbers without quotes."
        yield facts.in_json(MODEL_METADATA, "action_space", INFO, "quoted-number", message, fix)
    twice = next((action for action in actions if actions.count(action) > 1), None)
    if twice is not None:
        message = (
            f"The action with a steering angle of {twice[0]:g} and a speed of {twice[1]:g} is there more than once."
        )
        yield facts.in_json(MODEL_METADATA, "action_space", WARNING, "action-twice", message, "Delete one of the two.")
    for name in ACTION_KEYS:
        yield from _clipped(facts, name, numbers[name])


def _clipped(facts: FileFacts, name: str, values: list[float]) -> Iterator[Finding]:
    low, high, unit = LIMITS[name]
    outside = [value for value in values if not low <= value <= high]
    if outside:
        message = f"{name} {outside[0]:g} is outside {low:g} to {high:g} {unit}; the simapp cuts it off without a word."
        fix = f"Use {low:g} to {high:g}."
        yield facts.in_json(MODEL_METADATA, name, WARNING, "clipped-action", message, fix)


def _is_text_number(value: object) -> bool:
    """Whether ``value`` is a number in quotes."""
    return isinstance(value, str) and to_number(value) is not None


def _as_float(value: object) -> float | None:
    """``value`` as the simapp's float() takes it, from a text too."""
    return to_number(value) if isinstance(value, str) else _number(value)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return to_number(str(value))


def sensors(facts: FileFacts) -> Iterator[Finding]:
    """Exactly one camera, at most one lidar."""
    if not _readable(facts):
        return
    listed = facts.metadata.get("sensor")
    version = _version(facts)
    if listed is None:
        if version is not None and version >= 2:
            message = "With a version of 2 or more, the sensors must be named."
            yield _error(facts, "sensor", "sensors", message, 'Add "sensor": ["FRONT_FACING_CAMERA"].')
        return
    if not isinstance(listed, list) or not all(isinstance(sensor, str) for sensor in listed):
        fix = 'Write "sensor": ["FRONT_FACING_CAMERA"].'
        yield _error(facts, "sensor", "sensors", "sensor must be a list of names.", fix)
        return
    known = (*CAMERAS, *LIDARS)
    unknown = [sensor for sensor in listed if sensor not in known]
    if unknown:
        close = did_you_mean(close_names(unknown[0], known)) or "."
        message = f"{shown(unknown[0])} is no sensor the simapp knows{close}"
        yield _error(facts, "sensor", "sensors", message, f"Use {', '.join(known)}.")
        return
    cameras = [sensor for sensor in listed if sensor in CAMERAS]
    if len(cameras) != 1:
        what = "no camera" if not cameras else f"{len(cameras)} cameras"
        message = (
            f"There is {what}; the car needs exactly one." if not cameras else f"There are {what}; it must be one."
        )
        yield _error(facts, "sensor", "sensors", message, 'Use one, such as "FRONT_FACING_CAMERA".')
    if sum(sensor in LIDARS for sensor in listed) > 1:
        message = "There is more than one lidar; the car can have one."
        yield _error(facts, "sensor", "sensors", message, f"Keep one of {', '.join(LIDARS)}.")


def _version(facts: FileFacts) -> float | None:
    value = facts.metadata.get("version")
    return to_number(str(value)) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def versions(facts: FileFacts) -> Iterator[Finding]:
    """simapp 5 accepts 1 to 5 and takes the car model from it."""
    key = METADATA_KEYS["version"]
    if key.name not in facts.metadata:
        if _readable(facts):
            yield _no_version(facts, key)
        return
    version, fix = _version(facts), f'Write "version": "{key.default}".'
    low, high = key.sensible or (1, 5)
    if version is None:
        message = f"version is {shown(str(facts.metadata[key.name]))}, which is no number."
        yield _error(facts, key.name, "metadata-version", message, fix)
    elif facts.simapp and facts.simapp[0] == 5 and not (low <= version <= high and version == int(version)):
        message = f"simapp 5 accepts the versions {low:g} to {high:g} only; with {version:g} it fails when it "
        yield _error(facts, key.name, "metadata-version", f"{message}loads the car.", fix)


def _no_version(facts: FileFacts, key: Key) -> Finding:
    """The simapp has a version of its own for a file without one, and with it an older car."""
    named = "sensor" in facts.metadata
    taken, car = ("2.0", "confetti") if named else ("1.0", "mit")
    message = (
        f"There is no version: the simapp takes {taken}, with the car named {car}. {key.default} is the car of today."
    )
    return facts.in_json(
        MODEL_METADATA, key.name, INFO, "metadata-version", message, f'Add "version": "{key.default}".'
    )


def unknown_names(facts: FileFacts) -> Iterator[Finding]:
    """A key of hyperparameters.json, or a slip of one that is read here. Other names belong to other tools."""
    top = tuple(dict.fromkeys(name.partition(".")[0] for name in METADATA_KEYS))
    for name in facts.metadata:
        if name in top:
            continue
        if name in HYPERPARAMETER_KEYS or meant_by(name):
            yield misplaced(facts, MODEL_METADATA, name, HYPERPARAMETERS)
        elif (near := only_near(name, top)) is not None:
            message = f"Nothing reads {shown(name)}{did_you_mean([near])}"
            fix = automatic(f'Write "{near}".', near)
            yield facts.in_json(MODEL_METADATA, name, WARNING, "unknown-key", message, fix)


def lidar(facts: FileFacts) -> Iterator[Finding]:
    """The simapp's own test of the distance can never fail, so that a wrong number breaks the run later."""
    config = facts.metadata.get(_LIDAR)
    if config is None:
        return
    keys = {name.partition(".")[2]: key for name, key in METADATA_KEYS.items() if name.startswith(f"{_LIDAR}.")}
    usual = ", ".join(f'"{member}": {key.default}' for member, key in keys.items())
    fix = f'Write "{_LIDAR}": {{{usual}}}.'
    if not isinstance(config, dict):
        yield _error(facts, _LIDAR, "lidar", f"{_LIDAR} must be an object.", fix)
        return
    for member, key in keys.items():
        if member not in config:
            continue
        value = config[member]
        # The simapp converts whole numbers with int(), from a text too, and takes the distance as it is.
        number = to_number(value) if key.integer and isinstance(value, str) else _number(value)
        if (
            number is None
            or value_problem(key, f"{number:g}")
            or (key.suggested and f"{number:g}" not in key.suggested)
        ):
            yield _error(facts, member, "lidar", f"{member} must be {_wanted(key)}.", fix)


def _wanted(key: Key) -> str:
    if key.suggested:
        return f"one of {', '.join(key.suggested[:-1])} and {key.suggested[-1]}"
    if key.integer:
        return f"a whole number of at least {key.minimum:g}"
    return f"from {key.minimum:g} to {key.maximum:g} {key.unit}"


RULES = (choices, sac_needs_continuous, action_space, sensors, versions, lidar, unknown_names)
KINDS = (
    kind(
        "sac-needs-continuous",
        "error",
        "The algorithm sac needs a continuous action space.",
        "Use one, or clipped_ppo.",
    ),
    kind("action-space", "error", "The action space does not have the form that its kind needs.", "Write it as named."),
    kind("action-twice", "warning", "An action is there more than once.", "Delete one of the two."),
    kind("clipped-action", "warning", "The simapp cuts a value of the action space off.", "Use a value in the range."),
    kind("quoted-number", "info", "Numbers of the action space are in quotes.", "Write them without."),
    kind("sensors", "error", "The sensors are not one camera and at most one lidar.", "Name one camera."),
    kind(
        "metadata-version",
        "error, info",
        "The version, which decides about the car, is missing or none that this simapp takes.",
        'Write "version": "5".',
    ),
    kind("lidar", "error", "A setting of the lidar is impossible.", "Write the value named."),
)
