"""How long the interface stands still from the launch form to the first event of the stack, on the embedded cloud.

Claim: nothing on the loop takes 50 ms. ``python -m benchmarks.launch_lag`` prints the longest gaps between two turns
of the loop, less the pause asked for; on a busy machine some of that is other programs' time, which the processor
time of the loop's own thread tells apart.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import Callable

from dots_tui.demo.guide import Guide
from dots_tui.demo.session import EmbeddedCloud
from dots_tui.ui.panes.stacks.forms import LaunchForm
from dots_tui.ui.panes.stacks.pane import StacksPane
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace

TURN_S = 0.002


async def _watch(gaps: list[tuple[float, float]]) -> None:
    """(seconds of the clock, seconds of this thread's processor time) of each turn."""
    while True:
        clock, busy = time.perf_counter(), time.thread_time()
        await asyncio.sleep(TURN_S)
        gaps.append((time.perf_counter() - clock - TURN_S, time.thread_time() - busy))


async def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("it did not happen")
        await asyncio.sleep(0.05)


async def measure() -> None:
    """Base stack, form, board, launch; then the table of prices."""
    cloud = EmbeddedCloud()
    os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
    workspace = make_workspace(str(cloud.folder))
    workspace.settings_file.update(address="127.0.0.1")
    workspace.before_aws = Guide(cloud).cloud_ready
    app = DotsApp(workspace)
    gaps: list[tuple[float, float]] = []
    async with app.run_test(size=(118, 36)) as pilot:
        await pilot.press("3")
        pane = app.pane
        assert isinstance(pane, StacksPane)
        await _until(lambda: bool(pane.overview.listing.region))
        await pilot.press("b")
        await _until(lambda: len(app.screen_stack) == 2)
        await pilot.press("enter")
        await _until(lambda: bool(pane.overview.listing.bases) and not pane.overview.progress.busy)
        await pilot.press("n")
        await _until(lambda: isinstance(app.screen, LaunchForm))
        watcher = asyncio.create_task(_watch(gaps))
        await pilot.press("enter")
        await _until(lambda: pane.preparation.has_class("-go"))
        await pilot.press("y")
        await _until(lambda: bool(workspace.runs.watched))
        await pilot.press("p")
        await _until(lambda: len(app.screen_stack) == 2)
        await asyncio.sleep(0.5)
        watcher.cancel()
    cloud.close()
    worst = sorted(gaps, reverse=True)[:5]
    busiest = max(busy for _, busy in gaps)
    print(f"{len(gaps)} turns; longest, in ms: {', '.join(f'{gap * 1000:.0f}' for gap, _ in worst)}")
    print(f"most processor time of the loop's thread in one turn: {busiest * 1000:.0f} ms")


if __name__ == "__main__":
    asyncio.run(measure())
