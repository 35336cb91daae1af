"""The undo steps of a document: one history for form and text."""

from __future__ import annotations

import time
from typing import Callable

PAUSE = 1.0
"""Seconds without typing after which typing begins a new step."""
MOST_STEPS = 200
MOST_BYTES = 16 * 1024 * 1024
"""The oldest steps are dropped beyond this number, or beyond this memory."""


class UndoSteps:
    """Earlier and undone contents. `clock` returns monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._back: list[bytes] = []
        self._forward: list[bytes] = []
        self._joins_until = 0.0

    def record(self, before: bytes, after: bytes, *, step: bool) -> None:
        """``before`` became ``after``. A ``step`` stands for itself; typing joins the typing right before it.

        Typing begins a new step after a pause, and when the number of lines changes.
        """
        now = self._clock()
        joins = not step and now < self._joins_until and before.count(b"\n") == after.count(b"\n")
        if not joins:
            self._back.append(before)
            self._bound()
        self._forward.clear()
        self._joins_until = 0.0 if step else now + PAUSE

    def end_step(self) -> None:
        """Let the next typed text begin a new step."""
        self._joins_until = 0.0

    def undo(self, current: bytes) -> bytes | None:
        """Return the content before the last step, None if there is none; `current` can be redone."""
        return self._move(self._back, self._forward, current)

    def redo(self, current: bytes) -> bytes | None:
        """Return the content after the last undone step, None if there is none."""
        return self._move(self._forward, self._back, current)

    def _move(self, source: list[bytes], target: list[bytes], current: bytes) -> bytes | None:
        self.end_step()
        while source:
            data = source.pop()
            # Typing that was deleted again is a step that changes nothing: it is passed over.
            if data != current:
                target.append(current)
                return data
        return None

    def _bound(self) -> None:
        size = sum(map(len, self._back))
        while len(self._back) > MOST_STEPS or (size > MOST_BYTES and len(self._back) > 1):
            size -= len(self._back.pop(0))
