"""The runs that are open in the program, by key. Watching a second run is one more entry."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.runs.run import Run
    from dots_tui.app.runs.run_verdict import RunWords
    from dots_tui.training.run_record import RunRecord


class RunRegistry:
    """Any number of runs, one of them selected. Listeners are told of every change, in the thread of the change."""

    def __init__(self) -> None:
        self._runs: dict[str, Run] = {}
        self._selected = ""
        self._listeners: list[Callable[[], None]] = []

    @property
    def runs(self) -> tuple[Run, ...]:
        """All runs, in the order in which they were opened."""
        return tuple(self._runs.values())

    @property
    def selected(self) -> Run | None:
        """The run shown in the Training pane."""
        return self._runs.get(self._selected)

    @property
    def watched(self) -> str:
        """The name of the selected run; "" if there is none, or it has ended."""
        run = self.selected
        return run.name if run is not None and not run.ended else ""

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change: a run was opened, selected, ended or closed."""
        self._listeners.append(listener)

    # -- opening and closing ----------------------------------------------------------------------

    def select(self, run: Run) -> None:
        """Select `run`. If a run with its key is open and has not ended, that one is selected instead."""
        known = self._runs.get(run.key)
        if known is None or known.ended:
            self._runs[run.key] = run
            if known is not None:
                known.close()
        self._selected = run.key
        self._notify()

    def start(self, run: Run) -> None:
        """Start an open run, unless it was started before. Raises SpoolProblem and closes it."""
        try:
            run.start(self._notify)
        except Exception:
            self.remove(run)
            raise

    def end(self, key: str, reason: str) -> None:
        """End the run with this key, if it is open. One that was never started is closed."""
        run = self._runs.get(key)
        if run is None:
            return
        if run.spool is None:
            self.remove(run)
        else:
            run.end(reason)

    def remove(self, run: Run) -> None:
        """Close a run."""
        self._runs.pop(run.key, None)
        run.close()
        self._notify()

    def close_ended(self) -> None:
        """Close the runs that have ended and are not selected."""
        for run in self.runs:
            if run.ended and run is not self.selected:
                self.remove(run)

    def close(self, wait: float) -> None:
        """Close all runs; wait at most `wait` seconds for their threads."""
        deadline = time.monotonic() + wait
        for thread in [run.close() for run in self.runs]:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._runs.clear()

    def _notify(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    # -- what is known of a run ---------------------------------------------------------------------

    def _with_record(self, key: str) -> Run | None:
        return next((run for run in self.runs if key and run.record_key == key), None)

    def record(self, key: str) -> RunRecord | None:
        """Return the current record of the run that is saved under `key`; None if it is not open."""
        run = self._with_record(key)
        return run.record() if run is not None else None

    def words(self, key: str) -> RunWords | None:
        """Return a short status of the run that is saved under `key`; None if it is not open, or has ended."""
        run = self._with_record(key)
        return run.words(datetime.now(timezone.utc)) if run is not None else None
