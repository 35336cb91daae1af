"""Rules about model_metadata.json (simapp: markov/boto/s3/files/model_metadata.py)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dots_tui.custom_files.catalogue import close_names, did_you_mean
from dots_tui.custom_files.facts import Facts, to_number
from dots_tui.custom_files.findings import ERROR, WARNING, Finding, shown
from dots_tui.custom_files.folder import MODEL_METADATA

ALGORITHMS = ("clipped_ppo", "sac")
SPACES = ("discrete", "continuous")
CAMERAS = ("FRONT_FACING_CAMERA", "STEREO_CAMERAS", "LEFT_CAMERA", "observation")
LIDARS = ("LIDAR", "SECTOR_LIDAR", "DISCRETIZED_SECTOR_LIDAR")
NETWORKS = ("DEEP_CONVOLUTIONAL_NETWORK_SHALLOW", "DEEP_CONVOLUTIONAL_NETWORK", "DEEP_CONVOLUTIONAL_NETWORK_DEEP")
LIMITS = {"steering_angle": (-30.0, 30.0, "degrees"), "speed": (0.1, 4.0, "m/s")}
"""What the simapp clips actions to, without a word."""


def _readable(facts: Facts) -> bool:
    return MODEL_METADATA in facts.json and facts.json[MODEL_METADATA].values is not None


def _error(facts: Facts, key: str, code: str, message: str, fix: str) -> Finding:
    return facts.in_json(MODEL_METADATA, key, ERROR, code, message, fix)


def choices(facts: Facts) -> Iterator[Finding]:
    """Algorithm, kind of action space, network."""
    for key, known, any_case in (
        ("training_algorithm", ALGORITHMS, True),
        ("action_space_type", SPACES, True),
        ("neural_network", NETWORKS, False),
    ):
        value = facts.metadata.get(key, known[0])
        text = value.lower() if isinstance(value, str) and any_case else value
        if text not in known:
            close = did_you_mean(close_names(str(value), known)) or "."
            message = f"{key} is {shown(str(value))}, which the simapp does not know{close}"
            yield _error(facts, key, "unknown-choice", message, f"Use one of {', '.join(known)}.")


def sac_needs_continuous(facts: Facts) -> Iterator[Finding]:
    """sac learns continuous actions only."""
    if facts.sac and _space_type(facts) != "continuous":
        message = "The algorithm sac needs a continuous action space."
        fix = 'Write "action_space_type": "continuous", or use clipped_ppo.'
        yield _error(facts, "action_space_type", "sac-needs-continuous", message, fix)


def _space_type(facts: Facts) -> str:
    return str(facts.metadata.get("action_space_type", "discrete")).lower()


def action_space(facts: Facts) -> Iterator[Finding]:
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


def _continuous(facts: Facts, space: Mapping[str, Any]) -> Iterator[Finding]:
    for name in LIMITS:
        bounds = space.get(name)
        low, high = (_number(bounds.get(end)) if isinstance(bounds, dict) else None for end in ("low", "high"))
        if low is None or high is None:
            message = f"{name} needs a low and a high, both numbers."
            yield _error(facts, "action_space", "action-space", message, f'Add "{name}": {{"high": ..., "low": ...}}.')
        elif low >= high:
            message = f"{name}: low ({low:g}) must be less than high ({high:g})."
            yield _error(facts, name, "action-space", message, "Swap the two, or move them apart.")
        else:
            yield from _clipped(facts, name, [low, high])


def _discrete(facts: Facts, space: list[Any]) -> Iterator[Finding]:
    numbers: dict[str, list[float]] = {name: [] for name in LIMITS}
    actions = []
    for index, action in enumerate(space):
        values = {name: _number(action.get(name)) if isinstance(action, dict) else None for name in LIMITS}
        if None in values.values():
            message = f"Action {index} needs a steering_angle and a speed, both numbers."
            fix = 'Write {"steering_angle": 0, "speed": 1}.'
            yield _error(facts, "action_space", "action-space", message, fix)
            return
        for name, value in values.items():
            numbers[name].append(value or 0.0)
        actions.append(tuple(values.values()))
    twice = next((action for action in actions if actions.count(action) > 1), None)
    if twice is not None:
        message = (
            f"The action with a steering angle of {twice[0]:g} and a speed of {twice[1]:g} is there more than once."
        )
        yield facts.in_json(MODEL_METADATA, "action_space", WARNING, "action-twice", message, "Delete one of the two.")
    for name in LIMITS:
        yield from _clipped(facts, name, numbers[name])


def _clipped(facts: Facts, name: str, values: list[float]) -> Iterator[Finding]:
    low, high, unit = LIMITS[name]
    outside = [value for value in values if not low <= value <= high]
    if outside:
        message = f"{name} {outside[0]:g} is outside {low:g} to {high:g} {unit}; the simapp cuts it off without a word."
        fix = f"Use {low:g} to {high:g}."
        yield facts.in_json(MODEL_METADATA, name, WARNING, "clipped-action", message, fix)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return to_number(str(value))


def sensors(facts: Facts) -> Iterator[Finding]:
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


def _version(facts: Facts) -> float | None:
    value = facts.metadata.get("version")
    return to_number(str(value)) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def versions(facts: Facts) -> Iterator[Finding]:
    """simapp 5 accepts 1 to 5 and takes the car model from it."""
    if "version" not in facts.metadata:
        return
    version = _version(facts)
    if version is None:
        message = f"version is {shown(str(facts.metadata['version']))}, which is no number."
        yield _error(facts, "version", "metadata-version", message, 'Write "version": "5".')
    elif facts.simapp and facts.simapp[0] == 5 and version not in (1, 2, 3, 4, 5):
        message = f"simapp 5 accepts the versions 1 to 5 only; with {version:g} it fails when it loads the car."
        yield _error(facts, "version", "metadata-version", message, 'Write "version": "5".')


def lidar(facts: Facts) -> Iterator[Finding]:
    """The simapp's own test of these can never fail, so that a wrong number breaks the run later."""
    config = facts.metadata.get("lidar_config")
    if config is None:
        return
    fix = 'Write "lidar_config": {"num_sectors": 8, "num_values_per_sector": 8, "clipping_dist": 2.0}.'
    if not isinstance(config, dict):
        yield _error(facts, "lidar_config", "lidar", "lidar_config must be an object.", fix)
        return
    sectors, values, distance = (
        _number(config.get(name, default))
        for name, default in (("num_sectors", 8), ("num_values_per_sector", 8), ("clipping_dist", 2.0))
    )
    if sectors is None or sectors < 1 or 64 % sectors:
        message = "num_sectors must be one of 1, 2, 4, 8, 16, 32 and 64."
        yield _error(facts, "num_sectors", "lidar", message, fix)
    if values is None or values < 1 or values != int(values):
        message = "num_values_per_sector must be a whole number of at least 1."
        yield _error(facts, "num_values_per_sector", "lidar", message, fix)
    if distance is None or not 0.15 <= distance <= 12:
        message = "clipping_dist must be from 0.15 to 12 m."
        yield _error(facts, "clipping_dist", "lidar", message, fix)


RULES = (choices, sac_needs_continuous, action_space, sensors, versions, lidar)
