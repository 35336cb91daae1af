"""A run to watch: three workers and a trainer on an instance in this process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.runs.run_monitor import RunMonitor
from dots_tui.app.runs.rungs import OneTime
from dots_tui.app.runs.ssh_source import SourcePace
from dots_tui.demo.docker_engine import ContainerLog, DockerEngine
from dots_tui.demo.ssh_host import SshHost
from dots_tui.remote.connection import Target
from dots_tui.remote.host_keys import HostKeys
from dots_tui.remote.timing import Timing
from dots_tui.spool.store import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dots_tui.app.runs.source import Rung

TRAINER = "abcdefghij-algo-1-klmno"


class Watched:
    """The instance, the monitor that watches it, and where its lines go."""

    def __init__(self, folder: Path) -> None:
        self.engine = DockerEngine()
        self.containers: dict[str, ContainerLog] = {}
        self.sent: list[str] = []
        self.addresses: list[int] = []
        """Ports that `locate` gave."""
        self.changes = 0
        self.spool = Spool()
        self.host = self.boot()
        self.host_keys = HostKeys(folder / "host-keys.json")
        timing = Timing(connect=5, handshake=5, login=5, channel=5, dead=10, poll=0.02)
        self.pace = SourcePace(poll_s=0.05, gauges_s=0.2, timing=timing)
        self.monitor = self.watch(OneTime(self.host_keys, self.authorise, pace=self.pace))

    def watch(self, *rungs: Rung) -> RunMonitor:
        """A monitor that has these rungs."""
        return RunMonitor(
            lambda: self.locate(),
            rungs,
            self.spool,
            on_change=self._changed,
            retries_s=(0.02, 0.05),
            climb_s=(0.2,),
        )

    def boot(self) -> SshHost:
        return SshHost(self.engine.handle, lambda user, key: key in [line.split()[1] for line in self.sent])

    def locate(self) -> Target:
        self.addresses.append(self.host.port)
        return Target("i-1", "127.0.0.1", self.host.port)

    def authorise(self, target: Target, line: str) -> None:
        self.sent.append(line)

    def create(self, *names: str) -> None:
        for name in names:
            self.containers[name] = self.engine.create(name)

    def lines(self, name: str) -> list[str]:
        """What came in of a container, in order."""
        return [line.text for line in self.spool.lines(0, len(self.spool)) if line.source == name]

    def state(self) -> str:
        return self.monitor.snapshot().transport.state

    def message(self) -> str:
        return self.monitor.snapshot().transport.message

    def close(self) -> None:
        self.monitor.stop()
        self.host.close()
        self.spool.close()

    def _changed(self) -> None:
        self.changes += 1


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.close()


@pytest.fixture
def workers() -> tuple[str, ...]:
    return tuple(f"deepracer-0-robomaker-{number}" for number in (1, 2, 3))


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """Wait for something that happens in another thread."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.01)

    return wait


@pytest.fixture
def step() -> Callable[[int], str]:
    """A SIM_TRACE_LOG row as simapp 5 prints it: step *number* of the first episode."""

    def row(number: int) -> str:
        done = "True,False" if number == 0 else "False,True"
        return (
            f"SIM_TRACE_LOG:0,{number},1.5,0.5,10.0,15.00,2.00,3,1.0000,{done},{number / 100},7,17.67,"
            f"{number / 15:.3f},in_progress,0.00"
        )

    return row
