"""Any machine that runs DeepRacer for Cloud can be watched: asked for by name, and told apart from a training stack."""

from __future__ import annotations

import socket

from textual.widgets import Input

from dots_tui.ui.panes.training.pane import TrainingPane
from dots_tui.ui.shell import DotsApp
from tests.ui.panes.stacks_steps import Until
from tests.ui.panes.training_steps import SIZE, state, text


async def test_a_machine_is_asked_for_and_a_refused_connection_is_told(app: DotsApp, until: Until) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken and not listening: it stays refused
        host = f"racer@127.0.0.1:{closed.getsockname()[1]}"
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("4")
            pane = app.pane
            assert isinstance(pane, TrainingPane)
            await pilot.press("H")
            asked = app.screen.query_one("#value", Input)
            asked.value = "two words"
            await pilot.press("enter")
            assert app.screen_stack[1:], "two words are no host"
            asked.value = host
            await pilot.press("enter")
            await until(pilot, lambda: pane.run is not None and pane.run.key == f"host {host}")
            await until(pilot, lambda: state(pane) == "not reached")
            await until(pilot, lambda: "127.0.0.1" in text(pane, "verdict"))
            assert app.workspace.runs.watched == host
            (stop,) = [command for command in pane.ACTIONS if command.id == "training.stop"]
            assert "no training stack" in stop.unavailable(pane)
