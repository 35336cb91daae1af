"""How long a keystroke is delayed while the files are checked: the event loop's longest step for each key.

    python -m benchmarks.keystrokes [KEYSTROKES]

The app runs without a screen on a folder with all files of a run, a file for each worker included. Keys are typed into
run.env's text and into a field of its form, once with the check on and once with it answering nothing. While a step of
the loop runs, no key is taken and nothing is painted: the longest step of each keystroke is what a racer feels. The
promise is at most 16 ms that come of the check.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from asyncio import events
from pathlib import Path
from typing import Any, Callable

PROMISE_MS = 16.0
PAUSE_S = 0.03
"""Between two keys: faster than anybody types. The check waits until the keys pause."""
THOUGHT_S = 0.5
"""Between two keys of somebody who thinks: the check runs after every one of them."""
_AFTER_S = 0.6
"""What is done a moment after the last key belongs to it."""


class Steps:
    """The longest step the event loop has made since it was asked last."""

    def __init__(self) -> None:
        self._longest = 0.0
        run = events.Handle._run  # noqa: SLF001

        def timed(handle: Any) -> None:
            start = time.perf_counter()
            try:
                run(handle)
            finally:
                self._longest = max(self._longest, time.perf_counter() - start)

        events.Handle._run = timed  # type: ignore[method-assign,assignment]  # noqa: SLF001

    def take(self) -> float:
        """Milliseconds."""
        longest, self._longest = self._longest, 0.0
        return longest * 1e3


async def typed(pilot: Any, steps: Steps, keys: str) -> list[float]:
    """Type ``keys``, every tenth of them with a thought behind it; the longest step for each."""
    found = []
    await asyncio.sleep(_AFTER_S)
    steps.take()
    for number, key in enumerate(keys, 1):
        pilot.app.simulate_key(key)
        await asyncio.sleep(PAUSE_S if number % 10 else THOUGHT_S)
        found.append(steps.take())
    return found


async def into_text(pilot: Any, steps: Steps, keys: str) -> list[float]:
    """The keys at the start of the value of DR_CAR_NAME in run.env's text."""
    from dots_tui.ui.widgets.code_editor import CodeEditor

    await pilot.press("t")
    await pilot.pause(_AFTER_S)
    editor = pilot.app.query_one(CodeEditor)
    editor.focus()
    row = next(number for number, line in enumerate(editor.text.split("\n")) if line.startswith("DR_CAR_NAME="))
    editor.move_cursor((row, len("DR_CAR_NAME=")))
    return await typed(pilot, steps, keys)


async def into_field(pilot: Any, steps: Steps, keys: str) -> list[float]:
    """The keys in the field of DR_CAR_NAME."""
    from textual.widgets import Input

    await pilot.press("slash", *"CAR_NAME", "enter")
    await pilot.pause(_AFTER_S)
    await pilot.press("home", "enter")
    await pilot.pause(_AFTER_S)
    if not isinstance(pilot.app.focused, Input):
        raise SystemExit(f"No field was opened, but {pilot.app.focused!r}.")
    return await typed(pilot, steps, keys)


async def measured(folder: Path, steps: Steps, way: Callable[..., Any], keys: str, check: bool) -> list[float]:
    """One run of the app."""
    from dots_tui.ui.shell import DotsApp
    from dots_tui.ui.start import make_workspace

    workspace = make_workspace(str(folder))
    workspace.before_aws = _no_cloud
    if not check:
        workspace.findings = list  # type: ignore[method-assign]
    app = DotsApp(workspace)
    async with app.run_test(size=(200, 50)) as pilot:
        await pilot.pause(2.0)
        return list(await way(pilot, steps, keys))


def _no_cloud() -> int:
    raise RuntimeError("no cloud in a benchmark")


def full_folder(root: Path) -> Path:
    """The default files and a file for each worker."""
    from dots_tui.custom_files.defaults import create_defaults
    from dots_tui.custom_files.env_file import EnvFile

    folder = root / "custom-files"
    create_defaults(folder)
    run = EnvFile.parse((folder / "run.env").read_bytes()).set("DR_TRAIN_MULTI_CONFIG", "True")
    (folder / "run.env").write_bytes(run.data)
    for number in (2, 3):
        (folder / f"worker-{number}.env").write_bytes(b"DR_WORLD_NAME=reinvent_base\nDR_CAR_COLOR=Red\n")
    return folder


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    keys = "".join("abcdefghij"[number % 10] for number in range(count))
    steps = Steps()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for kind in ("CONFIG", "STATE", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = str(root / kind.lower())
        for title, way in (("text", into_text), ("field", into_field)):
            rows = {}
            for check in (False, True):
                folder = full_folder(root / f"{title}-{check}")
                rows[check] = asyncio.run(measured(folder, steps, way, keys, check))
                print(f"{title:6} check {'on ' if check else 'off'} {_summary(rows[check])}", flush=True)
            ratio = statistics.median(rows[True]) / statistics.median(rows[False])
            thoughts = {check: statistics.median(values[9::10]) for check, values in rows.items()}
            more = thoughts[True] - thoughts[False]
            kept = "kept" if more <= PROMISE_MS else "BROKEN"
            print(f"{title:6} {ratio:.2f} x; a step with the check in it: {thoughts[True]:.1f} ms, {more:.1f} ms more")
            print(f"{title:6} the promise of {PROMISE_MS:g} ms is {kept}")


def _at(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def _summary(values: list[float]) -> str:
    return f"p50 {_at(values, 0.5):6.1f} ms   p95 {_at(values, 0.95):6.1f} ms   max {max(values):6.1f} ms"


if __name__ == "__main__":
    main()
