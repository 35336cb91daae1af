"""Search in a log view: the pattern, and the thread that searches."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from dots_tui.ui.widgets.log_sieve import ErrorMatcher, Matcher, compile_search

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Pattern

    from textual.widget import Widget

    from dots_tui.ui.widgets.log_rows import LogRows

    Find = Callable[[int, int, Callable[[], bool]], "int | None"]
    Ended = Callable[[str, "int | None", bool], None]


class LogSearch:
    """The search of one log view. `ended(pattern, number, wrapped)` is called in the thread that searched.

    `number` is the line found, None if there is none; `wrapped` is True if the search went on from the other end.
    """

    def __init__(self, view: Widget, ended: Ended) -> None:
        self._view = view
        self._ended = ended
        self._direction = 1
        self.pattern = ""
        """The pattern searched for and highlighted; "" for none."""
        self.matches: Pattern[str] | None = None
        """The same, compiled to highlight it."""

    def start(self, pattern: str, *, forward: bool) -> None:
        """Search for `pattern` from now on, in this direction."""
        self.pattern, self._direction = pattern, 1 if forward else -1
        self.matches = compile_search(pattern)

    def clear(self) -> None:
        """Clear the search."""
        self.pattern, self.matches = "", None

    def repeat(self, rows: LogRows | None, start: Callable[[int], int], step: int = 1) -> None:
        """Find the next match in the direction of the search (`step` 1) or against it (-1).

        `start` returns the row to begin with, given the direction.
        """
        if self.pattern:
            self._seek(self.pattern, Matcher(self.pattern), rows, start, step * self._direction)

    def error(self, rows: LogRows | None, start: Callable[[int], int], step: int) -> None:
        """Find the next (`step` 1) or the previous (-1) error line."""
        self._seek("error", ErrorMatcher(), rows, start, step)

    def _seek(
        self,
        name: str,
        matcher: Matcher | ErrorMatcher,
        rows: LogRows | None,
        start: Callable[[int], int],
        step: int,
    ) -> None:
        if rows is None or not len(rows):
            self._ended(name, None, False)
            return
        work = partial(self._find, rows.finder(matcher), len(rows), name, start(step), step)
        self._view.run_worker(work, group="log-search", exclusive=True, thread=True)

    def _find(self, find: Find, count: int, name: str, start: int, step: int) -> None:
        """In a thread: search to one end of the log, then on from the other."""
        worker = get_current_worker()
        number = find(start, step, lambda: worker.is_cancelled)
        wrapped = number is None
        if wrapped:
            number = find(0 if step > 0 else count - 1, step, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self._ended(name, number, wrapped)
