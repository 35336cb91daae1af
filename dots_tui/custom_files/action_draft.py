"""An action space while it is edited: the bytes of model_metadata.json, and the earlier ones for undo."""

from __future__ import annotations

from dataclasses import replace

from dots_tui.custom_files.action_space import (
    Action,
    ActionSpace,
    ActionSpaceProblem,
    Continuous,
    Discrete,
    parse,
    to_continuous,
    to_discrete,
)
from dots_tui.custom_files.action_space_text import write
from dots_tui.custom_files.catalogue.metadata import LIMITS

ENDS = ("steering, low", "steering, high", "speed, low", "speed, high")
"""The rows of a continuous space; a discrete space has a row for each action."""
_NEW = Action(0.0, 1.0)


class ActionDraft:
    """The edited content of a model_metadata.json. A changing method raises ActionSpaceProblem and changes nothing."""

    def __init__(self, data: bytes) -> None:
        self._before = self.data = data
        self._earlier: list[bytes] = []
        self.space: ActionSpace | None = None
        """The action space of `data`; None if there is none."""
        self.problem = ""
        """The reason for that."""
        self._parse()

    @property
    def changed(self) -> bool:
        """True if the content differs from the file."""
        return self.data != self._before

    @property
    def undoable(self) -> bool:
        """True if there is a change to undo."""
        return bool(self._earlier)

    def put(self, space: ActionSpace) -> None:
        """Write `space` into the content."""
        data = write(self.data, space)
        if data != self.data:
            self._earlier.append(self.data)
            self.data = data
        self._parse()

    def undo(self) -> None:
        """Undo the last change."""
        self.data = self._earlier.pop()
        self._parse()

    def _parse(self) -> None:
        try:
            self.space, self.problem = parse(self.data), ""
        except ActionSpaceProblem as problem:
            self.space, self.problem = None, str(problem)


def values_at(space: ActionSpace, row: int) -> list[float]:
    """Return the editable values in `row`: steering and speed of an action, or one end of a range."""
    if isinstance(space, Discrete):
        return [space.actions[row].steering, space.actions[row].speed]
    return [(space.low.steering, space.high.steering, space.low.speed, space.high.speed)[row]]


def with_values(space: ActionSpace, row: int, values: list[float]) -> ActionSpace:
    """Return `space` with other values in `row`."""
    if isinstance(space, Discrete):
        return Discrete((*space.actions[:row], Action(values[0], values[1]), *space.actions[row + 1 :]))
    name = "steering" if row < 2 else "speed"
    if row % 2:
        return Continuous(space.low, replace(space.high, **{name: values[0]}))
    return Continuous(replace(space.low, **{name: values[0]}), space.high)


def nudged(space: ActionSpace, row: int, steering: float, speed: float) -> ActionSpace:
    """Return `space` with `row` moved by the given degrees and m/s, within the limits of the car."""
    steps = [steering, speed] if isinstance(space, Discrete) else [steering if row < 2 else speed]
    names = list(LIMITS) if isinstance(space, Discrete) else [list(LIMITS)[row // 2]]
    moved = []
    for value, step, name in zip(values_at(space, row), steps, names):
        low, high, _ = LIMITS[name]
        moved.append(round(min(max(value + step, low), high), 3) if step else value)
    return with_values(space, row, moved)


def with_copy(space: Discrete, row: int) -> Discrete:
    """Return `space` with a copy of the action in `row` after it."""
    new = space.actions[row] if 0 <= row < len(space.actions) else _NEW
    return Discrete((*space.actions[: row + 1], new, *space.actions[row + 1 :]))


def without_action(space: Discrete, row: int) -> Discrete:
    """Return `space` without the action in `row`. Raise ActionSpaceProblem for the last action."""
    if len(space.actions) == 1:
        raise ActionSpaceProblem("The last action stays: a car without an action cannot be trained.")
    return Discrete((*space.actions[:row], *space.actions[row + 1 :]))


def mirrored(space: Discrete) -> Discrete:
    """Return `space` with the mirror image of every action that lacks one."""
    there = dict.fromkeys(space.actions)
    mirror = dict.fromkeys(Action(-one.steering + 0.0, one.speed) for one in there)
    return Discrete((*space.actions, *(one for one in mirror if one not in there)))


def other_kind(space: ActionSpace) -> ActionSpace:
    """Return `space` as ranges if it is a list of actions, else as a list."""
    return to_continuous(space) if isinstance(space, Discrete) else to_discrete(space)
