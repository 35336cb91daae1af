"""What the wall around a rehearsal costs: the same rehearsal with and without it, in turns.

    python -m benchmarks.wall [--runs N]

Processor time of the child tells more than the clock on a machine that does other things too. Medians.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import time

from dots_tui.custom_files.defaults import default_files
from dots_tui.reward import child_process, rehearsal
from dots_tui.reward.results import RehearsalEnd
from dots_tui.reward.subject import subject_of
from dots_tui.reward.wall import Confinement
from dots_tui.tracks.builtin import track_for

WORLD = "Vegas_track"
_CALL = "from dots_tui.reward.child import main;"
_WITHOUT = (
    "from dots_tui.reward import child, wall; child.build = lambda: wall.Confinement('fenced only', 'benchmark'); "
    "main = child.main;"
)


def one_run() -> tuple[str, float, float]:
    """How it was held, seconds by the clock and of processor time."""
    sources, track, held = dict(default_files()), track_for(WORLD), ""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for event in rehearsal.rehearse(subject_of(sources, track)):
        if isinstance(event, Confinement):
            held = event.held
        if isinstance(event, RehearsalEnd):
            assert event.complete, "the rehearsal was cut short"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return held, time.perf_counter() - begun, used


def main() -> None:
    options = argparse.ArgumentParser(description="The cost of the wall.")
    options.add_argument("--runs", type=int, default=7)
    chosen = options.parse_args()
    walled = child_process._START  # noqa: SLF001 - the wall is left out where the child starts
    assert _CALL in walled
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(chosen.runs):
        for start in (walled, walled.replace(_CALL, _WITHOUT)):
            child_process._START = start  # noqa: SLF001
            held, clock, used = one_run()
            found.setdefault(held, []).append((clock, used))
    medians = {held: [statistics.median(one) for one in zip(*times)] for held, times in found.items()}
    for held, (clock, used) in medians.items():
        print(f"{held}: {clock:.2f} s, {used:.2f} s of processor time (of {len(found[held])} runs)")
    if len(medians) == 2:
        (_, with_wall), (_, without) = medians["walled"], medians["fenced only"]
        print(f"the wall costs {100 * (with_wall / without - 1):+.1f} % of processor time")


if __name__ == "__main__":
    main()
