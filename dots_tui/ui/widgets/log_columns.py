"""The columns of a log line: its time, the label of its source, and its text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dots_tui.ui.widgets.glyphs import FIRST_DATE, age, clean, span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from dots_tui.spool.store import SpoolLine

LABEL_WIDTH = 8
NO_TIMES, CLOCK, AGE = "off", "clock", "age"
TIME_WIDTH = 9


class LogColumns:
    """Turns a line of the spool into the text of its columns.

    `label` shortens the name of a source ("deepracer-0_robomaker.1.abc" -> "W0"), `shorten` shortens a line for
    display. `times` is NO_TIMES, CLOCK (local time of day) or AGE.
    """

    def __init__(self, label: Callable[[str], str], shorten: Callable[[str], str]) -> None:
        self.times = NO_TIMES
        self._label = label
        self._shorten = shorten
        self._label_width = 0

    def measure(self, sources: Collection[str]) -> bool:
        """Fit the label column to the names of `sources`. Returns True if its width changed."""
        width = min(LABEL_WIDTH, max((len(self._label(source)) for source in sources), default=-1)) + 1
        changed = width != self._label_width
        self._label_width = width
        return changed

    def split(self, line: SpoolLine) -> tuple[str, str]:
        """Return what stands in front of a line, padded to its columns, and its text without control characters."""
        width = self._label_width
        label = clean(self._label(line.source))[: max(0, width - 1)].ljust(width)
        return self._time(line.time) + label, self._shorten(clean(line.text))

    def joined(self, line: SpoolLine) -> str:
        """Return a line as one text, with its columns."""
        return "".join(self.split(line))

    def _time(self, moment: float) -> str:
        if self.times == NO_TIMES:
            return ""
        if moment < FIRST_DATE:
            return (span(moment) if moment else "").rjust(TIME_WIDTH - 1) + " "
        if self.times == AGE:
            return age(time.time() - moment).rjust(TIME_WIDTH - 1) + " "
        return time.strftime("%H:%M:%S ", time.localtime(moment))
