"""One SSH connection to an instance: open it with a one-time key, run commands, follow endless commands."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dots_tui.problems import problem_of
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
"""Bytes per read: the packet size of SSH, and 4 to 15 times faster than reading lines."""
BATCH = 256 * 1024
"""Maximum bytes per callback, when more than one chunk is available."""
FRAME_S = 0.1
"""Seconds to collect input that arrives in small pieces."""
LONGEST_OUTPUT = 8 << 20
"""Maximum output that `run` accepts from one command."""


@dataclass(frozen=True)
class Target:
    """The destination of a connection. The host key is stored under `host_id` (the EC2 instance id).

    `proxy` is a shell command that reaches the host instead of a direct connection. `compress`: a
    log shrinks to a tenth on the wire, and sshd compresses it faster than Docker reads it.
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
    """The keys for a login: see `dots_tui.remote.login`."""

    def keys(self, where: str) -> list[PKey]:
        """Return the keys to try, in order. Raise RemoteProblem."""

    def refused(self, where: str, user: str) -> RemoteProblem:
        """Return the problem to report if the server accepts none of the keys."""


@dataclass(frozen=True)
class Output:
    """The output of a finished command (both streams, undecodable bytes replaced) and its exit status."""

    status: int
    text: str


class Connection:
    """An authenticated SSH connection. Several threads can call its methods at once."""

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

        The host key is checked first. Then `login` supplies its keys, which are tried at once; a
        one-time key is sent to the instance at this point, for example by EC2 Instance Connect,
        where it is valid for 60 s. `cancelled` is called ten times a second. Raise RemoteProblem
        (HostKeyChanged is a subclass).
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
        """The reason why the connection no longer works; None while it works."""
        return None if self.alive else self._session.ended()

    def run(self, command: str, timeout: float) -> Output:
        """Run `command` to its end.

        Raise RemoteProblem if it runs longer than `timeout` seconds, prints more than 8 MiB, or the
        connection is cut.
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
        """Run `command` and pass its standard output to `on_chunk` as it arrives; block until it ends.

        Return its exit status, or None if there is none: the connection was cut (then `alive` is
        False), the command was killed, or `stopped` returned True (called every quarter of a
        second). Nothing is read while `on_chunk` works, and once SSH's window (2 MiB) is full the
        remote command waits. The remote side must merge standard error (`2>&1`): a merge on this
        side would cut lines in the middle. Raise RemoteProblem if the command cannot be started.
        """
        # A log that arrives line by line would wake this thread each time; no screen needs more
        # than ten frames a second.
        return self._follow(command, on_chunk, stopped, combine=False, pause=min(FRAME_S, self._timing.poll))

    def close(self) -> None:
        """End the connection and all commands that use the stdin guard. Never block for long."""
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
            why = str(problem_of(error)).rstrip(".")
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
    """Return the host's key. Prefer the message of a proxy command to a timeout message."""
    try:
        return session.shake_hands(known_type)
    except RemoteProblem as problem:
        said = sock.said() if target.proxy else ""  # type: ignore[attr-defined]
        if problem.code == problems.NOT_SSH and target.proxy:
            raise problems.proxy_failed(str(target), target.proxy, said or "it ended without a word") from problem
        raise


def _gather(channel: Channel, data: bytes) -> bytes:
    """Return `data` and all data that is available without waiting."""
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
    """Return the status of a command whose output has ended; it arrives after the end of the output.

    Return None if there is none: after a cut paramiko leaves -1 there.
    """
    if channel.status_event.wait(2) and channel.exit_status >= 0:
        return channel.exit_status
    return None
