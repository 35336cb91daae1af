"""Time to check a folder of custom files and to read it through the lens, against python-dotenv parsing its env files.

    python -m benchmarks.check_folder [DIR] [RUNS]

Imports are done before; medians and the ratio of each pair are printed. Then the check of files nobody writes: 1 MiB
of each of a few patterns that make careless parsers slow, once each.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Callable

from dotenv import dotenv_values

from dots_tui.custom_files.check import check_sources, read_all
from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.fixes import fix_all
from dots_tui.custom_files.folder import CustomFiles, is_env_file
from dots_tui.custom_files.lens import lens

MIB = 1 << 20
PATTERNS = (b'A="\n', b"A=1\n", b"\n", b'"', b"$(", b"${A:-", b"A=a b ", b"' #")


def milliseconds(action: Callable[[], object]) -> float:
    """How long ``action`` takes."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1e3


def parse(sources: Mapping[str, bytes]) -> None:
    """What python-dotenv does with the env files among ``sources``."""
    for name, data in sources.items():
        if is_env_file(name):
            dotenv_values(stream=io.StringIO(data.decode("utf-8", "replace")))


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else ""
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    sources = read_all(CustomFiles.open(Path(folder)))[0] if folder else dict(default_files())
    actions: dict[str, Callable[[], object]] = {
        "check": lambda: check_sources(sources),
        "lens": lambda: lens(sources),
        "fix": lambda: fix_all(sources),
    }
    times: dict[str, list[float]] = {name: [] for name in ("python-dotenv", *actions)}
    for run in range(runs + 1):
        row = {"python-dotenv": milliseconds(lambda: parse(sources))}
        row.update({name: milliseconds(action) for name, action in actions.items()})
        for name, value in row.items() if run else ():  # the first run warms the caches
            times[name].append(value)
    for name, values in times.items():
        ratios = [value / base for value, base in zip(values, times["python-dotenv"])]
        print(f"{name:15} {statistics.median(values):8.2f} ms   {statistics.median(ratios):6.2f} x python-dotenv")
    for pattern in PATTERNS:
        hostile = {**sources, "run.env": (pattern * (MIB // len(pattern) + 1))[:MIB]}
        print(f"1 MiB of {pattern!r:10} {milliseconds(lambda: check_sources(hostile)):8.2f} ms")  # noqa: B023


if __name__ == "__main__":
    main()
