"""The same promises with a real Docker engine behind a real OpenSSH server: its containers, its logs, its events."""

from __future__ import annotations

import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.recording import recorded_run
from dots_tui.app.runs.feed import ENDED
from dots_tui.spool.store import Spool
from dots_tui.training.containers import EVALUATION, OTHER, ROBOMAKER, TRAINER
from tests.system.engine import NoEngine, start_engine
from tests.system.openssh import SSHD, Sshd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dots_tui.app.runs.run_monitor import RunMonitor
    from dots_tui.app.runs.snapshot import MonitorSnapshot
    from dots_tui.training.containers import Container
    from tests.system.engine import Engine

    Until = Callable[[Callable[[], object], str], None]

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not SSHD.exists(), reason="/usr/sbin/sshd is not installed"),
    pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"),
]

WORKER = "deepracer-0-robomaker-1"
SWARM_WORKER = "deepracer-0_robomaker.2.k3v9x0c1q8w7e6r5t4y3u2i1o"
TRAINER_NAME = "tm4b1x7q2c-algo-1-8xk2p"
SWARM_STACK = ("deepracer-0_robomaker.1.a1b2c3d4e5f6g7h8i9j0k1l2m", SWARM_WORKER)
PIECE = 16 * 1024
RARELY_S = 100.0
"""Containers found within this time were told of by Docker's events."""


def row(number: int) -> str:
    """A SIM_TRACE_LOG row: step *number* of an endless first episode."""
    return (
        f"SIM_TRACE_LOG:0,{number},1.5,0.5,10.0,15.00,2.00,3,1.0000,False,True,{number % 100},7,17.67,"
        f"{number / 15:.3f},in_progress,0.00"
    )


def rows(first: int, count: int) -> list[str]:
    return [row(number) for number in range(first, first + count)]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    try:
        made = start_engine()
    except NoEngine as why:
        pytest.skip(str(why))
    yield made
    made.stop()


class Watched:
    """The containers of *engine*, watched over SSH as an instance's are."""

    def __init__(self, engine: Engine, sshd: Sshd) -> None:
        self.engine = engine
        self.sshd = sshd
        self.spool = Spool()
        self.monitor: RunMonitor | None = None
        engine.serve(sshd)

    def start(self, poll_s: float = 0.2) -> None:
        self.monitor = self.sshd.monitor(self.spool, poll_s=poll_s)
        self.monitor.start()

    def close(self) -> None:
        if self.monitor is not None:
            self.monitor.stop()
        self.spool.close()

    def snapshot(self) -> MonitorSnapshot:
        assert self.monitor is not None
        return self.monitor.snapshot()

    def lines(self, name: str = WORKER) -> list[str]:
        return [line.text for line in self.spool.lines(0, len(self.spool)) if line.source == name]

    def steps(self) -> int:
        return sum(worker.steps for worker in self.snapshot().run.workers)

    def container(self, name: str = WORKER) -> Container:
        return next(container for container in self.snapshot().containers if container.name == name)

    def ended(self, name: str = WORKER) -> bool:
        return [feed.state for feed in self.snapshot().feeds if feed.name == name] == [ENDED]


@pytest.fixture
def watched(engine: Engine, tmp_path: Path) -> Iterator[Watched]:
    server = Sshd(tmp_path)
    server.start()
    made = Watched(engine, server)
    yield made
    made.close()
    engine.clear()
    server.stop()


def test_the_containers_of_compose_and_of_a_swarm_are_found_and_told_apart(watched: Watched, until: Until) -> None:
    names = [WORKER, *SWARM_STACK, TRAINER_NAME, "deepracer-eval-0-robomaker-1", "deepracer-0-viewer-1", "minio"]
    for name in names:
        watched.engine.run(name).write(f"Hello from {name}.")
    watched.start()
    until(lambda: len(watched.snapshot().containers) == len(names), "all containers are found")
    roles = {container.name: (container.role, container.slot) for container in watched.snapshot().containers}
    assert roles == {
        WORKER: (ROBOMAKER, 1),
        SWARM_STACK[0]: (ROBOMAKER, 1),
        SWARM_STACK[1]: (ROBOMAKER, 2),
        TRAINER_NAME: (TRAINER, None),
        "deepracer-eval-0-robomaker-1": (EVALUATION, 1),
        "deepracer-0-viewer-1": (OTHER, None),
        "minio": (OTHER, None),
    }
    followed = [name for name in names if roles[name][0] != OTHER]
    until(lambda: all(watched.lines(name) for name in followed), "the log of each is followed")
    assert {name: watched.lines(name) for name in followed} == {name: [f"Hello from {name}."] for name in followed}
    assert not watched.lines("minio")


def test_a_log_that_began_before_we_came_is_read_from_its_start(watched: Watched, until: Until) -> None:
    feeds = watched.engine.run(WORKER)
    feeds.write(*rows(1, 5000))
    watched.start()
    until(lambda: watched.steps() == 5000, "what was there is read")
    feeds.write(*rows(5001, 10))
    until(lambda: watched.steps() == 5010, "what comes is read")
    assert watched.lines() == rows(1, 5010)


def test_nothing_is_lost_or_doubled_when_the_sessions_are_killed(watched: Watched, until: Until) -> None:
    workers = [WORKER, SWARM_WORKER]
    feeds = [watched.engine.run(name) for name in workers]
    watched.start()
    written = 0
    for batch in range(60):
        for feed in feeds:
            feed.write(*rows(written + 1, 50))
            feed.write(f"warning {batch}", stream=1)
        written += 50
        time.sleep(0.02)
        if batch % 20 == 10:
            until(watched.steps, "rows come in")
            watched.sshd.signal(signal.SIGKILL)
    until(lambda: watched.steps() >= 2 * written, "all rows came")
    for name in workers:
        until(lambda name=name: len(watched.lines(name)) >= written + 60, "all lines came")  # type: ignore[misc]
        lines = watched.lines(name)
        assert [line for line in lines if line.startswith("SIM")] == rows(1, written)
        assert [line for line in lines if not line.startswith("SIM")] == [f"warning {batch}" for batch in range(60)]
    assert watched.steps() == 2 * written


def test_a_container_that_ends_and_is_started_again_goes_on_with_its_log(watched: Watched, until: Until) -> None:
    feeds = watched.engine.run(WORKER)
    feeds.write(*rows(1, 100))
    watched.start(poll_s=RARELY_S)
    until(lambda: watched.steps() == 100, "it is followed")
    feeds.status(3)
    feeds.close()
    until(watched.ended, "its end is noticed")
    until(lambda: watched.container().exit_code == 3, "its exit code is known")
    feeds.open()
    watched.engine.docker("start", WORKER)
    feeds.write(*rows(101, 100))
    until(lambda: watched.steps() == 200, "it is followed again")
    assert watched.lines() == rows(1, 200)
    assert watched.container().running


def test_a_container_that_is_removed_and_made_again_under_its_name_is_another_one(
    watched: Watched, until: Until
) -> None:
    watched.engine.run(WORKER).write(*rows(1, 100))
    watched.start(poll_s=RARELY_S)
    until(lambda: watched.steps() == 100, "it is followed")
    first = watched.container().id
    watched.engine.run(WORKER).write(*rows(1, 70))
    until(lambda: len(watched.lines()) == 170, "the new one is followed")
    until(lambda: watched.container().id != first, "the old one is gone")
    assert watched.lines() == rows(1, 100) + rows(1, 70)
    until(lambda: len(watched.snapshot().feeds) == 1, "nothing follows what is gone")


def test_a_container_that_comes_later_is_told_of_by_events(watched: Watched, until: Until) -> None:
    watched.engine.run(WORKER).write(*rows(1, 10))
    watched.start(poll_s=RARELY_S)
    until(lambda: watched.steps() == 10, "the first is followed")
    watched.engine.run(TRAINER_NAME).write("Training worker is up.")
    until(lambda: watched.lines(TRAINER_NAME), "the second is followed")
    watched.engine.docker("rm", "--force", TRAINER_NAME)
    until(lambda: [one.name for one in watched.snapshot().containers] == [WORKER], "its removal is noticed")


@pytest.mark.parametrize("size", [PIECE - 20, 2 * PIECE - 20, 60_000])
def test_a_record_is_read_over_the_pieces_into_which_docker_breaks_a_long_line(
    watched: Watched, until: Until, size: int
) -> None:
    printed = "".join(f"{number:08}" for number in range(size // 8 + 1))[:size]
    feeds = watched.engine.run(WORKER)
    feeds.write(row(1), printed + row(2), row(3))  # printed by a reward function, without an end of the line
    watched.start()
    until(lambda: watched.steps() == 3, "all three records are read")
    until(lambda: len(watched.lines()) == 3, "each line comes once")
    first, long, last = watched.lines()
    assert (first, last) == (row(1), row(3))
    assert long.endswith("(cut)") or long == printed + row(2)
    assert (printed + row(2)).startswith(long[: PIECE - 100])


def test_a_container_killed_for_want_of_memory_is_told_from_one_that_failed(watched: Watched, until: Until) -> None:
    feeds = watched.engine.run("deepracer-0-robomaker-2")
    watched.engine.run_hungry(WORKER, megabytes=16)
    until(lambda: watched.engine.state(WORKER)["Running"] is False, "it is killed")
    if watched.engine.state(WORKER)["ExitCode"] != 137:
        pytest.skip("the kernel does not limit the memory of containers here")
    watched.start()
    until(lambda: {one.state for one in watched.snapshot().containers} == {"exited", "running"}, "both are found")
    feeds.status(1)
    feeds.close()
    until(lambda: {one.exit_code for one in watched.snapshot().containers} == {137, 1}, "both ends are known")
    assert watched.container().exit_code == 137


def test_nothing_of_ours_runs_on_after_watching(watched: Watched, until: Until) -> None:
    watched.engine.run(WORKER).write(row(1))
    watched.start()
    until(lambda: watched.steps() == 1, "it is followed")
    until(lambda: len(watched.engine.clients()) >= 2, "the log and the events are followed")
    watched.close()
    until(lambda: not watched.engine.clients(), "the commands on the instance end")


def test_recorded_logs_come_through_docker_as_they_are_in_their_files(
    watched: Watched, until: Until, samples: Path
) -> None:
    logs = sorted((samples / "logs" / "drfc-swarm-4workers").glob("*.log"))
    recorded = recorded_run([str(log) for log in logs]).run
    feeds = {log: watched.engine.run(log.stem) for log in logs}
    watched.start()
    for log in logs:
        feeds[log].write(log.read_bytes().rstrip(b"\n"))
    until(lambda: watched.steps() >= recorded.totals.steps, "all steps came")
    for log in logs:
        text = log.read_text(encoding="utf-8").rstrip("\n").split("\n")
        until(lambda log=log, text=text: len(watched.lines(log.stem)) >= len(text), "all lines came")  # type: ignore[misc]
        assert len(watched.lines(log.stem)) == len(text)
    found = watched.snapshot().run
    assert found.totals == recorded.totals
    assert [(one.worker, one.steps, one.best_lap_s) for one in found.workers] == [
        (one.worker, one.steps, one.best_lap_s) for one in recorded.workers
    ]
    assert len(found.iterations) == len(recorded.iterations)
    for one, other in zip(found.iterations, recorded.iterations):
        assert (one.checkpoint, one.episodes_done, one.laps) == (other.checkpoint, other.episodes_done, other.laps)
        assert one.mean_reward == pytest.approx(other.mean_reward)  # summed up in another order
