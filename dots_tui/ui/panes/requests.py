"""What one pane asks of another, as messages: panes do not import each other."""

from __future__ import annotations

from textual.message import Message


class StopTraining(Message):
    """Stop the training `name` safely. `asked_in` is the index of the pane to go back to when it is not wanted."""

    def __init__(self, name: str, asked_in: int) -> None:
        super().__init__()
        self.name = name
        self.asked_in = asked_in
