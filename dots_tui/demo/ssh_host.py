"""An SSH server on loopback, in this process, through which the embedded cloud's instances are reached.

It accepts public keys only, executes commands by calling a Python function, and can drop its connections on demand. Any
SSH client works; nothing else of the machine is reachable.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from typing import TYPE_CHECKING

import paramiko
from paramiko import common
from paramiko.packet import Packetizer

from dots_tui.remote.keys import one_time_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from paramiko.message import Message

    Handler = Callable[[str, "Writer"], int]
    Authorised = Callable[[str, str], bool]

GONE = (OSError, EOFError, paramiko.SSHException)
"""Exceptions that paramiko raises after the client has left."""
TICK_S = 0.2
JOIN_S = 3.0


class Writer:
    """The output of a command. Writing blocks while the client does not read."""

    def __init__(self, channel: paramiko.Channel, key: str = "") -> None:
        self._channel = channel
        self.key = key
        """The public key (base64) of the client's login."""

    def write(self, data: str | bytes) -> None:
        """Write to standard output. Raises OSError if the client has left."""
        self._channel.sendall(data.encode("utf-8") if isinstance(data, str) else data)

    def err(self, data: str | bytes) -> None:
        """Write to standard error. Raises OSError if the client has left."""
        self._channel.sendall_stderr(data.encode("utf-8") if isinstance(data, str) else data)

    @property
    def closed(self) -> bool:
        """True if the client has closed the channel or the connection."""
        return bool(self._channel.closed)

    @property
    def stdin_ended(self) -> bool:
        """True if the client has ended the input, or has left."""
        return bool(self._channel.eof_received) or self.closed


class SshHost:
    """A server on 127.0.0.1:`port` from its creation until `close`.

    `handler` (command line, Writer) returns the exit status; it runs in its own thread for each command and should end
    soon after `Writer.closed` becomes true. `authorised` (user, public key in base64, as in an OpenSSH line) decides
    about a login. `port` 0 uses any free one.
    """

    def __init__(self, handler: Handler, authorised: Authorised, port: int = 0) -> None:
        self.handler = handler
        self.authorised = authorised
        # Otherwise these go to the screen, with tracebacks of dropped connections.
        logging.getLogger("paramiko").addHandler(logging.NullHandler())
        logging.getLogger("paramiko").propagate = False
        self._key = one_time_key()
        self.host_key = self._key.public_line
        """`TYPE BASE64`"""
        self._lock = threading.Lock()
        self._transports: list[paramiko.Transport] = []
        self._keys: dict[paramiko.Transport, str] = {}
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._cut_until = 0.0
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(TICK_S)
        self.port: int = self._listener.getsockname()[1]
        self.start_thread("accept", self._accept)

    @property
    def connections(self) -> int:
        """Number of connected clients."""
        with self._lock:
            return sum(transport.is_active() for transport in self._transports)

    def drop_all(self) -> None:
        """Cut every connection, like a lost network; new connections are accepted."""
        with self._lock:
            transports, self._transports = self._transports, []
            self._keys.clear()
        for transport in transports:
            _shut(transport)

    def cut(self, seconds: float) -> None:
        """Cut every connection, and every new one during the next `seconds`."""
        self._cut_until = time.monotonic() + seconds
        self.drop_all()

    def drop(self, keys: Collection[str]) -> None:
        """Cut the connections of clients that logged in with one of `keys` (base64)."""
        with self._lock:
            dropped = [transport for transport in self._transports if self._keys.get(transport) in keys]
            self._transports = [transport for transport in self._transports if transport not in dropped]
            for transport in dropped:
                self._keys.pop(transport, None)
        for transport in dropped:
            _shut(transport)

    def logged_in(self, transport: paramiko.Transport, key: str) -> None:
        """Record the key of a client's login."""
        with self._lock:
            self._keys = {known: used for known, used in self._keys.items() if known.is_active()}
            self._keys[transport] = key

    def close(self) -> None:
        """Stop listening, cut every connection and wait for all threads (at most 3 s)."""
        self._closing.set()
        self._listener.close()
        self.drop_all()
        deadline = time.monotonic() + JOIN_S
        while threads := self._running():
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            self.drop_all()  # a connection accepted at the last moment
            if time.monotonic() > deadline:
                return

    def start_thread(self, name: str, target: Callable[..., None], *args: object) -> None:
        """Run `target` in a named daemon thread that `close` waits for."""
        thread = threading.Thread(target=target, args=args, name=f"ssh host {self.port} {name}", daemon=True)
        with self._lock:
            self._threads = [known for known in self._threads if known.is_alive() or known.ident is None]
            self._threads.append(thread)
        thread.start()

    def _running(self) -> list[threading.Thread]:
        with self._lock:
            threads = [thread for thread in self._threads if thread.is_alive()]
        return [thread for thread in threads if thread is not threading.current_thread()]

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except socket.timeout:
                continue
            except OSError:
                return
            if time.monotonic() < self._cut_until:
                sock.close()
                continue
            # Without it each command takes 40 ms longer.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.start_thread("session", self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        transport = paramiko.Transport(sock, packetizer_class=_Packetizer)
        transport.daemon = True
        transport.name = f"ssh host {self.port} transport"
        transport.add_server_key(self._key.for_paramiko())
        with self._lock:
            self._transports = [known for known in self._transports if known.is_active() or known.ident is None]
            self._transports.append(transport)
        try:
            transport.start_server(server=_Session(self, transport), event=threading.Event())
            kept: list[paramiko.Channel] = []  # paramiko closes a channel without references
            while transport.is_active() and not self._closing.is_set():
                channel = transport.accept(TICK_S)
                kept = [known for known in kept if not known.closed]
                if channel is not None:
                    kept.append(channel)
        except GONE:
            pass  # the client left during the handshake
        finally:
            _shut(transport)

    def run(self, channel: paramiko.Channel, command: str, key: str = "") -> None:
        """Run a command of a client that logged in with `key`, and report its status."""
        # OSError: the client left during the output, which is allowed.
        with contextlib.suppress(*GONE), contextlib.closing(channel):
            status = self.handler(command, Writer(channel, key))
            if not channel.closed:
                channel.send_exit_status(status)


class _Packetizer(Packetizer):
    """Starts deferred commands after the current request is answered.

    paramiko answers "exec" only after the function that decides about it has returned. A command started inside that
    function could end and close its channel before the client learns that it started.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.put_off: list[Callable[[], None]] = []

    def read_message(self) -> tuple[int, Message]:
        """Start the deferred commands, since all earlier requests are answered; then return the next packet."""
        while self.put_off:
            self.put_off.pop(0)()
        return super().read_message()


class _Session(paramiko.ServerInterface):
    """The permissions of one client: log in with a key, run commands."""

    def __init__(self, host: SshHost, transport: paramiko.Transport) -> None:
        self._host = host
        self._transport = transport
        self._key = ""

    def get_allowed_auths(self, username: str) -> str:
        """Keys only."""
        del username
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        """Ask the host's owner."""
        allowed = self._host.authorised(username, key.get_base64())
        if allowed:
            self._key = key.get_base64()
            self._host.logged_in(self._transport, self._key)
        return common.AUTH_SUCCESSFUL if allowed else common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """Sessions only: no forwarding."""
        del chanid
        return common.OPEN_SUCCEEDED if kind == "session" else common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        """Run `command` after the client has received the answer."""
        packetizer = self._transport.packetizer
        assert isinstance(packetizer, _Packetizer)
        line = command.decode("utf-8", "replace")
        packetizer.put_off.append(lambda: self._host.start_thread("command", self._host.run, channel, line, self._key))
        return True

    def check_channel_pty_request(self, channel: paramiko.Channel, *args: object) -> bool:
        """Granted but unused: `ssh -t` asks for it."""
        del channel, args
        return True


def _shut(transport: paramiko.Transport) -> None:
    transport.close()
    transport.packetizer.close()  # also after commands that have not started yet
    transport.packetizer.complete_handshake()
    if transport.is_alive() and transport is not threading.current_thread():
        transport.join(1)
