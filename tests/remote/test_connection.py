"""Opening a connection, running commands over it, and what is said when it does not work."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from dots_tui.demo.ssh_host import SshHost, Writer
from dots_tui.remote import problems
from dots_tui.remote.connection import Connection, Target
from dots_tui.remote.guard import guarded
from dots_tui.remote.keys import fingerprint, one_time_key
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.problems import HostKeyChanged, RemoteProblem
from dots_tui.remote.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.remote.conftest import Instance

    Until = Callable[[Callable[[], object]], None]

QUICK = Timing(connect=5, handshake=5, login=5, channel=5, dead=10, poll=0.02)
NERVOUS = Timing(dead=1.5, poll=0.02)


def never() -> bool:
    return False


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Relay:
    """Passes bytes between a client and *port* until it is frozen: then both sides hear nothing."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._frozen = threading.Event()
        self._socks: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def freeze(self) -> None:
        self._frozen.set()

    def close(self) -> None:
        for sock in [self._listener, *self._socks]:
            with contextlib.suppress(OSError):  # the other side may have closed it
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for sock in [self._listener, *self._socks]:
            sock.close()

    def _accept(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", self._target))
        self._socks += [client, server]
        for pair in ((client, server), (server, client)):
            thread = threading.Thread(target=self._pass, args=pair, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if not self._frozen.is_set():
                    sink.sendall(data)
        except OSError:
            return


@pytest.fixture
def relay(instance: Instance) -> Iterator[Relay]:
    made = Relay(instance.host.port)
    yield made
    made.close()


def test_a_one_time_key_is_sent_and_opens_the_connection(instance: Instance) -> None:
    connection = instance.connect()
    try:
        assert len(instance.sent) == 1
        assert connection.alive
        assert connection.problem() is None
        assert connection.host.first_use
        assert connection.host.fingerprint == fingerprint(instance.host.host_key)
    finally:
        connection.close()


def test_every_connection_sends_a_key_of_its_own_and_the_host_is_known_then(instance: Instance) -> None:
    instance.connect().close()
    again = instance.connect()
    again.close()
    assert not again.host.first_use
    assert len(set(instance.sent)) == 2


def test_a_command_gives_its_output_and_status(instance: Instance) -> None:
    instance.engine.create("one").write("hello")
    connection = instance.connect()
    try:
        assert connection.run("docker logs one", 5).text == "hello\n"
        missing = connection.run("docker logs two", 5)
        assert (missing.status, missing.text) == (1, "Error response from daemon: No such container: two\n")
        assert connection.run("reboot", 5).status == 127
    finally:
        connection.close()


def test_a_stream_comes_in_chunks_and_ends_with_the_status(instance: Instance) -> None:
    container = instance.engine.create("one")
    for number in range(20_000):
        container.write(f"line {number}")
    container.exit(0)
    chunks: list[bytes] = []
    connection = instance.connect()
    try:
        assert connection.stream("docker logs --follow one", chunks.append, never) == 0
    finally:
        connection.close()
    assert b"".join(chunks).splitlines() == [b"line %d" % number for number in range(20_000)]
    assert len(chunks) < 2000


def test_a_stream_ends_when_told_to(instance: Instance, until: Until) -> None:
    container = instance.engine.create("one")
    container.write("hello")
    connection = instance.connect()
    chunks: list[bytes] = []
    try:
        assert connection.stream("docker logs --follow one", chunks.append, lambda: bool(chunks)) is None
        assert connection.alive
        until(lambda: not [thread for thread in threading.enumerate() if thread.name.endswith(" command")])
    finally:
        connection.close()


def test_a_cut_is_no_status(instance: Instance) -> None:
    instance.engine.create("one").write("hello")
    connection = instance.connect()
    cut = threading.Thread(target=instance.host.drop_all)
    try:
        assert connection.stream("docker logs --follow one", lambda _: cut.start(), never) is None
        assert not connection.alive
        problem = connection.problem()
        assert problem is not None
        assert problem.code == problems.LOST
        with pytest.raises(RemoteProblem, match="lost"):
            connection.run("docker ps", 5)
    finally:
        connection.close()
        cut.join()


def test_a_command_that_takes_too_long_is_given_up(instance: Instance) -> None:
    instance.engine.create("one")
    connection = instance.connect()
    try:
        with pytest.raises(RemoteProblem, match=r"did not finish within 0\.1 s"):
            connection.run("docker logs --follow one", 0.1)
        assert connection.alive
    finally:
        connection.close()


def test_closing_ends_guarded_commands_and_every_thread(instance: Instance, until: Until) -> None:
    instance.engine.create("one").write("hello")
    connection = instance.connect()
    heard = threading.Event()
    reader = threading.Thread(
        target=connection.stream,
        args=(guarded("docker logs --follow one 2>&1"), lambda _: heard.set(), never),
    )
    reader.start()
    until(heard.is_set)
    connection.close()
    reader.join(10)
    until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("ssh i-1")])
    until(lambda: not [thread for thread in threading.enumerate() if thread.name.endswith(" command")])
    problem = connection.problem()
    assert problem is not None
    assert problem.code == problems.CANCELLED


def test_a_dead_link_is_noticed_although_nothing_is_refused(instance: Instance, relay: Relay) -> None:
    target = Target("i-1", "127.0.0.1", relay.port)
    container = instance.engine.create("one")
    container.write("hello")
    connection = Connection.open(target, OneTimeLogin(instance.authorise), instance.host_keys, timing=NERVOUS)
    try:
        assert connection.stream("docker logs --follow one", lambda _: relay.freeze(), never) is None
        problem = connection.problem()
        assert problem is not None
        assert "no sign of life for 1.5 s" in problem.what
    finally:
        connection.close()
        container.exit()


def test_a_quiet_link_is_not_taken_for_dead(instance: Instance) -> None:
    container = instance.engine.create("one")
    connection = instance.connect(NERVOUS)
    late = threading.Timer(1.7 * NERVOUS.dead, container.exit)
    late.start()
    try:
        assert connection.stream("docker logs --follow one", lambda _: None, never) == 0
        assert connection.alive
    finally:
        connection.close()
        late.join()


def test_an_unknown_key_is_not_accepted(instance: Instance) -> None:
    with pytest.raises(RemoteProblem, match="does not accept our one-time key") as caught:
        Connection.open(instance.target, OneTimeLogin(lambda line: None), instance.host_keys, timing=QUICK)
    assert caught.value.code == problems.KEY_NOT_ACCEPTED
    assert "Instance Connect" in caught.value.advice


def test_a_changed_host_key_is_refused_before_anything_is_sent(instance: Instance, until: Until) -> None:
    instance.host_keys.remember("i-1", "127.0.0.1", one_time_key().public_line)
    with pytest.raises(HostKeyChanged):
        instance.connect()
    assert instance.sent == []
    until(lambda: instance.host.connections == 0)


def test_why_a_key_could_not_be_sent_is_told(instance: Instance) -> None:
    def denied(line: str) -> None:
        raise ValueError("not allowed to perform SendSSHPublicKey")

    with pytest.raises(RemoteProblem, match="not allowed to perform") as caught:
        Connection.open(instance.target, OneTimeLogin(denied), instance.host_keys, timing=QUICK)
    assert caught.value.code == problems.NOT_AUTHORISED


def test_a_refused_port_is_told_and_no_key_is_sent(instance: Instance, free_port: int) -> None:
    with pytest.raises(RemoteProblem, match="refuses the connection") as caught:
        Connection.open(Target("i-1", "127.0.0.1", free_port), OneTimeLogin(instance.authorise), instance.host_keys)
    assert caught.value.code == problems.REFUSED
    assert instance.sent == []


def test_a_port_that_says_nothing_is_no_ssh_server(instance: Instance) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = Target("i-1", "127.0.0.1", silent.getsockname()[1])
        with pytest.raises(RemoteProblem, match="does not answer as an SSH server") as caught:
            Connection.open(
                target, OneTimeLogin(instance.authorise), instance.host_keys, timing=Timing(handshake=0.2, connect=2)
            )
    assert caught.value.code == problems.NOT_SSH


def test_no_answer_at_all_means_a_firewall(instance: Instance) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = [_half_open(port) for _ in range(3)]  # a full backlog drops packets as a firewall does
        try:
            with pytest.raises(RemoteProblem, match="address may have changed") as caught:
                Connection.open(
                    Target("i-1", "127.0.0.1", port),
                    OneTimeLogin(instance.authorise),
                    instance.host_keys,
                    timing=Timing(connect=0.2, handshake=0.2),
                )
        finally:
            for filler in fillers:
                filler.close()
    assert caught.value.code in (problems.TIMED_OUT, problems.NOT_SSH)


def _half_open(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setblocking(False)
    sock.connect_ex(("127.0.0.1", port))
    return sock


@pytest.mark.parametrize("address", ["no-such-host.invalid", "a" * 70 + ".example"])
def test_a_name_that_does_not_exist_is_told(instance: Instance, address: str) -> None:
    with pytest.raises(RemoteProblem, match="cannot be resolved"):
        Connection.open(Target("i-1", address), OneTimeLogin(instance.authorise), instance.host_keys, timing=QUICK)


def test_connecting_can_be_called_off(instance: Instance) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = Target("i-1", "127.0.0.1", silent.getsockname()[1])
        with pytest.raises(RemoteProblem) as caught:
            Connection.open(target, OneTimeLogin(instance.authorise), instance.host_keys, cancelled=lambda: True)
    assert caught.value.code == problems.CANCELLED
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ssh i-1")]


def test_a_host_that_answers_with_much_is_cut_short(instance: Instance) -> None:
    def flood(command: str, out: Writer) -> int:
        while not out.closed:
            out.write(b"x" * 65536)
        return 0

    host = SshHost(flood, lambda user, key: True)
    connection = Connection.open(
        Target("i-2", "127.0.0.1", host.port), OneTimeLogin(instance.authorise), instance.host_keys, timing=QUICK
    )
    try:
        with pytest.raises(RemoteProblem, match="8 MiB"):
            connection.run("docker ps", 60)
    finally:
        connection.close()
        host.close()


def test_nothing_lands_on_the_screen(instance: Instance, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(RemoteProblem):
        Connection.open(
            Target("i-1", "127.0.0.1", silent.getsockname()[1]),
            OneTimeLogin(instance.authorise),
            instance.host_keys,
            timing=Timing(handshake=0.1),
        )
    assert capfd.readouterr() == ("", "")
    assert not logging.getLogger("paramiko").propagate
