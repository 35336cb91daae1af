"""An instance to connect to: an SSH host and a Docker engine in this process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.demo.docker_engine import DockerEngine
from dots_tui.demo.ssh_host import SshHost
from dots_tui.remote.connection import Connection, Target
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

QUICK = Timing(connect=5, handshake=5, login=5, channel=5, dead=10, poll=0.02)


class Instance:
    """A host called i-1 that lets in the keys sent by `authorise`."""

    def __init__(self, folder: Path) -> None:
        self.engine = DockerEngine()
        self.sent: list[str] = []
        self.host = SshHost(self.engine.handle, lambda user, key: (user, key) in self._accepted())
        self.target = Target("i-1", "127.0.0.1", self.host.port)
        self.host_keys = HostKeys(folder / "host-keys.json")

    def authorise(self, line: str) -> None:
        self.sent.append(line)

    def connect(self, timing: Timing = QUICK) -> Connection:
        return Connection.open(self.target, OneTimeLogin(self.authorise), self.host_keys, timing=timing)

    def _accepted(self) -> list[tuple[str, str]]:
        return [("ubuntu", line.split()[1]) for line in self.sent]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    made = Instance(tmp_path)
    yield made
    made.host.close()


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Wait for something that happens in another thread."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.01)

    return wait
