"""Leaving ends: when the app hangs on its way out, the process ends all the same.

On the way out Textual waits for the thread that writes to the terminal, without a limit; a terminal that is closed at
that moment can keep it for ever, and then no signal is heard any more.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

SECONDS = 10.0
"""What is ended in order (threads, a followed log) takes three at most."""


def end_after(code: int, seconds: float = SECONDS) -> Callable[[], None]:
    """End the process with ``code`` in ``seconds``, unless the function returned is called before."""
    timer = threading.Timer(seconds, os._exit, (code,))
    timer.daemon = True
    timer.start()
    return timer.cancel
