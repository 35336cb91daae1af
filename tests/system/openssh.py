"""A real OpenSSH server for tests, and a stand-in for the docker command that really runs behind it."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from dots_tui.app.runs.run_monitor import RunMonitor
from dots_tui.app.runs.rungs import OneTime
from dots_tui.app.runs.ssh_source import SourcePace
from dots_tui.remote.connection import Connection, Target
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.timing import Timing
from dots_tui.spool.store import Spool
from dots_tui.tracks.sources import TrackStore

SSHD = Path("/usr/sbin/sshd")
QUICK = Timing(connect=5, handshake=10, login=10, channel=10, dead=2, poll=0.02)

DOCKER = '''#!{python} -SE
"""docker, as far as it is asked here: logs are files with times in front of their lines, events a file of lines,
what is in a container under /opt a folder."""
import os, sys, time
here, words = {folder!r}, sys.argv[1:]
def follow(path, ended, since=b""):
    with open(path, "rb") as log:
        rest = b""
        while True:
            over = ended()
            data = log.read(65536)
            head, newline, rest = (rest + data).rpartition(b"\\n")
            lines = [line for line in (head + newline).splitlines(True) if line[:30] >= since]
            sys.stdout.buffer.write(b"".join(lines))
            sys.stdout.buffer.flush()
            if not data:
                if over:
                    break
                time.sleep(0.005)
if words[0] == "ps":
    sys.stdout.write(open(here + "/ps").read())
elif words[0] == "exec":
    os.execvp("sh", ["sh", *(word.replace("/opt/", here + "/" + words[1] + "/opt/") for word in words[3:])])
elif words[0] == "inspect":
    sys.stdout.write(open(here + "/driver").read())
elif words[0] == "events":
    if not os.path.exists(here + "/events"):
        sys.exit("no events here")
    with open(here + "/events", "rb") as log:
        log.seek(0, 2)
        while True:
            data = log.read()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            time.sleep(0.005)
elif words[0] == "logs":
    name = words[-1]
    since = words[words.index("--since") + 1].encode() if "--since" in words else b""
    open(here + "/pids", "a").write("%d\\n" % os.getpid())
    follow(here + "/" + name + ".log", lambda: not os.path.exists(here + "/" + name + ".running"), since)
'''


class Sshd:
    """A server on a free port, and the folder its docker command reads."""

    def __init__(self, folder: Path, address: str = "127.0.0.1", within: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self._address = address
        self._within = within  # a command that runs another one, as "ip netns exec NAME"
        self.bin = folder / "bin"
        self.bin.mkdir()
        docker = self.bin / "docker"
        docker.write_text(DOCKER.format(python=sys.executable, folder=str(folder)))
        docker.chmod(0o755)
        (folder / "ps").touch()
        (folder / "pids").touch()
        (folder / "driver").write_text("json-file\n")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port: int = listener.getsockname()[1]
        self.target = Target("i-1", address, self.port, getpass.getuser())
        self.host_keys = HostKeys(folder / "host-keys.json")
        self._process: subprocess.Popen[bytes] | None = None
        self._rows: dict[str, dict[str, str]] = {}

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
            f"ListenAddress {self._address}",
            f"HostKey {key}",
            "PidFile none",
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "PermitRootLogin yes",
            # With a level, bash takes itself for a shell within another and does not read whoever's ~/.bashrc.
            f"SetEnv PATH={self.bin}:/usr/bin:/bin SHLVL=1",
        ]
        for more in (["PerSourcePenalties no"], []):  # 9.8 and later lock out who is cut off again and again
            config.write_text("\n".join(settings + more) + "\n")
            if subprocess.run([SSHD, "-t", "-f", config], capture_output=True, check=False).returncode == 0:
                break
        log = self.folder / "sshd.log"
        self._process = subprocess.Popen([*self._within, SSHD, "-D", "-f", config, "-E", log])
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
        return Connection.open(self.target, OneTimeLogin(self.authorise), self.host_keys, timing=QUICK)

    def monitor(
        self, spool: Spool, dead: float = 2.0, poll_s: float = 0.2, tracks: TrackStore | None = None
    ) -> RunMonitor:
        """A monitor that has one way to it."""
        pace = SourcePace(poll_s=poll_s, gauges_s=0.5, timing=replace(QUICK, dead=dead))
        rung = OneTime(self.host_keys, lambda target, line: self.authorise(line), pace=pace)
        return RunMonitor(lambda: self.target, [rung], spool, tracks=tracks, retries_s=(0.05,))

    def container(self, name: str, number: int = 1) -> Path:
        """A running container, the *number*-th of its name (it replaces the one before); returns its log."""
        id_ = f"id-{name}" if number == 1 else f"id-{name}-{number}"
        (self.folder / f"{id_}.running").touch()
        log = self.folder / f"{id_}.log"
        log.touch()
        self._rows[name] = {"ID": id_, "Names": name, "State": "running", "Status": "Up 1 second"}
        self._list()
        return log

    def set_running(self, name: str, *, running: bool) -> None:
        """End a container, or start it again: its log goes on."""
        row = self._rows[name]
        mark = self.folder / f"{row['ID']}.running"
        if running:
            mark.touch()
        else:
            mark.unlink()
        row.update(State="running" if running else "exited", Status="Up" if running else "Exited (1)")
        self._list()

    def tell_of_changes(self) -> None:
        """From now on ``docker events`` works."""
        (self.folder / "events").touch()

    def _list(self) -> None:
        fresh = self.folder / "ps.new"
        fresh.write_text("".join(json.dumps(row) + "\n" for row in self._rows.values()))
        fresh.replace(self.folder / "ps")
        if (self.folder / "events").exists():
            with (self.folder / "events").open("a") as events:
                events.write("some-id start\n")

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


def stamped(text: str, at: int | None = None) -> bytes:
    seconds, rest = divmod(time.time_ns() if at is None else at, 1_000_000_000)
    return (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:09d}Z {text}\n").encode()
