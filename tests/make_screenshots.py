"""Draws the pictures of docs/screenshots: ``make screenshots``. Takes the whole loop on the embedded cloud."""

from __future__ import annotations

import asyncio
import os
import re
import time
from pathlib import Path
from typing import Callable

from textual.pilot import Pilot

from dots_tui.demo.guide import Guide
from dots_tui.demo.session import EmbeddedCloud
from dots_tui.ui.panes.reward.pane import RewardPane
from dots_tui.ui.panes.stacks.pane import StacksPane
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace

SCREENSHOTS = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SIZE = (118, 36)
_FONT_FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)


def draw(app: DotsApp, name: str) -> None:
    """Write what is on the screen as ``name``.svg, without the fonts Textual would fetch from elsewhere."""
    svg = _FONT_FACE.sub("", app.export_screenshot(title="dots-tui"))
    (SCREENSHOTS / f"{name}.svg").write_text(svg.replace("Fira Code", "monospace"), encoding="utf-8")
    print(f"docs/screenshots/{name}.svg")


async def until(pilot: Pilot[int], true: Callable[[], bool], seconds: float = 60) -> None:
    """Let the app run until ``true()``. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the embedded cloud did not get there")
        await pilot.pause(0.2)


async def the_loop(cloud: EmbeddedCloud) -> None:
    workspace = make_workspace(str(cloud.folder))
    workspace.settings_file.update(address="127.0.0.1")
    workspace.before_aws = Guide(cloud).cloud_ready
    app = DotsApp(workspace)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: workspace.identity is not None)
        await pilot.press("down", "down")
        await pilot.pause(0.5)
        draw(app, "files")
        await pilot.press("2")
        reward = app.pane
        assert isinstance(reward, RewardPane)
        await pilot.press("R")
        await until(pilot, lambda: not reward.tunnel.running)
        await pilot.pause(0.5)
        draw(app, "reward")
        await pilot.press("escape", "3")
        stacks = app.pane
        assert isinstance(stacks, StacksPane)
        await pilot.press("b")
        await pilot.pause(0.5)
        await pilot.click("#yes")
        await until(pilot, lambda: bool(stacks.overview.listing.bases) and not stacks.overview.progress.busy)
        await pilot.press("n")
        await pilot.pause(0.5)
        await pilot.click("#yes")
        await until(pilot, lambda: stacks.preparation.has_class("-go"))
        await pilot.pause(2.0)
        draw(app, "plan")
        await pilot.press("p")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.pause(0.5)
        draw(app, "prices")
        await pilot.press("escape", "y")
        await until(pilot, lambda: bool(workspace.runs.watched))
        await pilot.press("4")
        await pilot.pause(45)
        app.clear_notifications()
        await pilot.pause(0.5)
        draw(app, "training")
        await pilot.press("3", "escape")
        await pilot.pause(1.5)
        draw(app, "stacks")


def main() -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    cloud = EmbeddedCloud()
    os.environ["DOTS_TUI_HOME"] = str(cloud.home / "user")
    try:
        asyncio.run(the_loop(cloud))
    finally:
        cloud.close()


if __name__ == "__main__":
    main()
