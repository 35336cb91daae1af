"""Removing the folder of the embedded cloud, and noticing that the program in front is gone.

Nothing heavy is imported here: it must work while the rest is still being imported.
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
    """Remove a folder in which somebody may still be writing: what is made meanwhile goes with the next turn."""
    for _ in range(_TIMES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)


class ParentWatch:
    """Reads standard input until it ends, in a thread: then the program in front is gone.

    Until ``hand_over`` was called this process has nothing but the folder: it is removed, and the process ends.
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
        """Standard input has ended, or something else ends this process."""
        with self._lock:
            self._over = True
            ended = self._ended
        if ended is None:
            remove(self._folder)
            os._exit(0)
        ended()

    def hand_over(self, ended: Callable[[], object]) -> None:
        """From now on *ended* is called instead: it clears up more than a folder."""
        with self._lock:
            self._ended = ended
            over = self._over
        if over:
            ended()
