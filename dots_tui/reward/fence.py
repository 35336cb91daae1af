"""What the racer's code may use and reach in the child process, by Python's own audit events.

A fence against mistakes: it names what a function should not do, but code can get round it. The wall
(:mod:`dots_tui.reward.wall`) is what holds intent, where the system gives one.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path
from typing import Any

_TO_SPEAK = 64 << 20
"""Bytes kept back, so that a child whose memory is used up can still say so."""
_MOST_WRITTEN = 1 << 20
_LATER_SECONDS = 5
"""The processor time is cut off so long after the time for all, in case nothing else has ended the child."""
_PROCESSES_MORE = 1024
"""Processes and threads of the user beyond those that run now; a loop that forks ends there."""
_NETWORK = ("socket.", "ftplib.", "http.client.", "imaplib.", "poplib.", "smtplib.", "telnetlib.", "urllib.Request")
_PROGRAMS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.kill",
    "os.startfile",
    "pty.spawn",
    "signal.pthread_kill",
    "syslog.",
    "webbrowser.open",
)
_FILES = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.truncate",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.chflags",
    "os.lockf",
    "os.mkfifo",
    "os.mknod",
    "os.setxattr",
    "os.removexattr",
    "os.utime",
    "shutil.",
    "sqlite3.connect",
)
_THREADS = ("_thread.start_new_thread", "_thread.start_joinable_thread")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class NotAllowed(PermissionError):
    """The function reaches for the network, for programs or for files, which a rehearsal does not let it have."""

    def __init__(self, deed: str) -> None:
        super().__init__(f"{deed}, which a rehearsal does not allow.")
        self.deed = deed
        """The begin of a sentence: what the function does."""


def set_limits(memory_mb: int, seconds: int) -> None:
    """Limits of the system for this process: address space, processor time, written bytes, no core files."""
    memory = memory_mb << 20
    time = seconds + _LATER_SECONDS
    for what, value, most in (
        (resource.RLIMIT_AS, memory, memory + _TO_SPEAK),
        (resource.RLIMIT_CPU, time, time),
        (resource.RLIMIT_FSIZE, _MOST_WRITTEN, _MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NPROC, *_most_processes()),
    ):
        with contextlib.suppress(ValueError, OSError):  # a system without that limit; the parent's clock stays
            resource.setrlimit(what, (value, most))


def _most_processes() -> tuple[int, int]:
    """The limits on this user's processes and threads. Where only processes count and /proc is missing: no new one."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    if sys.platform != "linux":
        return 1, 1
    most = _PROCESSES_MORE
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if process.stat().st_uid == os.getuid():
                most += process.joinpath("task").stat().st_nlink - 2
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    return most, most


def more_memory() -> None:
    """Give way by what was kept back."""
    with contextlib.suppress(ValueError, OSError):
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise NotAllowed for an audit event (``sys.addaudithook``) that the racer's code may not cause."""
    if event.startswith(_NETWORK):
        raise NotAllowed(f"The function uses the network ({event})")
    if event.startswith(_PROGRAMS):
        raise NotAllowed(f"The function starts or ends programs ({event})")
    if event in _THREADS:
        raise NotAllowed("The function starts a thread")
    if event.startswith(_FILES) or (event == "open" and _writes(arguments)):
        raise NotAllowed(f"The function writes or changes files ({event})")


def _writes(arguments: tuple[Any, ...]) -> bool:
    path, _, flags = (*arguments, None, None, None)[:3]
    # A number is a descriptor that is open already.
    return path != os.devnull and not isinstance(path, int) and isinstance(flags, int) and bool(flags & _WRITING)
