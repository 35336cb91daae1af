"""The table of the action space editor: a row per action, or the four ends of the ranges."""

from __future__ import annotations

from dataclasses import replace

from rich.text import Text
from textual.message import Message

from dots_tui.custom_files.action_space import Action, ActionSpace, Continuous, Discrete
from dots_tui.custom_files.catalogue.metadata import LIMITS
from dots_tui.ui.widgets.row_list import RowList

ENDS = ("steering, low", "steering, high", "speed, low", "speed, high")
"""The rows of a continuous space."""


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


class ActionTable(RowList):
    """The rows of a space; posts the row under the cursor and the row chosen for editing."""

    DEFAULT_CSS = """
    ActionTable { height: 1fr; min-height: 2; }
    """

    class Moved(Message):
        """The cursor is on another row."""

    class Edit(Message):
        """A row was chosen."""

    _space: ActionSpace | None = None

    def show(self, space: ActionSpace | None, row: int = -1) -> None:
        """Show `space`, with the cursor on `row` (-1: unchanged)."""
        self._space = space
        self.redraw()
        if row >= 0:
            self.cursor = row

    def line_count(self) -> int:
        if self._space is None:
            return 0
        return len(self._space.actions) if isinstance(self._space, Discrete) else len(ENDS)

    def line_text(self, index: int, width: int) -> Text:  # noqa: ARG002 - short enough for any width
        space = self._space
        assert space is not None  # without a space there are no lines
        if isinstance(space, Continuous):
            (value,) = values_at(space, index)
            return Text(f"{ENDS[index]:<14} {value:>7g} {'degrees' if index < 2 else 'm/s'}")
        action = space.actions[index]
        text = Text(f"{index:>3}", self.tint("muted"), end="")
        text = Text(end="").append_text(text).append(f" {action.steering:>8g} {action.speed:>5g}  ")
        if action.clipped != action:
            text.append("clipped", self.tint("warning"))
        elif space.actions.count(action) > 1:
            text.append("twice", self.tint("warning"))
        else:
            side = "straight" if not action.steering else "left" if action.steering > 0 else "right"
            text.append(side, self.tint("muted"))
        return text

    def choose(self, index: int) -> None:  # noqa: ARG002 - it is the row of the cursor
        self.post_message(self.Edit())

    def highlight(self, index: int) -> None:  # noqa: ARG002 - the editor reads the cursor
        self.post_message(self.Moved())
