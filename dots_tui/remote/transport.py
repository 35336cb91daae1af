"""The SSH session under a connection: handshake, login and detection of a dead link.

This module imports paramiko; it is itself imported only when a connection is opened.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

import paramiko
from paramiko.packet import Packetizer

from dots_tui.problems import problem_of
from dots_tui.remote import problems
from dots_tui.remote.bounded_pipe import BoundedInflater

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from paramiko.message import Message

    from dots_tui.remote.timing import Timing

# paramiko also logs the errors it raises, with tracebacks; without a handler they would appear on
# the screen.
logging.getLogger("paramiko").addHandler(logging.NullHandler())
logging.getLogger("paramiko").propagate = False

FAILURES = (paramiko.SSHException, EOFError, OSError)
"""The exceptions of paramiko if the other side is gone or misbehaves."""
RSA_TYPES = ("rsa-sha2-512", "rsa-sha2-256")


class HearingPacketizer(Packetizer):
    """A packetizer that records the time of the last packet and refuses packets that are huge after
    decompression.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.heard = time.monotonic()

    def read_message(self) -> tuple[int, Message]:
        """Return the next packet, as the base class does."""
        message = super().read_message()
        self.heard = time.monotonic()
        return message

    def set_inbound_compressor(self, compressor: Any) -> None:  # noqa: ARG002 - paramiko's, which takes any size
        """Set a bounded decompressor instead of the given one."""
        bounded: Any = BoundedInflater()
        super().set_inbound_compressor(bounded)


class Session:
    """One SSH transport over `sock`, which it owns. Raise RemoteProblem that names `where`."""

    def __init__(
        self, sock: socket.socket, where: str, timing: Timing, cancelled: Callable[[], bool], *, compress: bool = False
    ) -> None:
        self._where = where
        self._timing = timing
        self._cancelled = cancelled
        self._silent = False
        self.transport = paramiko.Transport(sock, packetizer_class=HearingPacketizer)
        self.transport.use_compression(compress)
        self.transport.daemon = True
        self.transport.name = f"ssh {where}"
        self.transport.banner_timeout = timing.handshake
        self.transport.handshake_timeout = timing.handshake
        self.transport.clear_to_send_timeout = timing.handshake
        self._threads: list[threading.Thread] = []
        self._closed = threading.Event()

    @property
    def alive(self) -> bool:
        """True if the link works, as far as known."""
        return self.transport.is_active()

    def shake_hands(self, known_type: str | None) -> str:
        """Agree on keys and return the host's public key line (not checked here).

        `known_type` is the type of the stored host key: it is requested first, so that an added key
        of another type does not look like a changed key.
        """
        if known_type is not None:
            self._prefer(known_type)
        done = threading.Event()
        self.transport.start_client(event=done)
        self._wait(done, 2 * self._timing.handshake)
        try:
            if not done.is_set() or not self.transport.is_active():
                raise self.transport.get_exception() or TimeoutError("no end of the handshake")
            key = self.transport.get_remote_server_key()
        except FAILURES as error:
            raise problems.not_ssh(self._where, _detail(error)) from error
        return f"{key.get_name()} {key.get_base64()}"

    def login(self, user: str, key: paramiko.PKey) -> bool:
        """Try to log in as `user` with `key`; return False if it is refused and another key can be tried."""
        done = threading.Event()
        try:
            self.transport.auth_publickey(user, key, event=done)
            self._wait(done, self._timing.login)
            if self.transport.is_authenticated():
                return True
            if not done.is_set():
                raise TimeoutError("no answer to the login")
            error = self.transport.get_exception()
            if error is not None:
                raise error
        except paramiko.AuthenticationException:
            return False
        except FAILURES as error:
            raise problems.lost(self._where, f"during the login: {_detail(error)}") from error
        return False

    def watch(self) -> None:
        """Start to detect a dead link. paramiko's own keep-alive requests no answer, so it never detects one."""
        host = self.transport.name
        for name, target in (("ask", self._ask), ("watch", self._watch)):
            thread = threading.Thread(target=target, name=f"{host} {name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def ended(self) -> problems.RemoteProblem:
        """Return the reason why the link no longer works."""
        if self._silent:
            return problems.lost(self._where, f"no sign of life for {self._timing.dead:g} s")
        if self._closed.is_set():
            return problems.cancelled(self._where)
        # Not get_exception(): it clears the exception, and several threads ask.
        error = self.transport.saved_exception
        return problems.lost(self._where, _detail(error) if error else "closed by the other side")

    def close(self) -> None:
        """End the link at once, without notice to the other side, and wait for its threads (2 s at most)."""
        self._closed.set()
        self.transport.close()
        packetizer: Any = self.transport.packetizer
        packetizer.complete_handshake()  # stops paramiko's handshake timer, a thread that would live on
        deadline = time.monotonic() + 2
        for thread in (self.transport, *self._threads):
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _prefer(self, known_type: str) -> None:
        options = self.transport.get_security_options()
        wanted = RSA_TYPES if known_type == "ssh-rsa" else (known_type,)
        offered = tuple(options.key_types)
        first = tuple(name for name in wanted if name in offered)
        options.key_types = first + tuple(name for name in offered if name not in first)

    def _wait(self, done: threading.Event, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done.wait(0.1) and time.monotonic() < deadline:
            if self._cancelled():
                raise problems.cancelled(self._where)

    def _quiet_s(self) -> float:
        packetizer = self.transport.packetizer
        assert isinstance(packetizer, HearingPacketizer)
        return time.monotonic() - packetizer.heard

    def _ask(self) -> None:
        """Send a keep-alive after a third of the limit without input; any packet is an answer."""
        every = self._timing.dead / 3
        while not self._closed.wait(every) and self.transport.is_active():
            if self._quiet_s() < every:
                continue
            try:
                # Blocks until answered. "No such request" is an answer, too; a dead link gives
                # none.
                self.transport.global_request("keepalive@openssh.com", wait=True)
            except FAILURES:
                return

    def _watch(self) -> None:
        while not self._closed.wait(self._timing.dead / 15) and self.transport.is_active():
            if self._quiet_s() > self._timing.dead:
                self._silent = True
                self.transport.close()


def _detail(error: BaseException) -> str:
    """Return a short reason from one of FAILURES."""
    if isinstance(error, EOFError):
        return "closed by the other side"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(problem_of(error))
