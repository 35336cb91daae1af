"""The phases of a run, as the embedded instance reports them in one small object in the bucket."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any, Callable

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS: tuple[tuple[str, str, bytes], ...] = (
    ("simulations", "robomaker", b""),
    ("trainer", "-algo-", b""),
    ("training", "robomaker", b"SIM_TRACE_LOG"),
)
"""Phase, part of the name of the container that shows it, and its output."""


class PhaseReport:
    """The phases of one instance. `put` writes the document; `now` is the instance's clock (Unix seconds)."""

    def __init__(
        self, put: Callable[[bytes], None], stack: str, instance_id: str, now: Callable[[], float] = time.time
    ) -> None:
        self._put = put
        self._stack, self._instance_id = stack, instance_id
        self._now = now
        self._lock = threading.Lock()
        self._phases: list[dict[str, Any]] = []
        self._awaited = list(_SIGNS)

    def reached(self, name: str, message: str = "") -> None:
        """Report that a phase begins."""
        self._add({"name": name, "at": self._stamp(), "message": message})

    def failed(self, message: str, reason: str, last_words: Sequence[str]) -> None:
        """Report that the run failed: a sentence, a reason code, and the last output."""
        words = "\n".join(last_words)
        self._add({"name": "failed", "at": self._stamp(), "message": message, "reason": reason, "last_words": words})

    def heard(self, container: str, line: bytes) -> None:
        """Handle a line that a container printed; some lines are the first sign of a phase."""
        for sign in self._awaited:
            name, part, text = sign
            if part in container and text in line:
                self._awaited.remove(sign)
                self.reached(name)
                return

    def _stamp(self) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._now()))

    def _add(self, phase: dict[str, Any]) -> None:
        with self._lock:
            self._phases.append(phase)
            document = {
                "version": 1,
                "stack": self._stack,
                "instance": self._instance_id,
                "phases": list(self._phases),
            }
        self._put(json.dumps(document).encode())
