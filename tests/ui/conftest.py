"""The tests of the interface wait until the app has settled, not until the processor is idle."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import textual.app
import textual.pilot
from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot

_LONGEST_S = 20.0


@pytest.fixture(autouse=True)
def _settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `pilot.press` and `pilot.pause` wait for the app instead of guessing from the processor time.

    Textual waits at least 20 ms, and at most a second: too long where nothing is to be done, and too
    short on a busy machine. A pause of some seconds, for a timer, begins and ends settled.
    """
    pause = Pilot.pause

    async def settled_pause(pilot: Pilot[Any], delay: float | None = None) -> None:
        await pause(pilot)
        if delay is not None:
            await pause(pilot, delay)
            await pause(pilot)

    monkeypatch.setattr(Pilot, "pause", settled_pause)
    monkeypatch.setattr(textual.app, "wait_for_idle", wait_until_settled)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", wait_until_settled)


async def wait_until_settled(*_: float) -> None:
    """Wait until every message is handled and the screen is drawn, for 20 seconds at most.

    A handler that waits for a thread or for a timer does not count: tests wait for what it does
    with the `until` fixture.
    """
    app: App[Any] = active_app.get()
    deadline = time.monotonic() + _LONGEST_S
    calm = 0
    while calm < 3 and time.monotonic() < deadline:
        await asyncio.sleep(0.001)
        if not _settled(app):
            calm = 0
            continue
        calm += 1
        screen = app.screen_stack[-1] if app._screen_stack else None
        if screen is not None and screen.is_mounted:
            screen._on_timer_update()  # draws, and runs what waits for that


def _settled(app: App[Any]) -> bool:
    """Return True if no message is queued, no handler can go on, and no new size waits to be used."""
    loop: Any = asyncio.get_running_loop()
    if loop._ready or app._resize_event is not None or not all(screen.is_mounted for screen in app._screen_stack):
        return False
    return not any(pump.message_queue_size or pump._next_callbacks for pump in (app, *app._registry))
