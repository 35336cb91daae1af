"""One SSH connection to an instance: open it with a one-time key, run commands, follow endless ones."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dots_tui.remote import problems
from dots_tui.remote.dial import dial
from dots_tui.remote.problems import HostKeyChanged, RemoteProblem
from dots_tui.remote.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from paramiko import Channel, PKey

    from dots_tui.remote.host_keys import HostCheck, HostKeys
    from dots_tui.remote.transport import Session

__all__ = ["Connection", "HostKeyChanged", "Output", "RemoteProblem", "Target", "Timing"]

CHUNK = 32768
"""Bytes asked for at once: SSH's packet size, and 4 to 15 times faster than reading lines."""
BATCH = 256 * 1024
"""Bytes handed over at once at most, when more than one chunk is there already."""
FRAME_S = 0.1
"""So long what comes in is left to gather, where it comes in small pieces."""
LONGEST_OUTPUT = 8 << 20
"""What `run` takes from one command at most."""


@dataclass(frozen=True)
class Target:
    """Where to connect. *host_id* (the EC2 instance id) is what the host key is remembered by.

    *proxy* is a shell command that leads there instead of a connection of our own. *compress*: a log shrinks to
    a tenth on the wire, and Docker reads it more slowly than sshd compresses it.
    """

    host_id: str
    address: str
    port: int = 22
    user: str = "ubuntu"
    proxy: str = ""
    compress: bool = True

    def __str__(self) -> str:
        return f"{self.host_id} ({self.address} port {self.port})"


class Login(Protocol):
    """What to log in with: see `dots_tui.remote.login`."""

    def keys(self, where: str) -> list[PKey]:
        """The keys to try, in their order. Raises RemoteProblem."""

    def refused(self, where: str, user: str) -> RemoteProblem:
        """What to say when none of them was taken."""


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
        login: Login,
        host_keys: HostKeys,
        *,
        timing: Timing | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Connection:
        """Connect and log in.

        The host key is checked first; only then *login* is asked for its keys (a one-time key is sent to the
        instance by that, e.g. by EC2 Instance Connect, where it is good for 60 s), then they are tried at once.
        *cancelled* is asked ten times a second. Raises RemoteProblem (HostKeyChanged is one).
        """
        from dots_tui.remote.transport import Session

        timing = timing or Timing()
        known = host_keys.known(target.host_id)
        sock = _dialled(target, timing, cancelled)
        session = Session(sock, str(target), timing, cancelled, compress=target.compress)
        try:
            line = _greeted(session, sock, target, known.type if known else None)
            host = host_keys.check(target.host_id, target.address, line)
            if not any(session.login(target.user, key) for key in login.keys(str(target))):
                raise login.refused(str(target), target.user)
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

        status = self._follow(command, parts.append, given_up, combine=True, pause=0.0)
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
        # A log that comes line by line would wake this thread for each: no screen is faster than ten frames a second.
        return self._follow(command, on_chunk, stopped, combine=False, pause=min(FRAME_S, self._timing.poll))

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
        pause: float,
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
                data = _gather(channel, data)
                on_chunk(data)
                if len(data) < CHUNK:
                    time.sleep(pause)
            return None
        finally:
            self._end(channel)

    def _start(self, command: str, *, combine: bool) -> Channel:
        from dots_tui.remote.bounded_pipe import bound_buffers
        from dots_tui.remote.transport import FAILURES

        try:
            channel = self._session.transport.open_session(timeout=self._timing.channel)
            bound_buffers(channel)
            channel.settimeout(self._timing.poll)
            channel.set_combine_stderr(combine)
            channel.exec_command(command)
        except FAILURES as error:
            if not self.alive:
                raise self._session.ended() from error
            why = (str(error) or type(error).__name__).rstrip(".")
            raise RemoteProblem(
                problems.COMMAND,
                f"{self.target} {problems.NOT_STARTED} {command!r}: {why}.",
                "It is tried again.",
            ) from error
        return channel

    def _end(self, channel: Channel) -> None:
        from dots_tui.remote.transport import FAILURES

        try:
            channel.close()
        except FAILURES:
            return  # the link is gone, and the channel with it


def _dialled(target: Target, timing: Timing, cancelled: Callable[[], bool]) -> socket.socket:
    if not target.proxy:
        return dial(target.address, target.port, timing.connect, cancelled)
    from dots_tui.remote.proxy import dial_proxy

    return dial_proxy(target.proxy, str(target))


def _greeted(session: Session, sock: socket.socket, target: Target, known_type: str | None) -> str:
    """The host's key. What a proxy command says tells more than that nobody answered."""
    try:
        return session.shake_hands(known_type)
    except RemoteProblem as problem:
        said = sock.said() if target.proxy else ""  # type: ignore[attr-defined]
        if problem.code == problems.NOT_SSH and target.proxy:
            raise problems.proxy_failed(str(target), target.proxy, said or "it ended without a word") from problem
        raise


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
