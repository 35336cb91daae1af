"""How fast a log comes in over SSH: our follow path against ``ssh HOST cat``, on loopback, in turn.

    python -m benchmarks.ssh_throughput [RUNS] [LINES]

A real OpenSSH server on a free port. Rows, all of the same file: the bytes as ssh prints them; our connection alone;
followed lines (split, times taken off, resumable); the whole feed (spool, records, state of the run). Ratios are those
of the medians. Then 50 runs of three workers, 15 rows a second each, over a connection a run, and what of one core
that takes.
"""

from __future__ import annotations

import getpass
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.runs.run_monitor import RunMonitor
from dots_tui.app.runs.rungs import OneTime
from dots_tui.app.runs.ssh_source import SourcePace
from dots_tui.remote.connection import Connection, Target
from dots_tui.remote.login import OneTimeLogin
from dots_tui.remote.resume import LineSplitter, Resume
from dots_tui.spool.store import Spool
from tests.system.openssh import QUICK, Sshd

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS, WORKERS, ROWS_A_SECOND, SECONDS = 50, 3, 15, 20


def row(number: int) -> str:
    """A step of 150 bytes or so with Docker's time in front."""
    seconds, part = divmod(number, 15)
    stamp = f"2026-01-01T{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{part * 60000000:09d}Z"
    place = f"{number % 97 / 10:.4f},{number % 89 / 10:.4f},{number % 360 - 180:.4f}"
    status = f"12.00,2.50,4,1.0000,False,True,{number % 100:.4f},{number % 118},17.67,{number / 15:.3f},in_progress"
    return f"{stamp} SIM_TRACE_LOG:{number // 200},{number % 200 + 1},{place},{status},0.00\n"


def with_ssh(sshd: Sshd, path: Path) -> float:
    """Seconds ``ssh HOST cat`` takes."""
    words = ["ssh", "-F", "none", "-p", str(sshd.port), "-i", str(sshd.folder / "own"), "-l", getpass.getuser()]
    words += ["-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={sshd.folder / 'known'}"]
    start = time.perf_counter()
    with subprocess.Popen(
        [*words, "127.0.0.1", f"cat {path}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as ssh:
        assert ssh.stdout is not None
        read = 0
        while data := os.read(ssh.stdout.fileno(), 1 << 18):
            read += len(data)
    assert read == path.stat().st_size
    return time.perf_counter() - start


def with_connection(sshd: Sshd, path: Path, take: Callable[[bytes], None], *, compress: bool) -> float:
    """Seconds our connection takes, opening it included, as it is for ssh."""
    target = Target("bench", "127.0.0.1", sshd.port, getpass.getuser(), compress=compress)
    own = (sshd.folder / "own.pub").read_text()
    start = time.perf_counter()
    connection = Connection.open(
        target, OneTimeLogin(lambda line: sshd.authorise(own + line)), sshd.host_keys, timing=QUICK
    )
    assert connection.stream(f"cat {path}", take, lambda: False) == 0
    taken = time.perf_counter() - start
    connection.close()
    return taken


def nothing(chunk: bytes) -> None:
    """Takes chunks and does nothing with them."""
    del chunk


def lines_of() -> Callable[[bytes], None]:
    """Takes chunks as a follower does."""
    splitter, resume = LineSplitter(), Resume()

    def take(chunk: bytes) -> None:
        resume.take(splitter.feed(chunk))

    return take


def followed(sshd: Sshd, path: Path, *, compress: bool) -> float:
    """Seconds until the last line was taken as a follower takes it."""
    return with_connection(sshd, path, lines_of(), compress=compress)


def whole_feed(sshd: Sshd, path: Path, lines: int, *, compress: bool) -> float:
    """Seconds until the last row is in the state of the run."""
    target = Target("bench", "127.0.0.1", sshd.port, getpass.getuser(), compress=compress)
    own = (sshd.folder / "own.pub").read_text()
    rung = OneTime(sshd.host_keys, lambda _, line: sshd.authorise(own + line), pace=SourcePace(timing=QUICK))
    log = sshd.container("deepracer-0-robomaker-1")
    log.unlink()
    log.symlink_to(path)
    spool = Spool()
    monitor = RunMonitor(lambda: target, [rung], spool)
    start = time.perf_counter()
    monitor.start()
    while len(spool) < lines:
        time.sleep(0.005)
    taken = time.perf_counter() - start
    monitor.stop()
    spool.close()
    return taken


def many_streams(sshd: Sshd) -> float:
    """Percent of one core that RUNS runs with WORKERS logs each at ROWS_A_SECOND take in this process."""
    # Cheaper than the tests' stand-in, of which 150 would take the whole machine.
    (sshd.bin / "docker").write_text(DOCKER.format(folder=sshd.folder))
    names = [f"deepracer-{run}-robomaker-{number + 1}" for run in range(RUNS) for number in range(WORKERS)]
    logs = [str(sshd.container(name)) for name in names]
    feeder = subprocess.Popen([sys.executable, "-c", FEED, str(ROWS_A_SECOND), *logs])
    spools = [Spool() for _ in range(RUNS)]
    own = (sshd.folder / "own.pub").read_text()
    rung = OneTime(sshd.host_keys, lambda _, line: sshd.authorise(own + line), pace=SourcePace())
    monitors = [RunMonitor(lambda: sshd.target, [rung], spool, run_id=run) for run, spool in enumerate(spools)]
    for monitor in monitors:
        monitor.start()
    while any(len(spool.sources()) < WORKERS or _behind(spool) > 1.0 for spool in spools) and feeder.poll() is None:
        time.sleep(0.5)
    cpu, rows, start = time.process_time(), sum(map(len, spools)), time.perf_counter()
    ticker = threading.Event()
    while time.perf_counter() - start < SECONDS:
        monitors[0].snapshot()
        ticker.wait(0.1)  # as often as the pane asks for the run it shows
    taken = time.perf_counter() - start
    print(f"{len(names)} logs of {RUNS} runs: {(sum(map(len, spools)) - rows) / taken:,.0f} rows a second came in")
    percent = 100 * (time.process_time() - cpu) / taken
    for monitor, spool in zip(monitors, spools):
        monitor.stop()
        spool.close()
    feeder.terminate()
    feeder.wait()
    return percent


def _behind(spool: Spool) -> float:
    """Seconds since the newest line was printed."""
    return time.time() - spool.time(len(spool) - 1) / 1000


DOCKER = """#!/bin/sh
case $1 in
  ps) exec cat {folder}/ps;;
  events) exec tail -f /dev/null;;
  logs) for name; do :; done; exec tail -n +1 -f {folder}/$name.log;;
  *) exit 1;;
esac
"""
FEED = """
import sys, time
pause, files = 1 / float(sys.argv[1]), [open(name, "ab", buffering=0) for name in sys.argv[2:]]
number, due = 0, time.time()
while True:
    number += 1
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + ".%09dZ" % (now % 1 * 1e9)
    line = "%s SIM_TRACE_LOG:%d,%d,1.5,0.5,10.0,15.00,2.00,3,1.0000,False,True,%d,7,17.67,%.3f,in_progress,0.00\\n" % (
        stamp, number // 200, number % 200 + 1, number % 100, number / 15)
    for file in files:
        file.write(line.encode())
    due += pause
    time.sleep(max(0, due - time.time()))
"""


def main(runs: int = 3, lines: int = 400_000) -> None:
    """Print a line for each way."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "log"
        path.write_text("".join(row(number) for number in range(lines)))
        megabytes = path.stat().st_size / 1e6
        sshd = Sshd(folder)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "own")], check=True)
        sshd.start()
        sshd.authorise((folder / "own.pub").read_text())
        try:
            ways: dict[str, Callable[[], float]] = {"ssh HOST cat": lambda: with_ssh(sshd, path)}
            for compress in (False, True):
                word = ", compressed" if compress else ""
                ways[f"our connection{word}"] = partial(with_connection, sshd, path, nothing, compress=compress)
                ways[f"followed lines{word}"] = partial(followed, sshd, path, compress=compress)
            ways["the whole feed, compressed"] = lambda: whole_feed(sshd, path, lines, compress=True)
            taken: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(runs):
                for way, run in ways.items():
                    taken[way].append(run())
            reference = statistics.median(taken["ssh HOST cat"])
            for way, times in taken.items():
                middle = statistics.median(times)
                speed = f"{megabytes / middle:7.1f} MB/s  {lines / middle / 1e3:7.0f} k lines/s"
                print(f"{way:28} {speed}  {reference / middle:5.2f} of ssh")
            print(f"{RUNS} runs of {WORKERS} logs at {ROWS_A_SECOND} rows/s: {many_streams(sshd):.0f} % of one core")
        finally:
            sshd.stop()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
