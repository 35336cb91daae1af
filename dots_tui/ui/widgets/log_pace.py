"""When a log view paints: how often, and how much less while lines flood in or nobody looks."""

from __future__ import annotations

FRAME = 0.1
"""Seconds between paints: frames are expensive, lines are not."""
UNFOCUSED = 5
"""The factor by which painting slows down while the terminal has no focus."""
FLOOD = 2000
"""Lines per frame that are too fast to read; skipping paints leaves time for the log reader."""
FLOODED = 4
"""The factor by which painting slows down during a flood."""


class LogPace:
    """Counts the ticks of a log view and decides which of them paint."""

    def __init__(self) -> None:
        self.ticks = 0
        self._came = self._floods = 0

    def tick(self, *, focused: bool) -> bool:
        """Count a tick. Returns False if it is left out because the terminal has no focus."""
        self.ticks += 1
        return focused or self.ticks % UNFOCUSED == 0

    def flooded(self, lines: int) -> bool:
        """Return True if so many lines keep arriving that this frame is left out. `lines` have arrived so far.

        A single burst is painted at once.
        """
        came, self._came = self._came, lines
        self._floods = self._floods + 1 if lines - came > FLOOD else 0
        return self._floods > 1 and self._floods % FLOODED != 0

    def ages(self) -> bool:
        """Return True once a second: ages shown in front of lines change."""
        return self.ticks % round(1 / FRAME) == 0
