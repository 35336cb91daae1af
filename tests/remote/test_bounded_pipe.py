"""A server that ignores the window fills no memory: the connection ends, and says why."""

from __future__ import annotations

import socket
import threading
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import paramiko
import pytest
from paramiko.common import AUTH_SUCCESSFUL, OPEN_SUCCEEDED

from dots_tui.remote.bounded_pipe import LARGEST_PACKET, MOST_BUFFERED, BoundedInflater, BoundedPipe
from dots_tui.remote.connection import Connection, RemoteProblem, Target
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDLESS = 64 * MOST_BUFFERED


class _Rude(paramiko.ServerInterface):
    """Lets everybody in and sends zeros without asking whether there is room, as data or as error output."""

    def __init__(self, error_output: bool) -> None:
        self.sent = 0
        self._error_output = error_output

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return AUTH_SUCCESSFUL

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        threading.Thread(target=self._send, args=(channel,), daemon=True).start()
        return True

    def _send(self, channel: paramiko.Channel) -> None:
        transport: Any = channel.transport
        while self.sent < ENDLESS and transport.is_active():
            message = paramiko.Message()
            message.add_byte(bytes([95 if self._error_output else 94]))  # CHANNEL_EXTENDED_DATA or CHANNEL_DATA
            message.add_int(channel.remote_chanid)
            if self._error_output:
                message.add_int(1)
            message.add_string(b"\0" * 30_000)
            try:
                transport._send_user_message(message)
            except (OSError, EOFError):  # the client has left
                return
            self.sent += 30_000


@pytest.fixture(params=[False, True], ids=["output", "error output"])
def rude(request: pytest.FixtureRequest) -> Iterator[tuple[_Rude, int]]:
    server = _Rude(request.param)
    listener = socket.create_server(("127.0.0.1", 0))
    transports = []

    def serve() -> None:
        sock, _ = listener.accept()
        transport = paramiko.Transport(sock)
        transport.add_server_key(paramiko.RSAKey.generate(2048))
        transport.use_compression(True)
        transports.append(transport)
        transport.start_server(server=server)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server, listener.getsockname()[1]
    for transport in transports:
        transport.close()
    listener.close()
    thread.join(5)


def test_a_server_that_ignores_the_window_is_left(rude: tuple[_Rude, int], tmp_path: Path) -> None:
    server, port = rude
    connection = Connection.open(
        Target("i-1", "127.0.0.1", port), OneTimeLogin(lambda _: None), HostKeys(tmp_path / "keys"), timing=Timing()
    )
    waiting = threading.Event()

    def slowly(_: bytes) -> None:
        waiting.wait(2)

    try:
        # Whoever takes the output is slow: nothing is taken while the server sends on.
        connection.stream("x", slowly, lambda: not connection.alive)
        problem = connection.problem()
        assert isinstance(problem, RemoteProblem)
        assert server.sent < ENDLESS
    finally:
        waiting.set()
        connection.close()


def test_the_buffer_takes_a_window_and_no_more() -> None:
    pipe = BoundedPipe(100)
    pipe.feed(b"x" * 100)
    with pytest.raises(paramiko.SSHException, match="send ahead"):
        pipe.feed(b"x")
    assert pipe.read(60) == b"x" * 60
    pipe.feed(b"y" * 60)
    assert len(pipe) == 100


def test_a_packet_is_decompressed_to_a_bound() -> None:
    deflate = zlib.compressobj()
    small = deflate.compress(b"log line\n" * 100) + deflate.flush(zlib.Z_SYNC_FLUSH)
    bomb = deflate.compress(b"\0" * (LARGEST_PACKET * 8)) + deflate.flush(zlib.Z_SYNC_FLUSH)
    inflate = BoundedInflater()
    assert inflate(small) == b"log line\n" * 100
    with pytest.raises(paramiko.SSHException, match="too large"):
        inflate(bomb)
