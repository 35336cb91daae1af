"""A Docker engine of a test's own, with containers that print what the test writes.

It needs root, ``dockerd`` and a static ``busybox``; where an engine cannot be started, `start_engine` says why not.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.system.openssh import Sshd

IMAGE = "dots-tui-test/simapp:6.0.4-gpu"
START_S = 60.0
_SAYS = (
    # Standard error is printed by a process of its own, as in a simulation, where two programs print.
    "cat /feed/err >&2 & cat /feed/out; wait; read -r status < /feed/status; exit $status"
)
_HUNGRY = "x=1234567890; while :; do x=$x$x; done"
"""Takes memory until it is killed for it."""


class NoEngine(Exception):
    """No Docker engine can be started here; the message says why."""


class Feeds:
    """The two streams of a container, written by the test.

    They are pipes: the container reads as the test writes, and ends with `status` when they are closed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._ends: list[int] = []
        for name in ("out", "err"):
            os.mkfifo(folder / name)
        self.status(0)
        self.open()

    def open(self) -> None:
        """Hold both open, so that the container waits for more."""
        # Reading as well, or opening a pipe without a reader would block.
        self._ends = [os.open(self.folder / name, os.O_RDWR) for name in ("out", "err")]

    def status(self, code: int) -> None:
        """What the container will end with."""
        (self.folder / "status").write_text(f"{code}\n")

    def write(self, *lines: str | bytes, stream: int = 0) -> None:
        """Print lines on standard output (0) or standard error (1)."""
        data = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
        while data:
            data = data[os.write(self._ends[stream], data) :]

    def close(self) -> None:
        """End of both streams: the container ends."""
        for end in self._ends:
            os.close(end)
        self._ends = []


class Engine:
    """A running engine. Made by `start_engine`."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.host = f"unix://{folder / 'sock'}"
        self._process = process
        self._feeds: list[Feeds] = []

    def docker(self, *words: str) -> str:
        """What the docker command prints. Raises CalledProcessError."""
        return subprocess.run(
            ["docker", "-H", self.host, *words], check=True, capture_output=True, text=True, timeout=60
        ).stdout.strip()

    def serve(self, sshd: Sshd) -> None:
        """Whoever logs in at *sshd* and says ``docker`` means this engine, and the real command."""
        docker = shutil.which("docker")
        assert docker is not None
        (sshd.bin / "docker").write_text(
            f'#!/bin/sh\nexport DOCKER_HOST={self.host}\nexec {shlex.quote(docker)} "$@"\n'
        )

    def run(self, name: str, *options: str) -> Feeds:
        """A container of that name that prints what is written to the feeds; any of that name is replaced."""
        feeds = Feeds(Path(tempfile.mkdtemp(dir=self.folder)) / "feed")
        self._feeds.append(feeds)
        self._run(name, _SAYS, "--volume", f"{feeds.folder}:/feed", *options)
        return feeds

    def run_hungry(self, name: str, megabytes: int) -> None:
        """A container that takes memory until it is killed for it."""
        self._run(name, _HUNGRY, f"--memory={megabytes}m")

    def state(self, name: str) -> dict[str, object]:
        """Docker's own word about a container."""
        found: dict[str, object] = json.loads(self.docker("inspect", "--format", "{{json .State}}", name))
        return found

    def clients(self) -> list[int]:
        """The docker commands that run against it, wherever they were started."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and f"DOCKER_HOST={self.host}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:  # it has ended meanwhile
                continue
        return found

    def clear(self) -> None:
        """Remove all containers."""
        ids = self.docker("ps", "--all", "--quiet").split()
        if ids:
            self.docker("rm", "--force", *ids)
        for feeds in self._feeds:
            feeds.close()
        self._feeds.clear()

    def stop(self) -> None:
        """End it and remove everything it had."""
        try:
            if self._process.poll() is None:
                self.clear()
        finally:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            shutil.rmtree(self.folder, ignore_errors=True)

    def load(self) -> None:
        """The image the containers are made of: a shell and ``cat``."""
        busybox = shutil.which("busybox")
        assert busybox is not None
        archive = self.folder / "root.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(busybox, "bin/busybox")
            for name in ("sh", "cat"):
                link = tarfile.TarInfo(f"bin/{name}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                tar.addfile(link)
        self.docker("import", "--change", "ENV PATH=/bin", str(archive), IMAGE)

    def _run(self, name: str, script: str, *options: str) -> None:
        if self.docker("ps", "--all", "--quiet", "--filter", f"name=^{name}$"):
            self.docker("rm", "--force", name)
        self.docker("run", "--detach", "--network=none", "--name", name, *options, IMAGE, "sh", "-c", script)


def start_engine() -> Engine:
    """Start an engine in a folder of its own, beside any other. Raises NoEngine."""
    for program in ("dockerd", "docker", "busybox"):
        if shutil.which(program) is None:
            raise NoEngine(f"{program} is not installed")
    if os.getuid() != 0:
        raise NoEngine("a Docker engine can only be started by root")
    folder = Path(tempfile.mkdtemp(prefix="dt-docker-"))  # short: the name of a socket is 108 characters at most
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                *("dockerd", "--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs"),
                *(f"--data-root={folder / 'data'}", f"--exec-root={folder / 'exec'}"),
                *(f"--pidfile={folder / 'pid'}", f"--host=unix://{folder / 'sock'}"),
            ],
            stdout=out,
            stderr=out,
        )
    engine = Engine(folder, process)
    try:
        _wait_for(engine, process)
        engine.load()
        engine.run("probe").close()
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", "") or error).strip() or (log.read_text() or "nothing").splitlines()[-1]
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
        raise NoEngine(f"no Docker engine can be started here: {said[-300:]}") from error
    engine.clear()
    return engine


def _wait_for(engine: Engine, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            engine.docker("version")
            return
        except subprocess.SubprocessError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
