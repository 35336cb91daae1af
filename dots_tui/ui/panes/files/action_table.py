"""The table of the action space editor: a row per action, or the four ends of the ranges."""

from __future__ import annotations

from rich.text import Text
from textual.message import Message

from dots_tui.custom_files.action_draft import ENDS, values_at
from dots_tui.custom_files.action_space import ActionSpace, Continuous, Discrete
from dots_tui.ui.widgets.row_list import RowList


class ActionTable(RowList):
    """The rows of a space; posts the row under the cursor and the row chosen for editing."""

    DEFAULT_CSS = """
    ActionTable { height: 1fr; min-height: 2; }
    """

    class ActionMoved(Message):
        """The cursor is on another row."""

    class ActionChosen(Message):
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
        self.post_message(self.ActionChosen())

    def highlight(self, index: int) -> None:  # noqa: ARG002 - the editor reads the cursor
        self.post_message(self.ActionMoved())
