"""How long a rehearsal takes on a track of 150 waypoints: until its first numbers, and all of it; and what places cost.

    python -m benchmarks.rehearse [REWARD_FUNCTION.py] [--runs N]

Without a file the packaged reward function is rehearsed. One core is used where the system can say so. Medians.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import time
from pathlib import Path
from random import Random

from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.reward.places import Places
from dots_tui.reward.rehearsal import rehearse
from dots_tui.reward.report import Report
from dots_tui.reward.results import Sweep
from dots_tui.reward.subject import subject_of
from dots_tui.tracks.as_simapp import place
from dots_tui.tracks.builtin import track_for
from dots_tui.tracks.geometry import Track

WORLD = "Vegas_track"  # 151 rows, one of them the repeated first


def one_run(sources: dict[str, bytes], track: Track) -> tuple[float, float, Report]:
    """Seconds until the first numbers and until the end, and what was told."""
    report, first = Report(track), 0.0
    start = time.perf_counter()
    for event in rehearse(subject_of(sources, track)):
        if isinstance(event, Sweep):
            first = first or time.perf_counter() - start
        report = report.after(event)
    return first, time.perf_counter() - start, report


def microseconds_a_place(track: Track) -> tuple[float, float]:
    """One place as tracks.as_simapp has it, and as this room has it once it knows the track."""
    random = Random(1)
    spots = [(random.random() * track.length_m, random.uniform(-0.6, 0.6)) for _ in range(2000)]
    points = [(*track.point_at(*spot), track.locate(*track.point_at(*spot)).index) for spot in spots]
    places = Places(track)
    times = []
    for at in (lambda x, y, row: place(track, x, y, row), places.at, places.at):
        start = time.perf_counter()
        for point in points:
            at(*point)
        times.append((time.perf_counter() - start) / len(points) * 1e6)
    return times[0], times[2]


def main() -> None:
    options = argparse.ArgumentParser(description="Speed of a rehearsal.")
    options.add_argument("file", nargs="?", type=Path)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    with contextlib.suppress(AttributeError, OSError):  # not every system binds a process to a core
        os.sched_setaffinity(0, {next(iter(os.sched_getaffinity(0)))})
    sources = dict(default_files())
    if chosen.file is not None:
        sources[REWARD_FUNCTION] = chosen.file.read_bytes()
    track = track_for(WORLD)
    runs = [one_run(sources, track) for _ in range(chosen.runs)]
    report = runs[-1][2]
    states = report.sweep.states if report.sweep else 0
    steps = sum(one.steps for one in report.drivers)
    print(
        f"{len(track.centre)} waypoints, {states:,} states, {len(report.drivers)} drivers with {steps:,} steps: "
        f"first numbers {statistics.median(run[0] for run in runs):.2f} s, "
        f"all {statistics.median(run[1] for run in runs):.2f} s (of {chosen.runs} runs)"
    )
    for name in (WORLD, "FS_June2020"):
        slow, quick = microseconds_a_place(track_for(name))
        rows = len(track_for(name).centre)
        print(
            f"a place on {rows} waypoints: {slow:.0f} us plainly, {quick:.1f} us here, {slow / quick:.0f} times as fast"
        )


if __name__ == "__main__":
    main()
