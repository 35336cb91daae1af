"""Line 1 of the window: the panes with their keys, the location, and the age of the data."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_ROOM_FOR_NAMES = 72
_AROUND_STATUS = 3
"""Cells between the tabs and the status, and after the status."""


class TopBar(Widget):
    """One line: tabs on the left, status on the right. What does not fit is cut from the status first."""

    DEFAULT_CSS = """
    TopBar { height: 1; background: $panel; color: $foreground; }
    """

    current: reactive[int] = reactive(0)
    marked: reactive[frozenset[int]] = reactive(frozenset())
    """Panes with unsaved work; their tabs show a star."""
    status: reactive[tuple[str, ...]] = reactive(())
    """Parts of the status, most important first."""

    class TabChosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, tabs: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tabs = tuple(tabs)
        self._spans: list[tuple[int, int]] = []

    def render(self) -> Text:
        """Return the line for the current width."""
        width = self.size.width
        if width < _ROOM_FOR_NAMES:
            return self._with_status(self._line(width, names=False), width)
        line = self._line(width, names=True)
        # What it costs is told before the names of the tabs.
        if self.status and width - line.cell_len - len(self.status[0]) < _AROUND_STATUS:
            line = self._line(width, names=False)
        return self._with_status(line, width)

    def _line(self, width: int, *, names: bool) -> Text:
        """Return the tabs, with full names or with the first letters of the inactive ones."""
        text = Text(" dots-tui  " if width >= 60 else " ", no_wrap=True, end="")
        text.stylize("bold")
        self._spans = []
        for index, tab in enumerate(self._tabs):
            label = f" {index + 1} {tab if names or index == self.current else tab[:2]}"
            label += "* " if index in self.marked else " "
            start = text.cell_len
            text.append(label, "bold reverse" if index == self.current else "")
            self._spans.append((start, text.cell_len))
        return text

    def _with_status(self, text: Text, width: int) -> Text:
        parts = list(self.status)
        while parts:
            right = " · ".join(parts) + " "
            room = width - text.cell_len - len(right)
            if room >= 2:
                text.append(" " * room)
                text.append(right, "dim" if room < 0 else "")
                break
            parts.pop()
        return text

    def on_click(self, event: events.Click) -> None:
        for index, (start, end) in enumerate(self._spans):
            if start <= event.x < end:
                self.post_message(self.TabChosen(index))
