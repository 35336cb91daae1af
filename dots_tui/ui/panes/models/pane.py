"""The Models pane: what it will hold, said honestly, until it does."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from dots_tui.ui.panes.base import Pane


class ModelsPane(Pane):
    """Nothing to do here yet; the pane says what will be and what to do meanwhile."""

    TITLE = "Models"
    HELP_TEXT = "The models in your bucket: checkpoints, continue, clone, download for the car. Not built yet."

    def compose(self) -> ComposeResult:
        yield Static(
            "[b]Models[/b]\n\n"
            "Checkpoints of every run, continue and clone, download for the car: not built yet.\n"
            "A stopped run leaves its model in the bucket of its base stack, below the run's model prefix."
        )

    def shown(self) -> None:
        self.focus()
