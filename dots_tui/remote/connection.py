"""One SSH connection to an instance: open it with a one-time key, run commands, follow endless ones."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.remote import problems
from dots_tui.remote.dial import dial
from dots_tui.remote.keys import OneTimeKey, one_time_key
from dots_tui.remote.problems import HostKeyChanged, RemoteProblem
from dots_tui.remote.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from paramiko import Channel

    from dots_tui.remote.host_keys import HostCheck, HostKeys
    from dots_tui.remote.transport import Session

__all__ = ["Connection", "HostKeyChanged", "Output", "RemoteProblem", "Target", "Timing"]

CHUNK = 32768
"""Bytes asked for at once: SSH's packet size, and 4 to 15 times faster than reading lines."""
BATCH = 256 * 1024
"""Bytes handed over at once at most, when more than one chunk is there already."""
LONGEST_OUTPUT = 8 << 20
"""What `run` takes from one command at most."""


@dataclass(frozen=True)
class Target:
    """Where to connect. *host_id* (the EC2 instance id) is what the host key is remembered by."""

    host_id: str
    address: str
    port: int = 22
    user: str = "ubuntu"

    def __str__(self) -> str:
        return f"{self.host_id} ({self.address} port {self.port})"


@dataclass(frozen=True)
class Output:
    """What a finished command printed (both streams, undecodable bytes replaced) and its exit status."""

    status: int
    text: str


class Connection:
    """An authenticated SSH connection. Its methods may be called from several threads at once."""

    def __init__(self, target: Target, session: Session, host: HostCheck, timing: Timing) -> None:
        self.target = target
        self.host = host
        self._session = session
        self._timing = timing

    @classmethod
    def open(
        cls,
        target: Target,
        authorise: Callable[[str], None],
        host_keys: HostKeys,
        *,
        key: OneTimeKey | None = None,
        timing: Timing | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Connection:
        """Connect and log in.

        The host key is checked first; only then *authorise* is called with the public key line (it sends it
        to the instance, e.g. by EC2 Instance Connect, where it is good for 60 s), then the login follows at
        once. *cancelled* is asked ten times a second. Raises RemoteProblem (HostKeyChanged is one; what
        *authorise* raises becomes one).
        """
        from dots_tui.remote.transport import Session

        timing = timing or Timing()
        key = key or one_time_key()
        known = host_keys.known(target.host_id)
        sock = dial(target.address, target.port, timing.connect, cancelled)
        session = Session(sock, str(target), timing, cancelled)
        try:
            line = session.shake_hands(known.type if known else None)
            host = host_keys.check(target.host_id, target.address, line)
            _authorise(authorise, key, target)
            session.login(target.user, key.for_paramiko())
            session.watch()
        except BaseException:
            session.close()
            raise
        return cls(target, session, host, timing)

    @property
    def alive(self) -> bool:
        """False once the link is cut, found dead or closed."""
        return self._session.alive

    def problem(self) -> RemoteProblem | None:
        """Why the connection does not work any more; None while it does."""
        return None if self.alive else self._session.ended()

    def run(self, command: str, timeout: float) -> Output:
        """Run *command* to its end.

        Raises RemoteProblem when it is not over after *timeout* seconds, prints more than 8 MiB, or when the
        connection is cut meanwhile.
        """
        deadline = time.monotonic() + timeout
        parts: list[bytes] = []

        def too_much() -> bool:
            return sum(map(len, parts)) > LONGEST_OUTPUT

        def given_up() -> bool:
            return time.monotonic() > deadline or too_much()

        status = self._follow(command, parts.append, given_up, combine=True)
        if status is not None:
            return Output(status, b"".join(parts).decode("utf-8", "replace"))
        if not self.alive:
            raise self._session.ended()
        if too_much():
            what = f"printed more than {LONGEST_OUTPUT >> 20} MiB"
        else:
            what = f"did not finish within {timeout:g} s" if given_up() else "was killed"
        raise RemoteProblem(problems.COMMAND, f"The command {command!r} on {self.target} {what}.", "It is tried again.")

    def stream(self, command: str, on_chunk: Callable[[bytes], None], stopped: Callable[[], bool]) -> int | None:
        """Run *command*, handing its standard output to *on_chunk* as it comes; blocks until it is over.

        Returns its exit status, or None when there was none: the connection was cut (then `alive` is False),
        the command was killed, or *stopped* said so (asked every quarter of a second). While *on_chunk* works
        nothing is read, and once SSH's window (2 MiB) is full the remote command waits. Standard error must
        be joined on the remote side (``2>&1``): joining it here would cut lines in the middle.
        Raises RemoteProblem when the command cannot be started.
        """
        return self._follow(command, on_chunk, stopped, combine=False)

    def close(self) -> None:
        """End the connection; commands that use the stdin guard end with it. Never blocks for long."""
        self._session.close()

    def _follow(
        self,
        command: str,
        on_chunk: Callable[[bytes], None],
        stopped: Callable[[], bool],
        *,
        combine: bool,
    ) -> int | None:
        channel = self._start(command, combine=combine)
        try:
            while not stopped():
                try:
                    data = channel.recv(CHUNK)
                except socket.timeout:
                    continue
                if not data:
                    return _exit_status(channel)
                on_chunk(_gather(channel, data))
            return None
        finally:
            self._end(channel)

    def _start(self, command: str, *, combine: bool) -> Channel:
        from dots_tui.remote.transport import FAILURES

        try:
            channel = self._session.transport.open_session(timeout=self._timing.channel)
            channel.settimeout(self._timing.poll)
            channel.set_combine_stderr(combine)
            channel.exec_command(command)
        except FAILURES as error:
            if not self.alive:
                raise self._session.ended() from error
            raise RemoteProblem(
                problems.COMMAND,
                f"{self.target} does not start the command {command!r}: {str(error) or type(error).__name__}.",
                "It is tried again.",
            ) from error
        return channel

    def _end(self, channel: Channel) -> None:
        from dots_tui.remote.transport import FAILURES

        try:
            channel.close()
        except FAILURES:
            return  # the link is gone, and the channel with it


def _authorise(authorise: Callable[[str], None], key: OneTimeKey, target: Target) -> None:
    try:
        authorise(key.public_line)
    except RemoteProblem:
        raise
    except Exception as error:
        raise problems.not_authorised(str(target), error) from error


def _gather(channel: Channel, data: bytes) -> bytes:
    """*data* and what else is there already, without waiting."""
    if not channel.recv_ready():
        return data
    parts = [data]
    size = len(data)
    while size < BATCH and channel.recv_ready():
        data = channel.recv(CHUNK)
        if not data:
            break
        parts.append(data)
        size += len(data)
    return b"".join(parts)


def _exit_status(channel: Channel) -> int | None:
    """The status of a command whose output has ended; it arrives after the end of the output.

    None when there is none: after a cut paramiko leaves -1 there.
    """
    if channel.status_event.wait(2) and channel.exit_status >= 0:
        return channel.exit_status
    return None
