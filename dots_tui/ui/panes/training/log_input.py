"""The line in which a search or a filter of the log is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.message import Message
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.timer import Timer

_SEARCH_HINT = "text or regular expression, enter searches"
_FILTER_HINT = "only lines with this text or regular expression; !text: without it; esc shows all again"
_TYPING_S = 0.25
"""Pause in typing after which a filter applies."""


class LogInput(Input):
    """Hidden until `search` or `filter` opens it. A filter is posted while it is typed, a search when it is entered."""

    class LogFilterTyped(Message):
        """The filter is `pattern`, or with `inverse` the lines without it."""

        def __init__(self, pattern: str, inverse: bool) -> None:
            super().__init__()
            self.pattern, self.inverse = pattern, inverse

    class LogSearchEntered(Message):
        """Search for `pattern`; "" ends the search."""

        def __init__(self, pattern: str) -> None:
            super().__init__()
            self.pattern = pattern

    class LogInputClosed(Message):
        """The line was closed."""

    def __init__(self) -> None:
        super().__init__(placeholder=_SEARCH_HINT, id="training-search", compact=True)
        self._filtering = False
        self._pause: Timer | None = None

    @property
    def is_open(self) -> bool:
        """True while something is typed."""
        return self.has_class("-open")

    def search(self, pattern: str) -> None:
        """Let a search be typed."""
        self._open(_SEARCH_HINT, pattern, filtering=False)

    def filter(self, pattern: str, inverse: bool) -> None:
        """Let a filter be typed."""
        self._open(_FILTER_HINT, "!" * inverse + pattern, filtering=True)

    def cancel(self) -> None:
        """Close the line; a filter is removed."""
        if self._filtering:
            self.post_message(self.LogFilterTyped("", False))
        self._close()

    def _open(self, hint: str, value: str, *, filtering: bool) -> None:
        self._filtering = filtering
        with self.prevent(Input.Changed):
            self.value = value
        self.placeholder = hint
        self.select_all()
        self.add_class("-open")
        self.focus()

    def _close(self) -> None:
        self._end_pause()
        self.remove_class("-open")
        self.post_message(self.LogInputClosed())

    def _end_pause(self) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None

    def _post_filter(self) -> None:
        self._end_pause()
        inverse = self.value.startswith("!") and len(self.value) > 1
        self.post_message(self.LogFilterTyped(self.value[inverse:] if self.value != "!" else "", inverse))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._filtering and self.is_open:
            self._end_pause()
            self._pause = self.set_timer(_TYPING_S, self._post_filter)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._filtering:
            self._post_filter()
        else:
            self.post_message(self.LogSearchEntered(event.value))
        self._close()
