"""How the instance is reached, in full."""

from __future__ import annotations

from dots_tui.app.runs.ladder import FAILED, IN_USE, NOT_POSSIBLE, RungState
from dots_tui.app.runs.snapshot import CONNECTED, InstanceSegment, MonitorSnapshot, TransportState
from dots_tui.training.state import RunState
from dots_tui.ui.panes.training.connection import ConnectionScreen, described
from dots_tui.ui.shell import DotsApp
from tests.ui.panes.run_feed import RunFeed
from tests.ui.panes.stacks_steps import Until, on_screen
from tests.ui.panes.told import snapshot
from tests.ui.panes.training_steps import SIZE, show


def test_every_way_is_told_with_why_it_is_not_used() -> None:
    rungs = (
        RungState("own-key", "your own key", NOT_POSSIBLE, "No key is named.", "Name one in ~/.ssh/config."),
        RungState("one-time-key", "a one-time key", FAILED, "Port 22 is closed."),
        RungState("session-manager", "Session Manager", IN_USE),
    )
    transport = TransportState(
        CONNECTED, "Connected to i-2.", 0.0, rung="session-manager", rungs=rungs, climb_in_s=42.0
    )
    segments = (InstanceSegment(1, "i-1", "1.2.3.4", 0.0), InstanceSegment(2, "i-2", "1.2.3.5", 9.0))
    shot = MonitorSnapshot(
        transport, snapshot(RunState()), (), (), segments=segments, notices=("The key has changed.",)
    )
    told = described(shot).plain
    assert told.startswith("CONNECTED  Connected to i-2.")
    for words in (
        "○ your own key  not possible\n  No key is named.\n  Name one in ~/.ssh/config.",
        "✗ a one-time key  failed\n  Port 22 is closed.",
        "✓ Session Manager  in use",
        "looked for in 42 s",
        "i-1, i-2",
        "▲ The key has changed.",
    ):
        assert words in told
    assert described(shot, plain=True).plain.isascii()


async def test_it_opens_with_a_key(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await pilot.press("d")
        await until(pilot, lambda: isinstance(racing.screen, ConnectionScreen))
        assert "a one-time key" in on_screen(racing)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(racing.screen, ConnectionScreen))
