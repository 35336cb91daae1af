"""What goes wrong between a run and its racer, on a real OpenSSH server: no line lost, none twice, the racer told."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from dots_tui.app.runs import snapshot as words
from dots_tui.spool.store import LONGEST_LINE, Spool
from tests.system.openssh import SSHD, Sshd, stamped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dots_tui.app.runs.run_monitor import RunMonitor

    Until = Callable[[Callable[[], object]], None]

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not SSHD.exists(), reason="/usr/sbin/sshd is not installed"),
    pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed"),
]

WORKER = "deepracer-0-robomaker-1"
PIECE = 16 * 1024


def row(number: int) -> str:
    """A SIM_TRACE_LOG row: step *number* of an endless first episode."""
    return (
        f"SIM_TRACE_LOG:0,{number},1.5,0.5,10.0,15.00,2.00,3,1.0000,False,True,{number % 100},7,17.67,"
        f"{number / 15:.3f},in_progress,0.00"
    )


class Watched:
    """A run on a real server: one worker, whose log a test writes."""

    def __init__(self, sshd: Sshd, dead: float = 2.0) -> None:
        self.sshd = sshd
        self.spool = Spool()
        self.log = sshd.container(WORKER)
        self.written: list[str] = []
        self.monitor: RunMonitor = sshd.monitor(self.spool, dead=dead)
        self.said: list[str] = []
        """Every message of the transport, as a racer would have seen it."""
        self._over = threading.Event()
        self._ear = threading.Thread(target=self._listen)

    def start(self) -> None:
        self.monitor.start()
        self._ear.start()

    def close(self) -> None:
        self._over.set()
        self.monitor.stop()
        if self._ear.ident is not None:
            self._ear.join(10)
        self.spool.close()

    def write(self, count: int, at: Callable[[int], int | None] = lambda number: None) -> None:
        """Write so many rows, a batch at once. *at* gives the time of a row in nanoseconds."""
        first = len(self.written) + 1
        rows = [row(number) for number in range(first, first + count)]
        self.written += rows
        with self.log.open("ab", buffering=0) as file:
            file.write(b"".join(stamped(text, at(number)) for number, text in enumerate(rows, first)))

    def lines(self) -> list[str]:
        return [line.text for line in self.spool.lines(0, len(self.spool)) if line.source == WORKER]

    def steps(self) -> int:
        return sum(worker.steps for worker in self.monitor.snapshot().run.workers)

    def state(self) -> str:
        return self.monitor.snapshot().transport.state

    def heard(self, part: str) -> bool:
        return any(part in message for message in self.said)

    def assert_whole(self) -> None:
        """Every line and every record once, in order."""
        assert self.lines() == self.written
        assert self.steps() == len(self.written)

    def _listen(self) -> None:
        while not self._over.wait(0.005):
            message = self.monitor.snapshot().transport.message
            if not self.said or self.said[-1] != message:
                self.said.append(message)


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[Sshd]:
    server = Sshd(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def watched(sshd: Sshd) -> Iterator[Watched]:
    made = Watched(sshd, dead=0.9)
    yield made
    made.close()


@pytest.fixture
def until() -> Until:
    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.01)

    return wait


@pytest.mark.parametrize(("rows", "pause"), [(30, 0.02), (2000, 0.005)], ids=["1,500 rows a second", "a flood"])
def test_sessions_killed_while_rows_come(watched: Watched, until: Until, rows: int, pause: float) -> None:
    watched.start()
    for batch in range(60):
        watched.write(rows)
        time.sleep(pause)
        if batch % 20 == 10:
            until(watched.steps)
            watched.sshd.signal(signal.SIGKILL)
    until(lambda: watched.steps() >= len(watched.written))
    watched.assert_whole()
    assert watched.heard("was lost")


def test_a_frozen_session_is_found_dead_and_replaced(watched: Watched, until: Until) -> None:
    watched.write(500)
    watched.start()
    until(lambda: watched.steps() == 500)
    frozen = watched.sshd.sessions()
    watched.sshd.signal(signal.SIGSTOP)
    try:
        watched.write(500)
        until(lambda: watched.heard("no sign of life for 0.9 s"))
        until(lambda: watched.steps() == 1000)
        watched.assert_whole()
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGKILL)


def test_another_host_key_is_refused_and_nothing_is_sent_until_the_racer_agrees(watched: Watched, until: Until) -> None:
    watched.write(100)
    watched.start()
    until(lambda: watched.steps() == 100)
    watched.sshd.stop()
    keys = watched.sshd.folder / "authorized_keys"
    keys.unlink()
    watched.write(100)
    watched.sshd.start()
    until(lambda: watched.heard("The connection was refused"))
    assert any("host key of i-1" in notice for notice in watched.monitor.snapshot().notices)
    assert not keys.exists()
    assert watched.steps() == 100
    watched.sshd.host_keys.forget("i-1")
    until(lambda: watched.steps() == 200)
    until(lambda: not watched.monitor.snapshot().notices)
    watched.assert_whole()


@pytest.mark.parametrize("events", [True, False], ids=["told by docker events", "found by looking"])
def test_a_container_that_is_restarted_and_then_replaced(watched: Watched, until: Until, *, events: bool) -> None:
    if events:
        watched.sshd.tell_of_changes()
    watched.write(200)
    watched.start()
    until(lambda: watched.steps() == 200)
    watched.sshd.set_running(WORKER, running=False)
    until(lambda: [feed.state for feed in watched.monitor.snapshot().feeds] == ["ended"])
    watched.write(200)
    watched.sshd.set_running(WORKER, running=True)
    until(lambda: watched.steps() == 400)
    watched.sshd.set_running(WORKER, running=False)
    watched.log = watched.sshd.container(WORKER, number=2)
    watched.write(200)
    until(lambda: len(watched.spool) == 600)
    assert watched.lines() == watched.written
    until(lambda: [feed.container_id for feed in watched.monitor.snapshot().feeds] == [f"id-{WORKER}-2"])


def test_the_clock_of_the_instance_jumps(watched: Watched, until: Until) -> None:
    now = time.time_ns()
    hour, step = 3600 * 10**9, 10**7
    watched.write(2000, lambda number: now + number * step)
    watched.start()
    until(lambda: watched.steps() == 2000)
    watched.write(1500, lambda number: now - hour + number * step)
    until(lambda: watched.steps() == 3500)
    watched.sshd.signal(signal.SIGKILL)
    watched.write(500, lambda number: now - hour + number * step)
    until(lambda: watched.steps() >= 4000)
    watched.write(500, lambda number: now + 24 * hour + number * step)
    until(lambda: watched.steps() >= 4500)
    watched.sshd.signal(signal.SIGKILL)
    watched.write(500, lambda number: now + 24 * hour + number * step)
    until(lambda: watched.steps() >= 5000)
    watched.assert_whole()


def test_a_full_disk_stops_no_record_and_is_told_until_there_is_room(watched: Watched, until: Until) -> None:
    watched.write(3000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        watched.start()
        until(lambda: watched.steps() == 3000)
        until(lambda: any("could not be kept" in notice for notice in watched.monitor.snapshot().notices))
        assert watched.monitor.snapshot().feeds[0].state == "following"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    kept = watched.lines()
    assert len(kept) + watched.spool.lost == 3000
    watched.write(100)
    until(lambda: watched.steps() == 3100)
    until(lambda: watched.monitor.snapshot().feeds[0].message == "")
    assert watched.lines()[-100:] == watched.written[-100:]


def test_bytes_that_are_no_utf8_are_shown_and_hide_no_record(watched: Watched, until: Until) -> None:
    odd = [b"caf\xe9 \xff\xfe", b"\x00\x01\x02", "ünï".encode("utf-16-le").replace(b"\n", b""), b"\xf0\x9f"]
    with watched.log.open("ab") as file:
        for number, data in enumerate(odd, 1):
            file.write(stamped("")[:-1] + data + b"\n" + stamped(row(number)))
    watched.start()
    until(lambda: watched.steps() == len(odd))
    until(lambda: len(watched.spool) == 2 * len(odd))
    assert watched.lines()[0] == "caf\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"
    assert watched.lines()[1::2] == [row(number) for number in range(1, len(odd) + 1)]


def test_a_line_of_ten_megabytes_comes_once_and_is_cut(watched: Watched, until: Until) -> None:
    watched.write(10)
    mark = stamped("")[:-1]
    with watched.log.open("ab") as file:
        file.write(b"".join(mark + b"x" * PIECE for _ in range(10 * 64)) + b"\n")
    watched.written.append("")
    watched.write(10)
    watched.start()
    until(lambda: watched.steps() == 20)
    watched.sshd.signal(signal.SIGKILL)
    watched.write(10)
    until(lambda: watched.steps() == 30)
    lines = watched.lines()
    assert len(lines) == 31
    assert lines[10].startswith("x" * 1000)
    assert lines[10].endswith("(cut)")
    assert len(lines[10]) <= LONGEST_LINE
    assert lines[:10] + lines[11:] == watched.written[:10] + watched.written[11:]


def test_logs_that_go_to_cloudwatch_are_noticed(watched: Watched, until: Until) -> None:
    (watched.sshd.folder / "driver").write_text("awslogs\n")
    watched.write(5)
    watched.start()
    until(lambda: watched.steps() == 5)
    until(lambda: any("CloudWatch" in notice for notice in watched.monitor.snapshot().notices))
    until(lambda: watched.monitor.snapshot().gauges is not None)


def test_old_lines_are_counted_while_they_are_read_and_can_be_left_out(watched: Watched, until: Until) -> None:
    ago = time.time_ns() - 12 * 3600 * 10**9
    watched.write(200_000, lambda number: ago + number * 100_000_000)
    watched.start()
    until(lambda: watched.monitor.snapshot().history is not None)
    history = watched.monitor.snapshot().history
    assert history is not None
    assert 0 < history.share < 1
    assert history.bytes <= history.about_bytes
    watched.monitor.skip_history()
    until(lambda: any("left out" in notice for notice in watched.monitor.snapshot().notices))
    read = watched.steps()
    watched.write(50)
    until(lambda: watched.lines()[-50:] == watched.written[-50:])
    assert read < 200_000
    assert watched.monitor.snapshot().history is None


@pytest.fixture
def island(tmp_path: Path) -> Iterator[tuple[Sshd, Callable[[str], None]]]:
    """A server in a network of its own, and what sets the link to it "up" or "down"."""
    name, mine, its = f"dt{os.getpid()}", f"dta{os.getpid()}", f"dtb{os.getpid()}"

    def ip(*arguments: str) -> bool:
        command = ["ip", *arguments]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    if os.getuid() != 0 or shutil.which("ip") is None or not ip("netns", "add", name):
        pytest.skip("network namespaces cannot be made here")
    within = ("ip", "netns", "exec", name)
    made = (
        ip("link", "add", mine, "type", "veth", "peer", "name", its)
        and ip("link", "set", its, "netns", name)
        and ip("addr", "add", "198.18.77.1/30", "dev", mine)
        and ip("link", "set", mine, "up")
        and ip("netns", "exec", name, "ip", "addr", "add", "198.18.77.2/30", "dev", its)
        and ip("netns", "exec", name, "ip", "link", "set", its, "up")
        and ip("netns", "exec", name, "ip", "link", "set", "lo", "up")
    )
    try:
        if not made:
            pytest.skip("virtual network links cannot be made here")
        server = Sshd(tmp_path, "198.18.77.2", within)
        server.start()
        yield server, lambda state: None if ip(*within[1:], "ip", "link", "set", its, state) else pytest.fail(state)
        server.stop()
    finally:
        ip("link", "del", mine)
        ip("netns", "del", name)


def test_a_network_that_is_cut_is_noticed_and_comes_back(
    island: tuple[Sshd, Callable[[str], None]], until: Until
) -> None:
    sshd, link = island
    watched = Watched(sshd, dead=0.9)
    watched.write(300)
    watched.start()
    try:
        until(lambda: watched.steps() == 300)
        link("down")
        watched.write(300)
        until(lambda: watched.heard("no sign of life"))
        until(lambda: watched.state() in (words.LOST, words.CONNECTING))
        link("up")
        until(lambda: watched.steps() == 600)
        watched.assert_whole()
    finally:
        watched.close()
