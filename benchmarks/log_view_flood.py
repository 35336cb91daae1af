"""How fast log lines get from their source to the screen: LogView over a Spool against Textual's RichLog.

Run by hand: ``python benchmarks/log_view_flood.py [LINES] [RICH_LINES]``. Both viewers run one after the other in
this process, each in a headless app of 120 by 40; a thread feeds the lines in batches, and the clock stops when
the last one is on the screen. Only the ratio means something, and only on a quiet machine.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import RichLog

from dots_tui.spool import Spool
from dots_tui.widgets.log_view import LogView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widget import Widget

BATCH = 1000
LINE = (
    "[agent-9] SIM_TRACE_LOG:%d,13,0.9546,-0.7938,-63.7198,17.54,1.61,[17.543736453019307 1.6073669736151466],"
    "0.0075,True,False,4.4466,31,16.60,84.16,in_progress,0.00,0,1773216067.5146"
)


class Stage(App[None]):
    """One viewer, as large as the screen."""

    def __init__(self, viewer: Widget) -> None:
        super().__init__()
        self.viewer = viewer

    def compose(self) -> ComposeResult:
        yield self.viewer


async def measure(viewer: Widget, count: int, feed: Callable[[App[None], list[str]], None], last: str) -> float:
    """Seconds from the first line fed to the last one painted."""
    batches = [[LINE % index for index in range(start, start + BATCH)] for start in range(0, count, BATCH)]
    app = Stage(viewer)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()

        def run() -> None:
            for batch in batches:
                feed(app, batch)

        begun = time.perf_counter()
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        while not any(last in viewer.render_line(y).text for y in range(40)):
            await pilot.pause(0.01)
        return time.perf_counter() - begun


def main() -> None:
    """Measure both and print lines a second and their ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rich_count = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    spool = Spool()

    def to_spool(_app: App[None], batch: list[str]) -> None:
        spool.append("robomaker", [line.encode() for line in batch])

    rich_log = RichLog(max_lines=50_000)

    def to_rich_log(app: App[None], batch: list[str]) -> None:
        def write() -> None:
            for line in batch:
                rich_log.write(line)

        app.call_from_thread(write)

    fast = count / asyncio.run(measure(LogView(spool), count, to_spool, f"LOG:{count - 1},"))
    spool.close()
    slow = rich_count / asyncio.run(measure(rich_log, rich_count, to_rich_log, f"LOG:{rich_count - 1},"))
    print(f"LogView over Spool  {fast:12,.0f} lines/s  ({count:,} lines)")
    print(f"RichLog, batches    {slow:12,.0f} lines/s  ({rich_count:,} lines)")
    print(f"ratio               {fast / slow:12,.0f}")


if __name__ == "__main__":
    main()
