"""The keeper of a rehearsal: the process between the program and the racer's code.

It forks the process that runs the code, and ends when that does, when the program asks it to, or when the program has
gone. It never runs the racer's code, so it is still there to end whatever that left: a stopped process, and on Linux
also processes that moved into sessions of their own.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from typing import NoReturn

STOPPED = "Stopped"
"""The first word for the parent when the code has stopped its own process."""
_LOOK_SECONDS = 0.02
_CLEAR_SECONDS = 5.0
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def keep(work: Callable[[], None], lifeline: int, stuck: int) -> NoReturn:
    """Run *work* in a process of its own and end as it ended.

    *lifeline* is the reading end of a pipe: when its other end is closed everything ends. *stuck* takes last words.
    """
    _set_option(_PR_SET_CHILD_SUBREAPER, 1)
    worker = os.fork()
    if worker == 0:
        os.close(lifeline)
        _set_option(_PR_SET_PDEATHSIG, signal.SIGKILL)
        work()
        os._exit(0)
    status = _watch(worker, lifeline, stuck)
    _end_the_rest()
    with contextlib.suppress(OSError):  # not empty, or removed by the program already
        Path.cwd().rmdir()
    _end_like(status)


def _watch(worker: int, lifeline: int, stuck: int) -> int:
    """Wait for the end of the worker, which is brought about when it stops or when nobody listens any more."""
    while True:
        found, status = os.waitpid(worker, os.WNOHANG | os.WUNTRACED)
        if found and os.WIFSTOPPED(status):
            os.write(stuck, f"{STOPPED} by signal {os.WSTOPSIG(status)}\n".encode())
            os.kill(worker, signal.SIGKILL)
        elif found:
            return status
        if select.select([lifeline], [], [], _LOOK_SECONDS)[0]:
            os.kill(worker, signal.SIGKILL)
            return os.waitpid(worker, 0)[1]


def _end_the_rest() -> None:
    """Kill every process that the worker left: those of other sessions have become children of this one."""
    until = time.monotonic() + _CLEAR_SECONDS
    while time.monotonic() < until:
        for child in _children():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(_LOOK_SECONDS)
        except ChildProcessError:
            return


def _children() -> list[int]:
    """The processes whose parent this one is. Empty on a system without /proc."""
    me, found = os.getpid(), []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            if int(path.read_text(errors="replace").rpartition(")")[2].split()[1]) == me:
                found.append(int(path.parent.name))
    return found


def _set_option(option: int, value: int) -> None:
    """prctl(2), where there is one; what it holds is held by other means elsewhere."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(ImportError):
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _end_like(status: int) -> NoReturn:
    """End with the worker's exit code, or by the signal that ended it."""
    if os.WIFSIGNALED(status):
        with contextlib.suppress(OSError, ValueError):
            signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
        time.sleep(_CLEAR_SECONDS)
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else errno.ECANCELED)
