"""A million log lines through the real log view in a real terminal, with and without understanding them.

Run by hand: ``python benchmarks/log_flood.py [LINES]``. For each way a fresh process runs an app that is one log view
of 120 by 40 under a pty. A thread feeds it as the monitor does: chunks as SSH delivers them, with Docker's
timestamps, through `Feed` (resume, spool and, when parsing, `Parser` and `RunState`). A key is typed again and again
and timed until its echo is on the terminal. ``bare`` appends whole lines to the spool and does nothing else,
``spool`` is the monitor's way without the parser, ``parse`` with it, ``noise`` with harmless noise hidden besides.

``less +F``, ``lnav`` and ``toolong`` follow a file of the same lines where they are installed (``--others``). Only
what was measured in one run may be compared, and only on a quiet machine.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import re
import select
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.append(str(Path(__file__).parent))
from terminal import Terminal  # type: ignore[import-not-found,unused-ignore]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME = "deepracer-0-robomaker-1"
BATCH = 1000
TRACE = (
    "[agent-9] SIM_TRACE_LOG:%d,%d,0.9546,-0.7938,-63.7198,17.54,1.61,[17.543736453019307 1.6073669736151466],"
    "0.0075,%s,False,%.4f,31,16.60,84.16,%s,0.00,0,1773216067.5146"
)
ENDED = (
    "[agent-9] Training> Name=main_level/agent, Worker=0, Episode=%d, Total reward=1174.0, Steps=%d, "
    "Training iteration=0"
)
KEY, ECHO = b"p", re.compile(rb"echo (\d+)")


def log_lines(count: int) -> Iterator[bytes]:
    """Episodes of 100 rows; every tenth line is something a reward function printed."""
    episode = step = 0
    for number in range(count):
        if number % 10 == 9:
            yield b"[agent-9] speed 2.31 heading 12.5 distance 0.12 line %d" % number
        elif step == 100:
            episode, step = episode + 1, 0
            yield (ENDED % (episode, episode * 100)).encode()
        else:
            step += 1
            done = step == 100
            state = "off_track" if done else "prepare" if step == 1 else "in_progress"
            yield (TRACE % (episode, step, done, step / 2, state)).encode()


def stamped(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines as ``docker logs --timestamps`` prints them, a thousand a second."""
    for number, line in enumerate(lines):
        second, milli = divmod(number, 1000)
        minute, second = divmod(second, 60)
        stamp = b"2026-01-01T%02d:%02d:%02d.%03d000000Z " % (minute // 60 % 24, minute % 60, second, milli)
        yield stamp + line


def rss() -> int:
    """Resident memory of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# -- the app, in a process of its own ------------------------------------------------------------------


def run_app(way: str, source: Path, count: int, rate: int, answer: Path, chunk: int) -> None:
    """The log view as the whole screen; writes what was measured to *answer* and ends."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    from dots_tui.spool.store import Spool
    from dots_tui.ui.panes.training import lines as words
    from dots_tui.ui.widgets.log_columns import CLOCK
    from dots_tui.ui.widgets.log_sieve import Sieve
    from dots_tui.ui.widgets.log_view import LogView

    spool = Spool()
    feed = _bare(spool, source, rate) if way == "bare" else _feed(spool, source, rate, chunk, parse=way != "spool")

    class Flood(App[None]):
        BINDINGS = [("p", "echo", "")]
        echoes = 0

        def compose(self) -> ComposeResult:
            yield Static("echo 0", id="echo")
            yield LogView(spool, label=lambda _: "W0", shorten=words.in_words, highlights=words.HIGHLIGHTS)

        def on_mount(self) -> None:
            view = self.query_one(LogView)
            view.set_times(CLOCK)
            view.lines.focus()
            if way == "noise":
                view.sift(Sieve(noise=False))
            self.set_timer(1.0, self.begin)

        def action_echo(self) -> None:
            self.echoes += 1
            self.query_one("#echo", Static).update(f"echo {self.echoes}")

        def begin(self) -> None:
            self.before, self.cpu, self.begun = rss(), time.process_time(), time.perf_counter()
            threading.Thread(target=feed, daemon=True).start()
            self.set_interval(0.02, self.look)

        def look(self) -> None:
            view = self.query_one(LogView)
            assert view.rows is not None
            if view.rows.reached < count:
                return
            seconds = time.perf_counter() - self.begun
            if f"line {count - 1}" not in view.lines.render_line(view.lines.page.height - 1).text:
                return
            measured = {
                "lines_per_s": count / seconds,
                "grown_mb": (rss() - self.before) / 1e6,
                "cpu_share": (cpu := time.process_time() - self.cpu) / seconds,
                "lines_per_cpu_s": count / cpu,
            }
            answer.write_text(json.dumps(measured))
            self.exit()

    Flood().run()


def _bare(spool, source: Path, rate: int) -> Callable[[], None]:  # type: ignore[no-untyped-def]
    def run() -> None:
        with source.open("rb") as file:
            begun, sent = time.perf_counter(), 0
            while raw := file.readlines(BATCH * 200):
                spool.append(NAME, [line[31:-1] for line in raw])
                sent += len(raw)
                _pace(begun, sent, rate)

    return run


def _feed(spool, source: Path, rate: int, most: int, *, parse: bool) -> Callable[[], None]:  # type: ignore[no-untyped-def]
    from dots_tui.app.runs.feed import Feed
    from dots_tui.app.runs.seen import Seen
    from dots_tui.training.containers import ROBOMAKER, Container
    from dots_tui.training.parser import Parser
    from dots_tui.training.state import RunState

    container = Container("1" * 64, NAME, ROBOMAKER, 1, "running", "")
    state, lock = RunState(0), threading.Lock()
    state.containers([container])

    def apply(_: Container, records) -> None:  # type: ignore[no-untyped-def]
        with lock:
            for at, record in records:
                state.apply(NAME, record, at)

    def stream(_: str, on_data: Callable[[bytes], None], stopped: Callable[[], bool]) -> int:
        begun, sent = time.perf_counter(), 0
        with source.open("rb") as file:
            size = min(most, rate * 20) if rate else most
            while (chunk := file.read(size)) and not stopped():
                on_data(chunk)
                sent += chunk.count(b"\n")
                _pace(begun, sent, rate)
        return 0

    if not parse:
        Parser.batches = lambda *_: []  # type: ignore[method-assign]
    feed = Feed(container, spool, apply, lambda: None, Seen())
    return lambda: feed.follow(container, stream)


def _pace(begun: float, sent: int, rate: int) -> None:
    if rate:
        time.sleep(max(0.0, begun + sent / rate - time.perf_counter()))


# -- the other side ------------------------------------------------------------------------------------


class Typist(Terminal):  # type: ignore[misc,unused-ignore]
    """A terminal that types a key 50 ms after the last one was answered, and times the answer."""

    def __init__(self, command: list[str]) -> None:
        super().__init__(command)
        self.waits: list[float] = []

    def type_until(self, ended: Callable[[], bool], limit: float) -> None:
        """Until *ended* or *limit* seconds have gone by."""
        self.until_quiet(0.5, 5.0)
        deadline, pressed, seen, next_key = time.perf_counter() + limit, 0.0, 0, 0.0
        while not ended() and time.perf_counter() < deadline:
            now = time.perf_counter()
            if not pressed and now >= next_key:
                self.press(KEY)
                pressed = now
            if not select.select([self._master], [], [], 0.005)[0]:
                continue
            try:
                data = os.read(self._master, 1 << 18)
            except OSError:
                return
            numbers = [int(match[1]) for match in ECHO.finditer(data)]
            if pressed and numbers and max(numbers) > seen:
                seen = max(numbers)
                now = time.perf_counter()
                self.waits.append(now - pressed)
                pressed, next_key = 0.0, now + 0.03 + random.random() * 0.04


def measure(way: str, source: Path, count: int, chunk: int, rate: int = 0, *, keys: bool = True) -> dict[str, float]:
    """One run of the app."""
    answer = source.with_name(f"{way}-{time.monotonic_ns()}.json")
    script = str(Path(__file__).resolve())
    numbers = ["--rate", str(rate), "--chunk", str(chunk), str(count)]
    terminal = Typist([sys.executable, script, "--app", way, str(source), str(answer), *numbers])
    try:
        if keys:
            terminal.type_until(answer.exists, 300.0)
        else:
            while not answer.exists():
                terminal.until_quiet(0.2, 0.2)
        while not answer.stat().st_size:
            time.sleep(0.01)
        found: dict[str, float] = json.loads(answer.read_text())
    finally:
        terminal.end()
    waits = sorted(terminal.waits)
    if len(waits) >= 5:
        found["echo_p95_ms"] = 1000 * waits[min(len(waits) - 1, int(0.95 * len(waits)))]
    return found


class Viewer(NamedTuple):
    """Another program that follows a growing file. *keys* bring it to the end; *most* lines are enough for it."""

    command: tuple[str, ...]
    keys: bytes = b""
    most: int = 1_000_000


VIEWERS = {
    "less +F": Viewer(("less", "+F", "-S")),
    "lnav": Viewer(("lnav", "-q"), b"G"),
    "toolong": Viewer(("tl",), most=100_000),
}


def other(name: str, source: Path, count: int) -> float | None:
    """Lines/s of another viewer until the last line is on the terminal; None when that cannot be said."""
    viewer = VIEWERS[name]
    if not shutil.which(viewer.command[0]):
        print(f"{name:9} not installed")
        return None
    with tempfile.NamedTemporaryFile(suffix=".log") as file, source.open("rb") as lines:
        file.writelines(next(lines) for _ in range(100))  # so that it knows what kind of file it is
        file.flush()
        terminal = Terminal([*viewer.command, file.name])
        try:
            terminal.until_quiet(1.0, 4.0)
            if viewer.keys:
                terminal.press(viewer.keys)
                terminal.until_quiet(0.5, 2.0)
            sent, seen = min(count, viewer.most) - 100, len(terminal.output)
            begun = time.perf_counter()
            file.writelines(itertools.islice(lines, sent))
            file.write(b"2026-12-31T00:00:00.000000000Z the end of the flood\n")
            file.flush()
            while time.perf_counter() - begun < 120:
                terminal.until_quiet(0.02, 0.05)
                if b"the end of the flood" in b"".join(data for _, data in terminal.output[seen:][-40:]):
                    return sent / (time.perf_counter() - begun)
            print(f"{name:9} did not show the last line in 120 s")
            return None
        finally:
            terminal.end()


def main() -> None:
    """Measure all ways and print them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--app", nargs=3)
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--chunk", type=int, default=256, help="KiB that come at once: what the SSH reader gathers")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--others", action="store_true")
    parser.add_argument("--ways", default="bare,spool,parse,noise")
    parser.add_argument("lines", nargs="?", type=int, default=1_000_000)
    chosen = parser.parse_args()
    if chosen.app:
        run_app(chosen.app[0], Path(chosen.app[1]), chosen.lines, chosen.rate, Path(chosen.app[2]), chosen.chunk * 1024)
        return
    with tempfile.TemporaryDirectory(prefix="log-flood-") as folder:
        source = Path(folder) / "source"
        with source.open("wb") as file:
            file.writelines(line + b"\n" for line in stamped(log_lines(chosen.lines)))
        size = source.stat().st_size / 1e6
        print(f"{chosen.lines:,} lines, {size:,.0f} MB, {chosen.chunk} KiB at once, {chosen.runs} run(s): medians")
        parsed = float("nan")
        for way in filter(None, chosen.ways.split(",")):
            runs = [measure(way, source, chosen.lines, chosen.chunk) for _ in range(chosen.runs)]
            print(f"{way:9} " + described(runs))
            if way == "parse":
                parsed = statistics.median(run["lines_per_s"] for run in runs)
        few = min(chosen.lines, 15_000)
        short = source.with_name("short")
        with short.open("wb") as file:
            file.writelines(line + b"\n" for line in stamped(log_lines(few)))
        runs = [measure("parse", short, few, chosen.chunk, 1000, keys=False)]
        print(f"steady    {described(runs)}  (1,000 lines/s, {few // 1000} s, nothing typed)")
        for name in VIEWERS if chosen.others else ():
            rate = other(name, source, chosen.lines)
            if rate:
                print(f"{name:9} {rate:12,.0f} lines/s; parse is {parsed / rate:,.2f} times as fast")


def described(runs: list[dict[str, float]]) -> str:
    """Medians of several runs in one line."""

    def middle(key: str) -> float:
        return statistics.median([run[key] for run in runs if key in run] or [float("nan")])

    return (
        f"{middle('lines_per_s'):12,.0f} lines/s  key echo p95 {middle('echo_p95_ms'):5.0f} ms  "
        f"grown {middle('grown_mb'):5.1f} MB  CPU {middle('cpu_share'):4.0%} of a core, "
        f"{middle('lines_per_cpu_s'):,.0f} lines a CPU second"
    )


if __name__ == "__main__":
    main()
