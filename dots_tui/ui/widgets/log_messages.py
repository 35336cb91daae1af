"""What a log view tells its container."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widget import Widget


class LogFound(Message):
    """A search ended. `number` is the line found, None if there is none.

    `wrapped` is True if the search went on from the other end of the log.
    """

    def __init__(self, view: Widget, pattern: str, number: int | None, wrapped: bool) -> None:
        super().__init__()
        self.view, self.pattern, self.number, self.wrapped = view, pattern, number, wrapped

    @property
    def control(self) -> Widget:
        return self.view


class LogCopied(Message):
    """`text` was sent to the terminal's clipboard. Whether it arrived cannot be known."""

    def __init__(self, view: Widget, text: str) -> None:
        super().__init__()
        self.view, self.text = view, text

    @property
    def control(self) -> Widget:
        return self.view


class LogBookmarked(Message):
    """A bookmark was set or removed, and there are `count` now. `none_here`: no line shown has one."""

    def __init__(self, view: Widget, count: int, *, none_here: bool = False) -> None:
        super().__init__()
        self.view, self.count, self.none_here = view, count, none_here

    @property
    def control(self) -> Widget:
        return self.view
