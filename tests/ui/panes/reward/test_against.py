"""l in the Reward pane: the draft pays for driven steps, of logs or of the run in the Training pane."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Static

from dots_tui.app.wind_tunnel import ground_of
from dots_tui.ui.panes.reward.against import AgainstScreen
from dots_tui.ui.panes.training.pane import TrainingPane
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Choose, Prompt


def recorded(app: DotsApp, path: Path, laps: list[int]) -> Path:
    """A log of laps in so many steps, on the middle of the folder's track."""
    track = ground_of(app.workspace).track
    lines = []
    for episode, steps in enumerate(laps):
        for number in range(1, steps + 2):
            along = track.length_m * (number - 1) / steps
            x, y = track.point_at(along)
            done, share = number > steps, min(100.0, 100.0 * (number - 1) / steps)
            status = "prepare" if number == 1 else "lap_complete" if done else "in_progress"
            lines.append(
                f"SIM_TRACE_LOG:{episode},{number},{x:.4f},{y:.4f},0.0000,0.00,{150 / steps:.2f},1,1.0000,{done},True,"
                f"{share:.4f},1,{track.length_m:.2f},{30 + number / 15},{status},0.00"
            )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def said(app: DotsApp, pilot: Pilot[int], until: Any) -> str:
    screen = app.screen
    assert isinstance(screen, AgainstScreen)
    words = screen.query_one("#against-words", Static)
    await until(pilot, lambda: "reading and scoring" not in str(words.render()))
    return str(words.render())


async def test_a_recorded_log_is_scored(app: DotsApp, tmp_path: Path, until: Any) -> None:
    log = recorded(app, tmp_path / "robomaker.log", [100, 80, 120, 90])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        document = app.workspace.documents["reward_function.py"]
        document.edit(b"def reward_function(params):\n    return float(params['speed']) ** 3\n", step=True)
        await pilot.press("l")
        await pilot.pause()
        prompt = app.screen
        assert isinstance(prompt, Prompt)
        prompt.query_one("#value").value = str(tmp_path / "nothing.log")  # type: ignore[attr-defined]
        await pilot.pause()
        assert "is not there" in str(prompt.query_one("#hint", Static).render())
        prompt.query_one("#value").value = str(tmp_path / "*.log")  # type: ignore[attr-defined]
        await pilot.press("enter")
        await pilot.pause()
        assert "ranks them as lap time does" in await said(app, pilot, until)
        rows = str(app.screen.query_one("#against-rows", Static).render()).splitlines()
        assert rows[1].split()[0] == "5.33"
        assert f"{log.name}, 1" in rows[1]
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, AgainstScreen)


async def test_a_log_of_another_track_is_told(app: DotsApp, tmp_path: Path, until: Any) -> None:
    log = recorded(app, tmp_path / "robomaker.log", [100])
    length = f",{ground_of(app.workspace).track.length_m:.2f},"
    log.write_text(log.read_text(encoding="utf-8").replace(length, ",52.87,"), encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2", "l")
        await pilot.pause()
        app.screen.query_one("#value").value = str(log)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await pilot.pause()
        words = await said(app, pilot, until)
        assert "That long are FS_June2020" in words
        assert "DR_WORLD_NAME" in words


async def test_the_run_in_the_training_pane_is_scored(app: DotsApp, tmp_path: Path, until: Any) -> None:
    app.workspace.watch_logs((str(recorded(app, tmp_path / "robomaker.log", [100, 80, 120, 90])),))
    async with app.run_test(size=(80, 24)) as pilot:
        pane = app.query_one(TrainingPane)
        await until(pilot, lambda: pane.run is not None and pane.run.ended)
        await pilot.press("2", "l")
        await pilot.pause()
        assert isinstance(app.screen, Choose)
        await pilot.press("enter")
        await pilot.pause()
        assert "Over 4 complete laps" in await said(app, pilot, until)
