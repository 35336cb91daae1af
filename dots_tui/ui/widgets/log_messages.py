"""The messages of a log view to its container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class LogMessage(Message):
    """A message of the log view `view`."""

    def __init__(self, view: Widget) -> None:
        super().__init__()
        self.view = view

    @property
    def control(self) -> Widget:
        return self.view


class LogSourceShown(Message):
    """The lines of another container are shown; None: of all."""

    def __init__(self, source: str | None) -> None:
        super().__init__()
        self.source = source


class LogFound(LogMessage):
    """A search ended. `number` is the line found, None if there is none.

    `wrapped` is True if the search went on from the other end of the log.
    """

    def __init__(self, view: Widget, pattern: str, number: int | None, wrapped: bool) -> None:
        super().__init__(view)
        self.pattern, self.number, self.wrapped = pattern, number, wrapped

    def notice(self, filtered: bool) -> str:
        """Return what to tell the user, "" if nothing. `filtered` is true if some lines are hidden."""
        if self.number is None:
            return f"Not in the log{' among the lines shown' if filtered else ''}: {self.pattern}"
        return "Continued from the other end of the log." if self.wrapped else ""


class LogCopied(LogMessage):
    """`text` was sent to the terminal's clipboard. Whether it arrived cannot be known."""

    def __init__(self, view: Widget, text: str) -> None:
        super().__init__(view)
        self.text = text


class LogBookmarked(LogMessage):
    """A bookmark was set or removed, and there are `count` now. `none_here`: no line shown has one."""

    def __init__(self, view: Widget, count: int, *, none_here: bool = False) -> None:
        super().__init__(view)
        self.count, self.none_here = count, none_here

    def notice(self, filtered: bool) -> str:  # noqa: ARG002 - as `LogFound`
        """Return what to tell the user, "" if nothing."""
        if not self.none_here:
            return ""
        return "No bookmark is among the lines shown." if self.count else "There is no bookmark yet. m sets one."
