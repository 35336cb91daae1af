"""Requests from one pane to another, as messages: panes do not import each other."""

from __future__ import annotations

from textual.message import Message


class StopTraining(Message):
    """Stop the training `name` safely. `asked_in` is the index of the pane to return to if the user declines."""

    def __init__(self, name: str, asked_in: int) -> None:
        super().__init__()
        self.name = name
        self.asked_in = asked_in
