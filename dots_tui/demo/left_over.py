"""Removal of the embedded cloud's folder, and detection of the parent program's end.

It imports nothing heavy, because it must work while the rest is still being imported.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

_TIMES, _PAUSE = 40, 0.05


def remove(folder: Path) -> None:
    """Remove a folder while other threads may still write to it; retry for files created meanwhile."""
    for _ in range(_TIMES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)


class ParentWatch:
    """Reads standard input in a thread until it ends, which means that the parent program has ended.

    Before `hand_over` is called, the process owns nothing but the folder: the folder is removed and the process ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ended: Callable[[], object] | None = None
        self._lock = threading.Lock()
        self._over = False
        threading.Thread(target=self._watch, name="parent-watch", daemon=True).start()

    def _watch(self) -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        self.end()

    def end(self) -> None:
        """Handle the end of standard input, or another event that ends this process."""
        with self._lock:
            self._over = True
            ended = self._ended
        if ended is None:
            remove(self._folder)
            os._exit(0)
        ended()

    def hand_over(self, ended: Callable[[], object]) -> None:
        """Call `ended` instead from now on: it cleans up more than a folder."""
        with self._lock:
            self._ended = ended
            over = self._over
        if over:
            ended()
