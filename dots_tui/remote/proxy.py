"""A connection through a command, like OpenSSH's ProxyCommand: its input and output are the connection.

paramiko's own ProxyCommand loops forever once its process has ended, and loses the output of that
process. A socket connected to the standard input and output of the process has neither problem.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
from collections import deque

from dots_tui.remote import problems

END_S = 2.0
"""Seconds a command may take to end by itself once the socket is closed."""


class ProxySocket(socket.socket):
    """The local end. Closing it ends the command and all its child processes."""

    def __init__(self, command: str, near: socket.socket, far: socket.socket) -> None:
        super().__init__(near.family, near.type, near.proto, near.detach())
        self._said: deque[str] = deque(maxlen=3)
        with far:
            # A session of its own: no terminal to ask for a password on, no Ctrl-C, and one group to end.
            # The shell is what ssh runs the line of ~/.ssh/config with.
            self._process = subprocess.Popen(  # noqa: S602
                command,
                shell=True,
                stdin=far.fileno(),
                stdout=far.fileno(),
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._reap, name="ssh proxy", daemon=True)
        self._reader.start()

    def said(self) -> str:
        """Return the last error output of the command; wait a moment for it if the command has just ended."""
        self._reader.join(0.2)
        return " ".join(self._said)

    def close(self) -> None:
        """Close the connection and end the command."""
        super().close()
        self._signal(signal.SIGTERM)
        if threading.current_thread() is not self._reader:
            self._reader.join(END_S)
        if self._process.poll() is None:
            self._signal(signal.SIGKILL)

    def _reap(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as errors:
            for line in errors:
                if text := line.decode("utf-8", "replace").strip():
                    self._said.append(text)
        self._process.wait()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def dial_proxy(command: str, where: str) -> ProxySocket:
    """Return a socket through the shell `command`. Raise RemoteProblem if it cannot be started."""
    near, far = socket.socketpair()
    try:
        return ProxySocket(command, near, far)
    except OSError as error:
        near.close()
        raise problems.proxy_failed(where, command, error.strerror or str(error)) from error
