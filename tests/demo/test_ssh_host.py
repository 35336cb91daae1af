"""The loopback SSH host: any client can talk to it, it drops connections on demand and leaves nothing behind."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.demo.ssh_host import SshHost, Writer
from dots_tui.remote.connection import Connection, Target
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.problems import RemoteProblem
from dots_tui.remote.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Connect = Callable[[], Connection]


def shell(command: str, out: Writer) -> int:
    """A few commands to test with."""
    if command == "both":
        out.write("out\n")
        out.err("err\n")
        return 3
    if command == "wait":
        out.write(b"waiting\n")
        while not out.stdin_ended:
            time.sleep(0.01)
        return 0
    return 0


def threads_of(host: SshHost) -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(f"ssh host {host.port} ")]


@pytest.fixture
def keys() -> list[str]:
    return []


@pytest.fixture
def host(keys: list[str]) -> Iterator[SshHost]:
    made = SshHost(shell, lambda user, key: user == "ubuntu" and key in keys)
    yield made
    made.close()


@pytest.fixture
def connect(host: SshHost, keys: list[str], tmp_path: Path) -> Iterator[Connect]:
    opened: list[Connection] = []

    def connect() -> Connection:
        opened.append(
            Connection.open(
                Target("i-1", "127.0.0.1", host.port),
                OneTimeLogin(lambda line: keys.append(line.split()[1])),
                HostKeys(tmp_path / "host-keys.json"),
                timing=Timing(connect=5, login=5),
            )
        )
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def test_a_command_has_output_and_status(connect: Connect) -> None:
    output = connect().run("both", 5)
    assert output.status == 3
    assert sorted(output.text.splitlines()) == ["err", "out"]


def test_a_command_that_says_nothing_is_heard_of_a_hundred_times(connect: Connect) -> None:
    connection = connect()
    assert [connection.run("nothing", 5).status for _ in range(100)] == [0] * 100


def test_only_an_authorised_key_of_the_user_gets_in(host: SshHost, keys: list[str], tmp_path: Path) -> None:
    host_keys = HostKeys(tmp_path / "host-keys.json")
    for user, authorise in (("ubuntu", lambda line: None), ("root", lambda line: keys.append(line.split()[1]))):
        with pytest.raises(RemoteProblem, match="does not accept"):
            Connection.open(Target("i-1", "127.0.0.1", host.port, user), OneTimeLogin(authorise), host_keys)


def test_dropped_connections_end_at_once_and_new_ones_are_taken(host: SshHost, connect: Connect) -> None:
    connection = connect()
    assert host.connections == 1
    status = connection.stream("wait", lambda _: host.drop_all(), lambda: False)
    assert status is None
    assert not connection.alive
    assert host.connections == 0
    assert connect().run("nothing", 5).status == 0


def test_a_handler_learns_that_its_client_has_gone(host: SshHost, connect: Connect) -> None:
    heard: list[bytes] = []
    assert connect().stream("wait", heard.append, lambda: bool(heard)) is None
    deadline = time.monotonic() + 20
    while any(name.endswith("command") for name in threads_of(host)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_closing_leaves_no_thread_and_no_port(host: SshHost, connect: Connect) -> None:
    connection = connect()
    heard = threading.Event()
    reader = threading.Thread(target=connection.stream, args=("wait", lambda _: heard.set(), lambda: False))
    reader.start()
    assert heard.wait(20)
    half = socket.create_connection(("127.0.0.1", host.port))  # a client that never says anything
    host.close()
    half.close()
    reader.join(20)
    assert threads_of(host) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", host.port))
    host.close()  # twice does no harm


def test_a_port_can_be_chosen(keys: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    host = SshHost(shell, lambda user, key: True, port=port)
    assert host.port == port
    host.close()


def test_openssh_gets_along_with_it(host: SshHost, keys: list[str], tmp_path: Path) -> None:
    if shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("the OpenSSH client is not installed")
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
    keys.append((tmp_path / "key.pub").read_text().split()[1])
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{host.port} {host.host_key}\n")
    options = ["-F", "none", "-i", str(file), "-o", f"UserKnownHostsFile={known}", "-o", "IdentityAgent=none"]
    done = subprocess.run(
        ["ssh", *options, "-p", str(host.port), "ubuntu@127.0.0.1", "both"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "out\n")
    assert "err\n" in done.stderr
