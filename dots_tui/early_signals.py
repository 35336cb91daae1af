"""Signals that come before the app takes them itself: clear up and end.

The handler ends the process. One that raises is of no use while modules are imported: the exception can surface
anywhere in there and be swallowed, or come out as another one (``__set_name__`` before Python 3.12).
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

NUMBERS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_LOOK_S = 0.25


class EarlySignals:
    """Takes SIGTERM, SIGHUP and SIGINT until another handler does; one the process was told to ignore stays ignored.

    A signal that comes before ``end_with`` was called is kept until then. Make it in the main thread.
    """

    def __init__(self) -> None:
        self._clear_up: Callable[[], object] | None = None
        self._came = 0
        for number in NUMBERS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._take)

    def end_with(self, clear_up: Callable[[], object]) -> None:
        """From now on a signal calls ``clear_up`` in the main thread and ends the process with 128 + its number."""
        self._clear_up = clear_up
        if self._came:
            self._end(clear_up)

    def _take(self, number: int, _: FrameType | None) -> None:
        self._came = number
        if self._clear_up is not None:
            self._end(self._clear_up)

    def _end(self, clear_up: Callable[[], object]) -> None:
        ignore()
        try:
            clear_up()
        finally:
            os._exit(128 + self._came)


def wait_for(thread: threading.Thread) -> None:
    """Wait in the main thread until ``thread`` ends, and hear of every signal meanwhile.

    Python calls a handler between two of its instructions. A signal that comes just before a wait without a limit
    begins, or that the system gives to another thread, would be heard of when that wait is over.
    """
    while thread.is_alive():
        thread.join(_LOOK_S)


def ignore() -> None:
    """Let no further signal interrupt the clearing up."""
    for number in NUMBERS:
        signal.signal(number, signal.SIG_IGN)
