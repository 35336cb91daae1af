"""How fast a log becomes the state of a run: parser and state together, on one core, against a reader that takes each
line with an expression of its own.

    python -m benchmarks.parse LOG_OR_FOLDER... [--rows N] [--repeat K]

The SIM_TRACE_LOG lines of the logs are repeated until there are N of them (default 1,000,000), one set for each number
of columns; then the logs as they are, with all that is printed beside the rows. The best of K runs (default 3) in CPU
time. Where deepracer-utils is installed, its loading and converting of the same rows is measured once.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from pathlib import Path
from typing import Callable

from dots_tui.training.parser import Parser
from dots_tui.training.state import RunState

CHUNK = 1 << 16
CONTAINER = "deepracer-0_robomaker.1.recorded"
MARKER = b"SIM_TRACE_LOG:"
NAIVE = re.compile(
    r"SIM_TRACE_LOG:(\d+),(\d+),([^,]+),([^,]+),([^,]+),([^,]+),([^,]+),([^,]*),([^,]+),(True|False),(True|False),"
    r"([^,]+),(\d+),([^,]+),([^,]+),(\w+)"
)


def parse(data: bytes) -> None:
    """The parser alone."""
    parser = Parser()
    for start in range(0, len(data), CHUNK):
        parser.batches(data[start : start + CHUNK])


def parse_and_state(data: bytes) -> None:
    """The parser and the state of the run."""
    parser, run = Parser(), RunState()
    for start in range(0, len(data), CHUNK):
        for record in parser.batches(data[start : start + CHUNK]):
            run.apply(CONTAINER, record, None)
    run.snapshot(0.0)


def naive(data: bytes) -> None:
    """Decode, split into lines, one search a line, every number converted; no state."""
    for line in data.decode("utf-8", "replace").splitlines():
        match = NAIVE.search(line)
        if match is None:
            continue
        groups = match.groups()
        [float(groups[index]) for index in (2, 3, 4, 5, 6, 8, 11, 13, 14)]
        [int(groups[index]) for index in (0, 1, 12)]


def deepracer_utils(data: bytes) -> None:
    """What deepracer-utils needs for its table of the same rows. ImportError where it is not installed."""
    from deepracer.logs.log_utils import SimulationLogsIO  # type: ignore[import-not-found,unused-ignore]

    with tempfile.NamedTemporaryFile(suffix=".log") as file:
        file.write(data)
        file.flush()
        SimulationLogsIO.convert_to_pandas(SimulationLogsIO.load_single_file(file.name), 20)


def lines_per_s(read: Callable[[bytes], None], data: bytes, lines: int, repeat: int) -> float:
    """The best of some runs."""
    best = 0.0
    for _ in range(repeat):
        start = time.process_time()
        read(data)
        best = max(best, lines / (time.process_time() - start))
    return best


def report(title: str, data: bytes, lines: int, repeat: int) -> None:
    """Measure and print one set of lines."""
    alone, both, slow = (lines_per_s(read, data, lines, repeat) / 1e3 for read in (parse, parse_and_state, naive))
    print(
        f"{title:<26} {lines:>9,} lines {len(data) / 1e6:>6.0f} MB   parse {alone:>6.0f} k/s   "
        f"parse + state {both:>6.0f} k/s   naive {slow:>5.0f} k/s   ratio {both / slow:.1f}"
    )
    try:
        theirs = lines_per_s(deepracer_utils, data, lines, 1) / 1e3
    except ImportError:
        return
    print(f"{'':<26} deepracer-utils {theirs:.0f} k/s   ratio {both / theirs:.1f}")


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description="Speed of the training room.")
    options.add_argument("logs", nargs="+", type=Path)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=3)
    given = options.parse_args()
    paths = [path for place in given.logs for path in (place.rglob("*.log") if place.is_dir() else [place])]
    sets: dict[int, list[bytes]] = {}
    whole = b""
    for path in sorted(paths):
        data = path.read_bytes()
        rows = [line for line in data.split(b"\n") if MARKER in line]
        if rows:
            sets.setdefault(rows[0].partition(MARKER)[2].count(b",") + 1, []).extend(rows)
            whole += data
    for columns, rows in sorted(sets.items()):
        times = -(-given.rows // len(rows))
        report(f"rows of {columns} columns", (b"\n".join(rows) + b"\n") * times, len(rows) * times, given.repeat)
    report("the logs as they are", whole, whole.count(b"\n"), given.repeat)


if __name__ == "__main__":
    main()
