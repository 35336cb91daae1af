"""The action space of model_metadata.json as values: reading it, making one, checking it, writing it back.

The form of the file is that of the simapp (markov/boto/s3/files/model_metadata.py): a discrete space is a list of
actions, a continuous one a low and a high for each of the two. A positive steering angle is to the left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any, Union

from dots_tui.custom_files.catalogue.metadata import LIMITS
from dots_tui.custom_files.check import check_sources
from dots_tui.custom_files.facts import to_number
from dots_tui.custom_files.findings import Finding, Fix, kind
from dots_tui.custom_files.folder import MODEL_METADATA
from dots_tui.custom_files.json_file import JsonFile
from dots_tui.problems import INFO, SingleCodeProblem

STEERING, SPEED = "steering_angle", "speed"
MOST_ACTIONS = 500
"""More than anybody trains with; a slip of the finger in the generator would make thousands."""
_SPREAD = re.compile(r"\s*(?P<low>\S+?)\s*\.\.\s*(?P<high>\S+?)\s*/\s*(?P<count>[0-9]{1,4})\s*")


class ActionSpaceProblem(SingleCodeProblem):
    """An action space that cannot be read, made or written."""

    CODE = "action-space"


@dataclass(frozen=True, order=True)
class Action:
    """What the car does in one step."""

    steering: float
    """Degrees, positive to the left."""
    speed: float
    """m/s."""

    @property
    def clipped(self) -> Action:
        """What the simapp makes of it: steering within 30 degrees, speed from 0.1 to 4 m/s."""
        return Action(_clip(STEERING, self.steering), _clip(SPEED, self.speed))


@dataclass(frozen=True)
class Discrete:
    """A list of actions; the place in it is what the model learns."""

    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Continuous:
    """Ranges from which the model takes any value."""

    low: Action
    high: Action


ActionSpace = Union[Discrete, Continuous]


def parse(data: bytes) -> ActionSpace:
    """The action space of a model_metadata.json. Raises ActionSpaceProblem when it has none that can be used."""
    file = JsonFile.parse(data)
    if file.values is None:
        raise ActionSpaceProblem(f"The file {file.problem} (line {file.problem_line}).", "Mend it as text first.")
    kind = str(file.values.get("action_space_type", "discrete")).lower()
    space = file.values.get("action_space")
    if space is None:
        raise ActionSpaceProblem("The file has no action_space.", "Make one here, or import one from another file.")
    if kind == "continuous":
        return _continuous(space)
    if kind != "discrete":
        raise ActionSpaceProblem("action_space_type must be discrete or continuous.")
    if not isinstance(space, list) or not space:
        raise ActionSpaceProblem("A discrete action space is a list with at least one action.")
    if len(space) > MOST_ACTIONS:
        raise ActionSpaceProblem(
            f"The file has {len(space)} actions, more than anybody can train with and too many to be shown one by one. "
            f"Edit it as text, or make a new action space with at most {MOST_ACTIONS}."
        )
    return Discrete(tuple(_action(action, f"Action {index}") for index, action in enumerate(space)))


def _continuous(space: object) -> Continuous:
    if not isinstance(space, dict):
        raise ActionSpaceProblem("A continuous action space has a low and a high for speed and steering_angle.")
    ends = (
        {name: bounds.get(end) for name, bounds in space.items() if isinstance(bounds, dict)} for end in ("low", "high")
    )
    low, high = (_action(values, f"The {end} end") for end, values in zip(("low", "high"), ends))
    return Continuous(low, high)


def _action(values: object, what: str) -> Action:
    found = [_number(values.get(name)) if isinstance(values, dict) else None for name in (STEERING, SPEED)]
    steering, speed = found
    if steering is None or speed is None:
        raise ActionSpaceProblem(f"{what} needs a {STEERING} and a {SPEED}, both numbers.")
    return Action(steering, speed)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return to_number(str(value))


def generate(steering: Iterable[float], speeds: Iterable[float]) -> Discrete:
    """Every steering angle (degrees) with every speed (m/s), by angle and then speed; what is twice counts once.

    Raises ActionSpaceProblem when that is none or too many.
    """
    actions = sorted({Action(angle, speed) for angle, speed in product(steering, speeds)})
    if not actions:
        raise ActionSpaceProblem("Give at least one steering angle and one speed.")
    if len(actions) > MOST_ACTIONS:
        raise ActionSpaceProblem(f"That makes {len(actions)} actions; at most {MOST_ACTIONS} make sense.")
    return Discrete(tuple(actions))


def numbers_of(text: str) -> list[float]:
    """Numbers as a user writes them: a list ("1, 1.5, 2"), a range cut evenly ("-30..30/7"), or both.

    Raises ActionSpaceProblem that names what cannot be read.
    """
    found: list[float] = []
    for part in re.split(r"[,;]", text):
        spread = _SPREAD.fullmatch(part)
        if spread is not None:
            low, high = (_typed(spread[name]) for name in ("low", "high"))
            found += _even(low, high, int(spread["count"]))
        elif part.strip():
            found += [_typed(word) for word in part.split()]
    if not found:
        raise ActionSpaceProblem("Write numbers: 1, 1.5, 2 or LOW..HIGH/COUNT such as -30..30/7.")
    return found


def _typed(word: str) -> float:
    number = to_number(word)
    if number is None:
        raise ActionSpaceProblem(f"{word!r} is not a number.", "Write 1, 1.5, 2 or LOW..HIGH/COUNT such as -30..30/7.")
    return number


def _even(low: float, high: float, count: int) -> list[float]:
    if not 1 <= count <= MOST_ACTIONS:
        raise ActionSpaceProblem(f"A range can be cut into 1 to {MOST_ACTIONS} values.")
    if count == 1:
        return [round((low + high) / 2, 3)]
    return [round(low + (high - low) * step / (count - 1), 3) for step in range(count)]


def validate(data: bytes) -> list[Finding]:
    """What is wrong with model_metadata.json as these bytes, alone; last, as an info, when it is not symmetric."""
    found = [finding for finding in check_sources({MODEL_METADATA: data}) if finding.file == MODEL_METADATA]
    try:
        space = parse(data)
    except ActionSpaceProblem:
        return found
    lonely = one_sided(space)
    if lonely:
        message = f"{lonely}: the car can do to one side what it cannot do to the other."
        line = JsonFile.parse(data).line("action_space")
        fix = "Fine for a track that only bends one way; else add the mirrored action."
        found.append(Finding(MODEL_METADATA, line, "action_space", INFO, "one-sided-actions", message, Fix(fix)))
    return found


def one_sided(space: ActionSpace) -> str:
    """The first action that has no mirror image, in words; "" when left and right are alike."""
    if isinstance(space, Continuous):
        if space.low.steering == -space.high.steering:
            return ""
        return f"Steering goes from {space.low.steering:g} to {space.high.steering:g}"
    there = set(space.actions)
    for action in space.actions:
        if Action(-action.steering, action.speed) not in there:
            return f"There is {action.steering:g} at {action.speed:g} m/s but not {-action.steering:g}"
    return ""


def to_continuous(space: Discrete) -> Continuous:
    """The ranges that the actions span; a range without width is opened as far as the limits allow."""
    angles, speeds = [one.steering for one in space.actions], [one.speed for one in space.actions]
    low, high = Action(min(angles), min(speeds)), Action(max(angles), max(speeds))
    if low.steering >= high.steering:
        low, high = Action(LIMITS[STEERING][0], low.speed), Action(LIMITS[STEERING][1], high.speed)
    if low.speed >= high.speed:
        bottom, top, _ = LIMITS[SPEED]
        low, high = Action(low.steering, bottom), Action(high.steering, high.speed if high.speed > bottom else top)
    return Continuous(low, high)


def to_discrete(space: Continuous, angles: int = 5, speeds: int = 2) -> Discrete:
    """A grid of actions over the ranges."""
    low, high = space.low, space.high
    return generate(_even(low.steering, high.steering, angles), _even(low.speed, high.speed, speeds))


def _clip(name: str, value: float) -> float:
    low, high, _ = LIMITS[name]
    return min(max(value, low), high)


KINDS = (
    kind(
        "one-sided-actions",
        "info",
        "The car can do to one side what it cannot do to the other.",
        "Add the mirrored action.",
    ),
)
