"""The record of a training that nobody watches, read from its log through the transport that works."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Callable

from dots_tui.app.runs import snapshot as transport_words
from dots_tui.app.runs.run_status import RunEye
from dots_tui.aws.stacks import get_stack
from dots_tui.spool.store import SpoolProblem
from dots_tui.training.record_text import read_record

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.app.runs.snapshot import TransportState
    from dots_tui.aws.session import Aws
    from dots_tui.training.run_record import RunRecord

PATIENCE_S = 30.0
"""Seconds to connect and to read the log the first time."""
_LOOK_S = 0.1


class LiveRecord:
    """Follows the log of one training from the first question on, until `close`.

    `say` takes sentences for the user. The questions block, and raise AwsProblem.
    """

    def __init__(
        self, aws: Aws, state: Path, ssh_port: int, say: Callable[[str], None], patience_s: float = PATIENCE_S
    ) -> None:
        self._aws, self._state, self._ssh_port, self._say = aws, state, ssh_port, say
        self._patience_s = patience_s
        self._eye: RunEye | None = None
        self._asked = False

    def record(self, stack_id: str) -> RunRecord | None:
        """Return the record of the run of a stack as it is now; None if its log cannot be read."""
        if not self._asked:
            self._asked = True
            self._open(stack_id)
        if self._eye is None or self._transport(self._eye).state != transport_words.CONNECTED:
            return None
        return read_record(self._eye.monitor.record_text())

    def close(self) -> None:
        """Disconnect, and keep what was read. Raises OSError if that cannot be written."""
        if self._eye is not None:
            self._eye.close()

    def _open(self, stack_id: str) -> None:
        stack = get_stack(self._aws, stack_id)
        self._say(f"The log of {stack.name} is read …")
        try:
            self._eye = RunEye(self._aws, stack, self._state, self._ssh_port)
        except SpoolProblem as problem:
            self._missing(stack.name, str(problem))
            return
        deadline = time.monotonic() + self._patience_s
        while time.monotonic() < deadline and not self._eye.read:
            time.sleep(_LOOK_S)
        transport = self._transport(self._eye)
        if transport.state != transport_words.CONNECTED:
            self._missing(stack.name, transport.message)

    def _missing(self, name: str, why: str) -> None:
        reason = f" ({why.rstrip('.')})" if why else ""
        self._say(f"The log of {name} cannot be read{reason}. The proof is compared with the saved record of the run.")

    @staticmethod
    def _transport(eye: RunEye) -> TransportState:
        return eye.monitor.snapshot().transport
