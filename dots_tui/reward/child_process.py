"""The child process of a rehearsal, seen from the program: started behind a keeper, watched, and always ended."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any, Callable

from dots_tui.reward.call_watch import CallWatch
from dots_tui.reward.event_stream import EventStream, Misbehaved
from dots_tui.reward.keeper import STOPPED
from dots_tui.reward.policies import COUNT
from dots_tui.reward.pythons import install_advice, python_for
from dots_tui.reward.results import Event, FunctionFault, Pulse, RehearsalEnd
from dots_tui.reward.sandbox import Sandbox
from dots_tui.reward.tasks import LOGGED

_POLL_SECONDS = 0.1
_GRACE_SECONDS = 5.0
"""Beyond the time for all, in which the child is expected to end by itself."""
_CLEAR_SECONDS = 6.0
"""For the keeper to end everything; then the process group is killed."""
_STUCK_LINE = re.compile(r'File "reward_function\.py", line (\d+)')
_START = (
    "import sys, json; sys.dont_write_bytecode = True; "
    "own, more = json.loads(sys.argv[1]); sys.path[:] = [*(own or sys.path), *more]; "
    "from dots_tui.reward.child import main; main(*map(int, sys.argv[2:]))"
)


@dataclass(frozen=True)
class Limits:
    """What a rehearsal may use."""

    seconds: float = 30.0
    """For all of it."""
    call_seconds: float = 2.0
    """Of computing time for one call, or for loading the file."""
    memory_mb: int = 1024
    policies: int = COUNT
    """How many rank laps by return and time; 0 leaves that out."""


class RehearsalCancelled(Exception):
    """The rehearsal was given up on request."""


class ChildProcess:
    """The process and the ends of its pipes on this side."""

    def __init__(
        self,
        job: Mapping[str, Any],
        limits: Limits,
        folder: str,
        stack: contextlib.ExitStack,
        more_descriptors: Sequence[int] = (),
    ) -> None:
        """Start it in the empty *folder*. *more_descriptors* are open in it too, under the same numbers."""
        self._limits = limits
        self._out, out = _pipe(stack)
        self._stuck, given = _temporary(stack), _temporary(stack)
        given.write(json.dumps({**job, "limits": asdict(limits), "install": install_advice()}).encode())
        given.seek(0)
        python = python_for(job["source"])
        path = json.dumps(python.path)
        lifeline, self._lifeline = os.pipe()
        stack.callback(self._let_go)
        sandbox = Sandbox.of_this_system()
        descriptors = (out, self._stuck.fileno(), lifeline)
        self._process = subprocess.Popen(
            [*sandbox.command(folder), python.program, "-I", "-c", _START, path, *map(str, descriptors)],
            stdin=given,
            stdout=subprocess.DEVNULL,
            stderr=self._stuck,
            cwd=folder,
            env={**_environment(folder), **sandbox.environment},
            pass_fds=(*descriptors, *more_descriptors),
            start_new_session=True,
        )
        os.close(out)
        os.close(lifeline)
        self._begun = time.monotonic()
        self._stream = EventStream(len(job.get(LOGGED, ())))
        self._watch = CallWatch(limits.call_seconds)

    def events(self, cancelled: Callable[[], bool]) -> Iterator[Event]:
        """What the child tells. Its end without a word, and words that are no events, become a fault."""
        try:
            yield from self._events(cancelled)
        except Misbehaved as what:
            yield FunctionFault(
                "misbehaved", f"The function disturbs the rehearsal. {what} Rehearse only code that you trust."
            )
            yield self._cut_short()

    def _events(self, cancelled: Callable[[], bool]) -> Iterator[Event]:
        until, gone = self._begun + self._limits.seconds + _GRACE_SECONDS, False
        while True:
            for event in self._waiting(0.0 if gone else _POLL_SECONDS):
                if isinstance(event, Pulse):
                    continue
                yield event
                if isinstance(event, RehearsalEnd):
                    return
            if cancelled():
                raise RehearsalCancelled
            if gone:
                yield self._fault_of_end()
                break
            fault = self._watch.fault or self._fault_of_time(until)
            if fault is not None:
                yield fault
                break
            # Once more round after the end: its last words may be in the pipe. Somebody it started may hold that open.
            gone = self._process.poll() is not None
        yield self._cut_short()

    def renew(self) -> None:
        """Count what it tells anew: something else was asked for."""
        self._stream.renew()
        self._watch.renew()

    @property
    def exit_code(self) -> int | None:
        """The exit code, or the negative number of a signal; None while it runs."""
        return self._process.poll()

    def end(self) -> None:
        """End the child with all it started: by its keeper, and if that is gone, by the process group."""
        self._let_go()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_CLEAR_SECONDS)
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that has gone
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _let_go(self) -> None:
        """Close the lifeline."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def _cut_short(self) -> RehearsalEnd:
        return RehearsalEnd(complete=False, seconds=round(time.monotonic() - self._begun, 3))

    def _fault_of_time(self, until: float) -> FunctionFault | None:
        if time.monotonic() <= until:
            return None
        return FunctionFault(
            "too-slow", f"The rehearsal did not end within its limit of {self._limits.seconds:g} seconds."
        )

    def _waiting(self, seconds: float) -> Iterator[Event]:
        """Whole events that are there, after waiting for the first. Raises Misbehaved."""
        while True:
            begun = time.monotonic()
            there = select.select([self._out], [], [], seconds)[0]
            self._watch.waited(time.monotonic() - begun)
            if not there:
                return
            data = os.read(self._out, 1 << 16)
            if not data:
                # The end of the pipe: nothing more will come, and select would say so again at once.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(seconds)
                return
            seconds = 0.0
            for event in self._stream.feed(data):
                self._watch.heard(event)
                yield event

    def _fault_of_end(self) -> FunctionFault:
        """Why a child went without saying so."""
        code = self._process.returncode
        self._stuck.seek(0)
        words = self._stuck.read(1 << 16).decode("utf-8", "replace")
        found = _STUCK_LINE.search(words)
        line = int(found.group(1)) if found else None
        if words.startswith(STOPPED):
            return FunctionFault(
                "misbehaved", "The function stops its own process, so the rehearsal cannot go on.", line
            )
        if words.startswith("Timeout") or code == -signal.SIGXCPU:
            seconds = self._limits.call_seconds
            message = f"The function does not end: one call ran for far more than {seconds:g} seconds."
            return FunctionFault("endless-loop", message, line)
        if code < 0:
            names = {one.value: one.name for one in signal.Signals}
            how = names.get(-code, f"signal {-code}")
            return FunctionFault("crash", f"The function crashes Python ({how}); the training ends then.", line)
        if "dots_tui" in words and "Error" in words:
            reason = words.strip().splitlines()[-1]
            return FunctionFault("not-rehearsed", f"The rehearsal itself failed: {reason}", line)
        return FunctionFault(
            "sys-exit", f"The function ends the process (exit code {code}); the training ends then.", line
        )


def _pipe(stack: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe; its reading end is closed with *stack*."""
    reading, writing = os.pipe()
    stack.callback(os.close, reading)
    return reading, writing


def _temporary(stack: contextlib.ExitStack) -> IO[bytes]:
    """A file without a name that is closed with *stack*."""
    file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    return file


def _environment(folder: str) -> dict[str, str]:
    """Next to nothing: no credentials, no proxies, no settings of the user's."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "PATH": "/usr/bin:/bin",
        "HOME": folder,
        "TMPDIR": folder,
        "LC_ALL": "C.UTF-8",
        # numpy's helpers each take address space, which is limited.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
