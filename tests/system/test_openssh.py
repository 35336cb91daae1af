"""The same promises against a real OpenSSH server, with a stand-in for the docker command that really runs."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dots_tui.remote import problems
from dots_tui.remote.connection import Connection
from dots_tui.remote.docker import follow_command
from dots_tui.remote.keys import fingerprint
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.pool import Pool
from dots_tui.remote.problems import HostKeyChanged, RemoteProblem
from dots_tui.spool.store import Spool
from tests.system.openssh import QUICK, SSHD, Sshd, stamped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Until = Callable[[Callable[[], object]], None]


pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not SSHD.exists(), reason="/usr/sbin/sshd is not installed"),
    pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"),
]


def grown(spool: Spool) -> Callable[[], bool]:
    """Whether more lines came in since this was called."""
    seen = len(spool)
    return lambda: len(spool) > seen


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    server = Sshd(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def until() -> Until:
    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    return wait


def test_a_one_time_key_opens_the_connection_and_the_host_key_is_shown(sshd: Sshd) -> None:
    connection = sshd.connect()
    try:
        output = connection.run("echo out; echo err >&2; exit 3", 10)
        assert (output.status, sorted(output.text.split())) == (3, ["err", "out"])
        assert connection.host.first_use
        assert connection.host.fingerprint == fingerprint((sshd.folder / "host.pub").read_text())
    finally:
        connection.close()


def test_a_key_that_was_not_sent_is_not_accepted(sshd: Sshd) -> None:
    with pytest.raises(RemoteProblem) as caught:
        Connection.open(sshd.target, OneTimeLogin(lambda line: None), sshd.host_keys, timing=QUICK)
    assert caught.value.code == problems.KEY_NOT_ACCEPTED


def test_another_host_key_is_refused(sshd: Sshd) -> None:
    sshd.connect().close()
    sshd.stop()
    sshd.start()
    with pytest.raises(HostKeyChanged):
        sshd.connect()


def test_a_session_that_does_not_answer_is_noticed(sshd: Sshd) -> None:
    connection = sshd.connect()
    sshd.container("one").write_bytes(stamped("hello"))
    try:
        status = connection.stream(follow_command("id-one"), lambda _: sshd.signal(signal.SIGSTOP), lambda: False)
        assert status is None
        problem = connection.problem()
        assert problem is not None
        assert "no sign of life" in problem.what
    finally:
        sshd.signal(signal.SIGCONT)
        connection.close()


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_no_remote_command_outlives_the_connection(sshd: Sshd, until: Until, how: str) -> None:
    connection = sshd.connect()
    sshd.container("one")  # it never prints anything, so it would not notice by itself
    reader = threading.Thread(target=connection.stream, args=(follow_command("id-one"), lambda _: None, lambda: False))
    reader.start()
    until(sshd.dockers)
    if how == "closed":
        connection.close()
    else:
        sshd.signal(signal.SIGKILL)
    reader.join(20)
    until(lambda: not sshd.dockers())
    connection.close()


def test_the_end_of_a_followed_command_is_heard_with_its_status(sshd: Sshd, until: Until) -> None:
    connection = sshd.connect()
    log = sshd.container("one")
    log.write_bytes(stamped("hello"))
    heard: list[bytes] = []
    try:
        ended = threading.Timer(0.2, (sshd.folder / "id-one.running").unlink)
        ended.start()
        assert connection.stream(follow_command("id-one"), heard.append, lambda: False) == 0
        assert b"".join(heard).endswith(b"hello\n")
        status = connection.stream(follow_command("no-such-log"), heard.append, lambda: False)
        assert status == 1
    finally:
        connection.close()


def test_twelve_logs_are_more_than_one_connection_takes(sshd: Sshd, until: Until) -> None:
    for number in range(12):
        sshd.container(f"c{number}").write_bytes(stamped("hello"))
    pool = Pool(sshd.target, OneTimeLogin(sshd.authorise), sshd.host_keys, timing=QUICK)
    heard: list[bytes] = []
    readers = [
        threading.Thread(target=pool.stream, args=(follow_command(f"id-c{number}"), heard.append, lambda: False))
        for number in range(12)
    ]
    for reader in readers:
        reader.start()
    try:
        until(lambda: len(heard) == 12)
        assert pool.size == 2
    finally:
        pool.close()
        for reader in readers:
            reader.join(20)


def test_nothing_is_lost_or_doubled_when_sessions_are_killed_in_a_flood(sshd: Sshd, until: Until) -> None:
    names = ["deepracer-0-robomaker-1", "deepracer-0-robomaker-2", "abc-algo-1-def"]
    logs = [sshd.container(name) for name in names]
    total, cuts = 30_000, 5
    spool = Spool()
    monitor = sshd.monitor(spool)
    monitor.start()
    try:
        files = [log.open("ab", buffering=0) for log in logs]
        for start in range(0, total, 100):
            for file in files:
                file.write(b"".join(stamped(f"line {number}") for number in range(start, start + 100)))
            if start % (total // cuts) == total // cuts // 2:
                until(grown(spool))
                sshd.signal(signal.SIGKILL)
        for file in files:
            file.close()
        until(lambda: len(spool) >= 3 * total)
        lines = spool.lines(0, len(spool))
        expected = [f"line {number}" for number in range(total)]
        for name in names:
            assert [line.text for line in lines if line.source == name] == expected
        duplicates = [feed.duplicates for feed in monitor.snapshot().feeds]
        assert any(duplicates), "no cut came in the middle of the flood"
    finally:
        monitor.stop()
        spool.close()
    until(lambda: not sshd.dockers())
