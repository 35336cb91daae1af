"""What a key costs in the Reward pane with 2,000 lines, against 50: typing must not be felt in either.

Run by hand: ``python benchmarks/editor_typing.py [LINES] [KEYS]``. The whole app runs headless at 120 by 40 on a
folder of defaults with a reward function of so many lines; keys are typed into its middle one after the other. What
is measured is the work of the processor until all that follows of a key (document, colours, screen) is done. The
check that follows a pause in typing is measured by itself. Only the ratio means something.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from dots_tui.custom_files.defaults import create_defaults
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.panes.step_editor import StepEditor
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace

FEW = 50
FUNCTION = """
def part_{0}(params, limit=2.0):
    \"\"\"What part {0} pays.\"\"\"
    speed = params["speed"]  # m/s
    if speed > limit and params["all_wheels_on_track"]:
        return float(max(1e-3, speed / limit))
    return 1e-3
"""


def code(lines: int) -> str:
    """A reward function in about so many lines."""
    parts = "".join(FUNCTION.format(index) for index in range(max(1, lines // FUNCTION.count("\n"))))
    return parts.lstrip() + "\ndef reward_function(params):\n    return part_0(params)\n"


async def measure(lines: int, keys: int) -> tuple[float, float]:
    """Milliseconds of a key (the median) and of the check after a pause, in a file of so many lines."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "custom-files")
        create_defaults(root)
        (root / REWARD_FUNCTION).write_text(code(lines), encoding="utf-8")
        app = DotsApp(make_workspace(str(root)))
        app.identify = lambda: None  # type: ignore[method-assign]  # no cloud is asked meanwhile
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.press("2")
            await pilot.press("enter")
            editor = app.query_one(StepEditor)
            editor.cursor_blink = False
            editor.move_cursor((editor.document.line_count // 2 // 7 * 7 + 3, 0))
            await pilot.press("end", "x")
            await pilot.pause(1)
            spent = []
            for index in range(keys):
                begun = time.process_time()
                await pilot.press("xyz "[index % 4])
                spent.append(time.process_time() - begun)
            # Code that Python reads: in other code the rules have nothing to look at.
            editor.load_text(code(lines))
            app.pane.refresh_all()  # type: ignore[attr-defined]
            editor.insert("# y\n", (0, 0))
            begun = time.process_time()
            app.pane.refresh_all()  # type: ignore[attr-defined]
            return 1000 * statistics.median(spent), 1000 * (time.process_time() - begun)


def main() -> None:
    """Measure both and print milliseconds and their ratio."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    keys = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    few_ms, few_check = asyncio.run(measure(FEW, keys))
    many_ms, many_check = asyncio.run(measure(many, keys))
    print(f"{'lines':>12}{'a key':>10}{'a check':>10}")
    print(f"{FEW:>12,}{few_ms:>7.1f} ms{few_check:>7.1f} ms")
    print(f"{many:>12,}{many_ms:>7.1f} ms{many_check:>7.1f} ms")
    print(f"{'ratio':>12}{many_ms / few_ms:>10.1f}{many_check / few_check:>10.1f}")


if __name__ == "__main__":
    main()
