"""A reward function in a child process that is called again and again, as a training calls it.

The child is that of a rehearsal: walled where the system can do it, watched, and gone after `close`. Only `Answer` and
the way it ended come back.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import tempfile
import time
from typing import TYPE_CHECKING, Any

from dots_tui.reward.answers import Answer
from dots_tui.reward.calling import REWARD_LIMIT
from dots_tui.reward.child_process import ChildProcess, Limits, RehearsalCancelled
from dots_tui.reward.job import job_for
from dots_tui.reward.results import FunctionFault
from dots_tui.reward.tasks import CALLS
from dots_tui.reward.wall import Confinement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dots_tui.tracks.geometry import Track

_LIMITS = Limits(seconds=7 * 86_400.0)
_ANSWER_SECONDS = 20.0
"""For one answer; the child ends a call that takes long, and answers a slow batch in parts."""


class SessionEnded(Exception):
    """The child has ended, or had to be ended, and answers no more calls."""

    def __init__(self, fault: FunctionFault, exit_code: int | None) -> None:
        """`exit_code` is the child's own; negative for a signal, None if it was ended from here."""
        super().__init__(fault.message)
        self.fault = fault
        self.exit_code = exit_code


class CallSession:
    """The function `source` in a process of its own, which loads it at once. Close it. Raises OSError."""

    def __init__(self, source: bytes, track: Track, seed: str) -> None:
        self.confinement: Confinement | None = None
        """How the child is held; known after `load`."""
        self._waypoints: list[Any] | None = None
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="dots-tui-rehearsal-"))
            reading, self._requests = os.pipe()
            stack.callback(os.close, self._requests)
            os.set_blocking(self._requests, False)
            try:
                job = {**job_for(source, track), CALLS: {"requests": reading, "seed": seed}}
                self._child = ChildProcess(job, _LIMITS, folder, stack, (reading,))
            finally:
                os.close(reading)
            stack.callback(self._child.end)
            self._stack = stack.pop_all()
        self._until = time.monotonic() + _ANSWER_SECONDS
        self._events = self._child.events(self._is_late)

    def load(self) -> Answer:
        """Wait for the answer to loading the file. Raises SessionEnded."""
        return self._answer(0)

    def call(self, calls: Sequence[Mapping[str, Any]]) -> Answer:
        """Call the function with params that all have the same waypoints. Raises SessionEnded."""
        waypoints = calls[0]["waypoints"]
        request: dict[str, Any] = {"calls": [{**params, "waypoints": ()} for params in calls]}
        if waypoints != self._waypoints:
            request["waypoints"] = self._waypoints = list(waypoints)
        self._child.renew()
        self._until = time.monotonic() + _ANSWER_SECONDS
        self._send(json.dumps(request).encode() + b"\n")
        return self._answer(len(calls))

    def close(self) -> None:
        """End the child with all it started."""
        self._stack.close()

    def _send(self, data: bytes) -> None:
        try:
            while data:
                if not select.select([], [self._requests], [], max(0.0, self._until - time.monotonic()))[1]:
                    raise SessionEnded(FunctionFault("misbehaved", "The function takes no more calls."), None)
                data = data[os.write(self._requests, data) :]
        except BrokenPipeError:
            return  # it has ended; its last events say why

    def _answer(self, asked: int) -> Answer:
        fault: FunctionFault | None = None
        try:
            for event in self._events:
                if isinstance(event, Answer):
                    check_answer(event, asked)
                    return event
                if isinstance(event, Confinement):
                    self.confinement = self.confinement or event
                elif isinstance(event, FunctionFault):
                    fault = fault or event
        except RehearsalCancelled:
            fault = FunctionFault("endless-loop", "The function gave no answer in time.")
        raise SessionEnded(
            fault or FunctionFault("misbehaved", "The function ends the session."), self._child.exit_code
        )

    def _is_late(self) -> bool:
        return time.monotonic() > self._until


def check_answer(answer: Answer, asked: int) -> None:
    """Raise SessionEnded for an answer to something else: the racer's code may have written it."""
    paid, texts = len(answer.rewards), len(answer.printed)
    fits = 1 <= texts <= asked and texts == paid + (answer.failure is not None) if asked else (paid, texts) == (0, 1)
    if not fits or any(abs(reward) > REWARD_LIMIT for reward in answer.rewards):
        raise SessionEnded(FunctionFault("misbehaved", "The function sends answers of its own."), None)
