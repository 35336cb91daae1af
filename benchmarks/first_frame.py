"""Time to the first painted frame and to the full frame of dots-tui, against the smallest Textual app.

    python -m benchmarks.first_frame [RUNS]

Both run in this interpreter, byte-compiled, in turn; medians and the ratio of each pair are printed.
"""

from __future__ import annotations

import compileall
import statistics
import sys
import sysconfig
import tempfile
from pathlib import Path

from benchmarks.terminal import Terminal, complete, painted

ROOT = Path(__file__).resolve().parent.parent
HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("hello, terminal")

Hello().run()
"""


def measure(command: list[str], cwd: str) -> tuple[float, float]:
    """Milliseconds to the first visible character and to the full frame."""
    terminal = Terminal(command, cwd=cwd)
    terminal.until_quiet(silence=0.8, limit=15)
    terminal.end()
    frames = terminal.frames()
    return painted(frames) * 1e3, complete(frames) * 1e3


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    compileall.compile_dir(sysconfig.get_paths()["purelib"], quiet=2, workers=2)
    compileall.compile_dir(str(ROOT / "dots_tui"), quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO)
        commands = {
            "Textual hello": [sys.executable, str(hello)],
            "dots-tui": [sys.executable, "-m", "dots_tui", str(ROOT / "custom-files")],
        }
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for run in range(runs + 1):
            for name, command in commands.items():
                result = measure(command, folder)
                if run:  # the first pair warms the disk cache
                    results[name].append(result)
    for name, rows in results.items():
        for what, values in zip(("painted", "full"), zip(*rows)):
            middle = statistics.median(values)
            print(f"{name:14} {what:8} min {min(values):6.0f}  median {middle:6.0f}  max {max(values):6.0f} ms")
    ratios = [ours[1] / theirs[1] for ours, theirs in zip(results["dots-tui"], results["Textual hello"])]
    print(f"full frame, dots-tui / hello, pair by pair: median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
