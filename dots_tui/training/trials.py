"""The trials of an evaluation job: how many are to be driven, and how often the car was put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.training.rows import Rows

TRIALS = "NUMBER_OF_TRIALS"
"""The setting that says how many."""
_PAUSE = "pause"


class Trials:
    """Takes the rows of one evaluation job. Where the car left the track its trial goes on after a pause: a penalty."""

    def __init__(self) -> None:
        self.wanted: int | None = None
        self.resets = 0
        self._paused = False

    def rows(self, rows: Rows) -> None:
        """More rows."""
        if not self._paused and _PAUSE not in rows.status:
            return
        for status in rows.status:
            paused = status == _PAUSE
            self.resets += paused and not self._paused
            self._paused = paused
