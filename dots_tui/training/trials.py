"""The trials of an evaluation job: how many it drives, and how often the car was reset."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.training.rows import Rows

TRIALS = "NUMBER_OF_TRIALS"
"""The setting with the number of trials."""
_PAUSE = "pause"


class Trials:
    """The trials in the rows of one evaluation job.

    After the car leaves the track, its trial continues after a pause: a penalty.
    """

    def __init__(self) -> None:
        self.wanted: int | None = None
        self.resets = 0
        self._paused = False

    def rows(self, rows: Rows) -> None:
        """Add rows."""
        if not self._paused and _PAUSE not in rows.status:
            return
        for status in rows.status:
            paused = status == _PAUSE
            self.resets += paused and not self._paused
            self._paused = paused
