"""The parent's clock for a child: how long one call runs, and how long nothing was heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.reward.results import FunctionFault, Pulse

if TYPE_CHECKING:
    from dots_tui.reward.results import Event

_WALL_FACTOR = 3.0
_LATER_SECONDS = 3.0
"""The child, which measures processor time too and knows more, is given this much longer to say so by itself."""


class CallWatch:
    """Only time spent waiting for the child counts, so that a caller who pauses accuses nobody."""

    def __init__(self, call_seconds: float) -> None:
        self._limit = call_seconds
        self._patience = call_seconds * _WALL_FACTOR + _LATER_SECONDS
        self._begun = False
        self.renew()

    def renew(self) -> None:
        """Count anew: something else was asked for."""
        self._call: tuple[int, bool] | None = None
        self._line: int | None = None
        self._in_call = self._silent = 0.0

    def waited(self, seconds: float) -> None:
        """So long was waited for the child."""
        self._in_call += seconds
        self._silent += seconds

    def heard(self, event: Event) -> None:
        """An event came."""
        self._silent, self._begun = 0.0, True
        if not isinstance(event, Pulse):
            return
        call = (event.calls, event.running)
        if call != self._call:
            self._call, self._in_call = call, 0.0
        self._line = event.line

    @property
    def fault(self) -> FunctionFault | None:
        """What the clock has to say against the function. Before the first event, while Python starts, nothing."""
        if not self._begun:
            return None
        if self._call is not None and self._call[1] and self._in_call > self._patience:
            message = f"The function does not end: one call ran for more than {self._limit:g} seconds."
            return FunctionFault("endless-loop", message, self._line)
        if self._silent > self._patience:
            words = f"Nothing was heard from the function for {self._silent:.0f} seconds: it hangs or blocks the clock."
            return FunctionFault("endless-loop", words, self._line)
        return None
