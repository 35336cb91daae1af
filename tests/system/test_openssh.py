"""The same promises against a real OpenSSH server, with a stand-in for the docker command that really runs."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dots_tui.monitor.run_monitor import RunMonitor
from dots_tui.remote import problems
from dots_tui.remote.connection import Connection, Target
from dots_tui.remote.docker import follow_command
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.keys import fingerprint
from dots_tui.remote.pool import Pool
from dots_tui.remote.problems import HostKeyChanged, RemoteProblem
from dots_tui.remote.timing import Timing
from dots_tui.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Until = Callable[[Callable[[], object]], None]

SSHD = Path("/usr/sbin/sshd")
QUICK = Timing(connect=5, handshake=10, login=10, channel=10, dead=2, poll=0.02)

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not SSHD.exists(), reason="/usr/sbin/sshd is not installed"),
    pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"),
]

DOCKER = '''#!{python} -SE
"""docker, as far as it is asked here: logs are files with times in front of their lines."""
import os, sys, time
here, words = {folder!r}, sys.argv[1:]
if words[0] == "ps":
    sys.stdout.write(open(here + "/ps").read())
elif words[0] == "logs":
    name = words[-1]
    since = words[words.index("--since") + 1].encode() if "--since" in words else b""
    open(here + "/pids", "a").write("%d\\n" % os.getpid())
    with open(here + "/" + name + ".log", "rb") as log:
        rest = b""
        while True:
            ended = not os.path.exists(here + "/" + name + ".running")
            data = log.read(65536)
            head, newline, rest = (rest + data).rpartition(b"\\n")
            lines = [line for line in (head + newline).splitlines(True) if line[:30] >= since]
            sys.stdout.buffer.write(b"".join(lines))
            sys.stdout.buffer.flush()
            if not data:
                if ended:
                    break
                time.sleep(0.005)
'''


class Sshd:
    """A server on a free port, and the folder its docker command reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        docker = self.bin / "docker"
        docker.write_text(DOCKER.format(python=sys.executable, folder=str(folder)))
        docker.chmod(0o755)
        (folder / "ps").touch()
        (folder / "pids").touch()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
        self.target = Target("i-1", "127.0.0.1", self.port, getpass.getuser())
        self.host_keys = HostKeys(folder / "host-keys.json")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start with a new host key."""
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        key = self.folder / "host"
        key.unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        config = self.folder / "sshd_config"
        settings = [
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {key}",
            "PidFile none",
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "PermitRootLogin yes",
            f"SetEnv PATH={self.bin}:/usr/bin:/bin",
        ]
        for more in (["PerSourcePenalties no"], []):  # 9.8 and later lock out who is cut off again and again
            config.write_text("\n".join(settings + more) + "\n")
            if subprocess.run([SSHD, "-t", "-f", config], capture_output=True, check=False).returncode == 0:
                break
        log = self.folder / "sshd.log"
        self._process = subprocess.Popen([SSHD, "-D", "-f", config, "-E", log])
        deadline = time.monotonic() + 20
        while "listening" not in (log.read_text() if log.exists() else ""):
            assert self._process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self) -> None:
        assert self._process is not None
        self.signal(signal.SIGKILL)
        self._process.terminate()
        self._process.wait(20)
        (self.folder / "sshd.log").unlink()

    def sessions(self) -> list[int]:
        """The processes of the connections that are open."""
        assert self._process is not None
        table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = [tuple(map(int, line.split())) for line in table.splitlines()]
        return [pid for pid, parent in pairs if parent == self._process.pid]

    def signal(self, number: int) -> None:
        """Send a signal to all of them."""
        for pid in self.sessions():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def authorise(self, line: str) -> None:
        """As EC2 Instance Connect does, but for good and for one key at a time."""
        (self.folder / "authorized_keys").write_text(line + "\n")

    def connect(self) -> Connection:
        return Connection.open(self.target, self.authorise, self.host_keys, timing=QUICK)

    def container(self, name: str) -> Path:
        """A running container; returns its log."""
        row = {"ID": f"id-{name}", "Names": name, "State": "running", "Status": "Up 1 second"}
        with (self.folder / "ps").open("a") as rows:
            rows.write(json.dumps(row) + "\n")
        (self.folder / f"id-{name}.running").touch()
        log = self.folder / f"id-{name}.log"
        log.touch()
        return log

    def dockers(self) -> list[int]:
        """The docker commands that still run."""
        pids = [int(line) for line in (self.folder / "pids").read_text().split()]
        return [pid for pid in pids if _alive(pid)]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state) and not state.startswith("Z")


def grown(spool: Spool) -> Callable[[], bool]:
    """Whether more lines came in since this was called."""
    seen = len(spool)
    return lambda: len(spool) > seen


def stamped(text: str, at: int | None = None) -> bytes:
    seconds, rest = divmod(time.time_ns() if at is None else at, 1_000_000_000)
    return (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:09d}Z {text}\n").encode()


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
        Connection.open(sshd.target, lambda line: None, sshd.host_keys, timing=QUICK)
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
        assert "no sign of life" in problem.message
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
    pool = Pool(sshd.target, sshd.authorise, sshd.host_keys, timing=QUICK)
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
    monitor = RunMonitor(
        lambda: sshd.target,
        lambda target, line: sshd.authorise(line),
        sshd.host_keys,
        spool,
        poll_s=0.2,
        retries_s=(0.05,),
        timing=QUICK,
    )
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
