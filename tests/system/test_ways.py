"""The racer's own keys, proxy commands and installed keys, against a real OpenSSH server and a real ssh-agent."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.runs.host_monitor import watch_host
from dots_tui.app.runs.ladder import FAILED, IN_USE, NOT_POSSIBLE
from dots_tui.app.runs.run_monitor import RunMonitor
from dots_tui.app.runs.rungs import Installed, OneTime, Tunnel
from dots_tui.app.runs.ssh_source import SourcePace
from dots_tui.aws.ssm import install_script
from dots_tui.remote.connection import Connection, Target
from dots_tui.remote.keys import one_time_key
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.problems import KEY_NOT_ACCEPTED, RemoteProblem
from dots_tui.spool.store import Spool
from tests.system.openssh import QUICK, SSHD, Sshd, stamped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Until = Callable[[Callable[[], object]], None]
    Start = Callable[[RunMonitor], RunMonitor]

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not SSHD.exists(), reason="/usr/sbin/sshd is not installed"),
    pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"),
]

WORKER = "deepracer-0-robomaker-1"
PACE = SourcePace(poll_s=0.2, timing=QUICK)
PIPE = """\
import os, select, socket, sys
sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
while True:
    for ready in select.select([0, sock], [], [])[0]:
        data = os.read(0, 65536) if ready == 0 else sock.recv(65536)
        if not data:
            sys.exit()
        (sock.sendall if ready == 0 else lambda part: os.write(1, part))(data)
"""


class Home:
    """A racer's ~/.ssh for a host called gpu."""

    def __init__(self, folder: Path, sshd: Sshd) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.config = folder / "config"
        self.known_hosts = folder / "known_hosts"
        self.key = folder / "key"
        self.sshd = sshd

    def make_key(self, passphrase: str = "") -> None:
        """A key the server accepts."""
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", self.key], check=True)
        (self.sshd.folder / "authorized_keys").write_text(self.key.with_suffix(".pub").read_text())

    def write(self, *lines: str) -> None:
        user, port = getpass.getuser(), self.sshd.port
        self.config.write_text("\n".join(["Host gpu", "HostName 127.0.0.1", f"User {user}", f"Port {port}", *lines]))

    def watch(self, spool: Spool) -> RunMonitor:
        return watch_host("gpu", self.folder, spool, config=self.config, known_hosts=self.known_hosts, pace=PACE)


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    server = Sshd(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def home(tmp_path: Path, sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return Home(tmp_path / ".ssh", sshd)


@pytest.fixture
def spool() -> Iterator[Spool]:
    made = Spool()
    yield made
    made.close()


@pytest.fixture
def started() -> Iterator[Callable[[RunMonitor], RunMonitor]]:
    monitors: list[RunMonitor] = []

    def start(monitor: RunMonitor) -> RunMonitor:
        monitors.append(monitor)
        monitor.start()
        return monitor

    yield start
    for monitor in monitors:
        monitor.stop()


@pytest.fixture
def until() -> Until:
    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.01)

    return wait


def proxy(folder: Path) -> str:
    script = folder / "pipe.py"
    script.write_text(PIPE)
    return f"{sys.executable} {script}"


def test_a_host_of_ssh_config_is_watched_with_its_key(
    sshd: Sshd, home: Home, spool: Spool, started: Start, until: Until
) -> None:
    home.make_key()
    home.write(f"IdentityFile {home.key}", "IdentitiesOnly yes")
    sshd.container(WORKER).write_bytes(stamped("hello"))
    monitor = started(home.watch(spool))
    until(lambda: len(spool) == 1)
    shot = monitor.snapshot()
    assert shot.transport.rung == "own-key"
    until(lambda: "Connected to gpu" in monitor.snapshot().transport.message)
    shot = monitor.snapshot()
    assert "was not known and is trusted" in shot.transport.message
    assert [(one.number, one.host_id, one.address) for one in shot.segments] == [(1, "gpu", "127.0.0.1")]


def test_what_ssh_knows_of_the_host_is_believed_and_nothing_else(
    sshd: Sshd, home: Home, spool: Spool, started: Start, until: Until
) -> None:
    home.make_key()
    home.write(f"IdentityFile {home.key}")
    real = (sshd.folder / "host.pub").read_text()
    home.known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {one_time_key().public_line}\n")
    monitor = started(home.watch(spool))
    until(lambda: "The connection was refused" in monitor.snapshot().transport.message)
    monitor.stop()
    (home.folder / "host-keys.json").unlink()
    home.known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {real}")
    again = started(home.watch(spool))
    until(lambda: again.snapshot().transport.state == "connected")
    assert "trusted from now on" not in again.snapshot().transport.message


def test_a_key_with_a_passphrase_works_once_it_is_in_the_agent(
    sshd: Sshd, home: Home, spool: Spool, started: Start, until: Until, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if shutil.which("ssh-agent") is None or shutil.which("ssh-add") is None:
        pytest.skip("ssh-agent is not installed")
    home.make_key("secret words")
    home.write(f"IdentityFile {home.key}")
    monitor = started(home.watch(spool))
    until(lambda: "has a passphrase: add it to ssh-agent" in monitor.snapshot().transport.message)
    sock = tmp_path / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", sock], stdout=subprocess.DEVNULL) as agent:
        try:
            until(sock.exists)
            ask = tmp_path / "ask"
            ask.write_text("#!/bin/sh\necho secret words\n")
            ask.chmod(0o700)
            environment = {
                **os.environ,
                "SSH_AUTH_SOCK": str(sock),
                "SSH_ASKPASS": str(ask),
                "SSH_ASKPASS_REQUIRE": "force",
            }
            subprocess.run(
                ["ssh-add", home.key], env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL
            )
            monkeypatch.setenv("SSH_AUTH_SOCK", str(sock))
            until(lambda: monitor.snapshot().transport.state == "connected")
            assert sshd.sessions()
        finally:
            monitor.stop()
            agent.terminate()


def test_a_host_is_reached_through_a_proxy_command(
    sshd: Sshd, home: Home, spool: Spool, started: Start, until: Until, tmp_path: Path
) -> None:
    home.make_key()
    home.write(f"IdentityFile {home.key}", f"ProxyCommand {proxy(tmp_path)} %p")
    log = sshd.container(WORKER)
    log.write_bytes(stamped("one"))
    monitor = started(home.watch(spool))
    until(lambda: len(spool) == 1)
    pipes = _pipes(tmp_path)
    assert len(pipes) == 1
    os.kill(pipes[0], 9)
    with log.open("ab") as file:
        file.write(stamped("two"))
    until(lambda: [line.text for line in spool.lines(0, 9)] == ["one", "two"])
    monitor.stop()
    until(lambda: not _pipes(tmp_path))


def _pipes(folder: Path) -> list[int]:
    table = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 1) for line in table.splitlines()]
    return [int(pid) for pid, line in rows if str(folder / "pipe.py") in line and " -c " not in line]


def test_what_a_proxy_command_says_is_shown(home: Home, spool: Spool, started: Start, until: Until) -> None:
    home.make_key()
    home.write(f"IdentityFile {home.key}", "ProxyCommand echo 'the target is not connected' >&2; exit 1")
    monitor = started(home.watch(spool))
    until(lambda: "the target is not connected" in monitor.snapshot().transport.message)


def install_here(folder: Path, sshd: Sshd, minutes: int = 10) -> Callable[[Target, str], list[str]]:
    """Runs the script that Systems Manager would run, in a home of its own."""

    def install(target: Target, public_key: str) -> list[str]:
        folder.mkdir(exist_ok=True)
        script = install_script(getpass.getuser(), public_key, minutes)
        environment = {**os.environ, "DOTS_TUI_HOME": str(folder)}
        subprocess.run(["sh", "-c", script], env=environment, check=True, capture_output=True)
        shutil.copy(folder / ".ssh" / "authorized_keys", sshd.folder / "authorized_keys")
        return [" ".join((sshd.folder / "host.pub").read_text().split()[:2])]

    return install


def test_an_installed_key_opens_until_it_expires_and_leaves_other_keys(sshd: Sshd, tmp_path: Path) -> None:
    place = tmp_path / "ubuntu"
    old, mine = one_time_key().public_line, one_time_key()
    (place / ".ssh").mkdir(parents=True)
    keys = place / ".ssh" / "authorized_keys"
    keys.write_text(f'{old} me@home\nrestrict,expiry-time="202001010000" {old} dots-tui\n')
    install_here(place, sshd)(sshd.target, mine.public_line)
    lines = keys.read_text().splitlines()
    assert lines[0] == f"{old} me@home"
    assert re.fullmatch(rf'restrict,expiry-time="\d{{12}}" {re.escape(mine.public_line)} dots-tui', lines[1])
    assert len(lines) == 2
    assert keys.stat().st_mode & 0o777 == 0o600
    login = OneTimeLogin(lambda line: None, lambda: mine)
    connection = Connection.open(sshd.target, login, sshd.host_keys, timing=QUICK)
    assert connection.run("echo hello", 10).text == "hello\n"
    connection.close()
    install_here(place, sshd, minutes=-2)(sshd.target, mine.public_line)
    (sshd.folder / "authorized_keys").write_text(
        (place / ".ssh" / "authorized_keys").read_text().splitlines()[-1] + "\n"
    )
    with pytest.raises(RemoteProblem) as caught:
        Connection.open(sshd.target, login, sshd.host_keys, timing=QUICK)
    assert caught.value.code == KEY_NOT_ACCEPTED


def test_down_the_ladder_and_up_again(sshd: Sshd, spool: Spool, started: Start, until: Until, tmp_path: Path) -> None:
    """One-time keys do not work, installed ones do; then the other way round."""
    log = sshd.container(WORKER)
    log.write_bytes(stamped("one"))
    works = {"one-time": False}
    once = OneTime(sshd.host_keys, lambda target, line: sshd.authorise(line) if works["one-time"] else None, pace=PACE)
    installed = Installed(sshd.host_keys, install_here(tmp_path / "ubuntu", sshd), pace=PACE)
    monitor = started(RunMonitor(lambda: sshd.target, [once, installed], spool, retries_s=(0.05,), climb_s=(0.3,)))
    until(lambda: len(spool) == 1)
    shot = monitor.snapshot().transport
    assert [(rung.name, rung.state) for rung in shot.rungs] == [("one-time-key", FAILED), ("installed-key", IN_USE)]
    assert "does not accept our one-time key" in shot.rungs[0].reason
    assert "EC2 Instance Connect" in shot.rungs[0].advice
    assert "trusted from now on" not in shot.message  # Systems Manager told the host's key
    works["one-time"] = True
    until(lambda: monitor.snapshot().transport.rung == "one-time-key")
    with log.open("ab") as file:
        file.write(stamped("two"))
    until(lambda: [line.text for line in spool.lines(0, 9)] == ["one", "two"])


def test_through_a_tunnel_when_the_port_is_closed(
    sshd: Sshd, spool: Spool, started: Start, until: Until, tmp_path: Path
) -> None:
    sshd.container(WORKER).write_bytes(stamped("one"))
    with_closed_port = Target("i-1", "127.0.0.1", 1, getpass.getuser())
    install = install_here(tmp_path / "ubuntu", sshd)
    missing = ["session-manager-plugin"]
    rungs = [
        OneTime(sshd.host_keys, lambda target, line: sshd.authorise(line), pace=PACE),
        Installed(sshd.host_keys, install, pace=PACE),
        Tunnel(
            sshd.host_keys,
            install,
            lambda target: f"{proxy(tmp_path)} {sshd.port}",
            lambda: " ".join(missing),
            pace=PACE,
        ),
    ]
    monitor = started(RunMonitor(lambda: with_closed_port, rungs, spool, retries_s=(0.05,), climb_s=(5,)))
    until(lambda: monitor.snapshot().transport.state == "not reached")
    states = monitor.snapshot().transport.rungs
    assert [rung.state for rung in states] == [FAILED, NOT_POSSIBLE, NOT_POSSIBLE]
    assert "refuses the connection" in states[1].reason  # the same closed port: nothing was installed for it
    assert states[2].reason == "session-manager-plugin is not installed here."
    assert not (tmp_path / "ubuntu").exists()
    missing.clear()
    until(lambda: len(spool) == 1)
    assert monitor.snapshot().transport.rung == "session-manager"
