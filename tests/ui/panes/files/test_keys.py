"""Keys of the form are commented out, brought back and removed; workers' files are created."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from dots_tui.custom_files.env_file import EnvFile
from dots_tui.ui.panes.files.pane import FilesPane
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Confirm
from dots_tui.ui.widgets.form import EnvForm

SIZE = (110, 36)


async def _settle(pilot: Pilot[int]) -> None:
    await pilot.pause(0.05)
    await pilot.pause()


def _run_env(app: DotsApp) -> EnvFile:
    return EnvFile.parse(app.workspace.documents["run.env"].data)


async def test_a_key_is_commented_out_and_brought_back(app: DotsApp) -> None:
    loaded = _run_env(app).data
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        assert app.query_one(EnvForm).show_key("DR_CAR_NAME")
        await pilot.press("x")
        await _settle(pilot)
        assert _run_env(app).entry("DR_CAR_NAME") is None
        assert b"\n#DR_CAR_NAME=" in _run_env(app).data
        assert app.query_one(EnvForm).key == "DR_CAR_NAME"
        await pilot.press("x")
        await _settle(pilot)
        assert _run_env(app).data == loaded
        await pilot.press("u")
        await _settle(pilot)
        assert _run_env(app).entry("DR_CAR_NAME") is None


async def test_removing_a_key_asks_and_can_be_taken_back(app: DotsApp) -> None:
    loaded = _run_env(app).data
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        assert app.query_one(EnvForm).show_key("DR_CAR_NAME")
        await pilot.press("delete")
        await _settle(pilot)
        assert isinstance(app.screen, Confirm)
        await pilot.press("escape")
        await _settle(pilot)
        assert _run_env(app).data == loaded
        await pilot.press("delete")
        await _settle(pilot)
        await pilot.press("y")
        await _settle(pilot)
        assert b"DR_CAR_NAME=" not in _run_env(app).data
        await pilot.press("delete", "x")
        await _settle(pilot)
        said = " ".join(notification.message for notification in app._notifications)
        assert "DR_CAR_NAME is not in run.env." in said
        assert "Enter sets a value" in said
        await pilot.press("u")
        await _settle(pilot)
        assert _run_env(app).data == loaded


async def test_the_files_of_further_workers_are_created(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        await pilot.press("W")
        await _settle(pilot)
        assert any("share run.env" in notification.message for notification in app._notifications)
        document = app.workspace.documents["run.env"]
        document.edit(_run_env(app).set("DR_TRAIN_MULTI_CONFIG", "True").set("DR_WORKERS", "3").data, step=True)
        await pilot.press("W")
        await _settle(pilot)
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        await _settle(pilot)
        assert (folder / "worker-2.env").is_file()
        assert (folder / "worker-3.env").is_file()
        pane = app.pane
        assert isinstance(pane, FilesPane)
        assert pane.view.file_name == "worker-2.env"
        assert list(app.workspace.documents)[:4] == ["run.env", "system.env", "worker-2.env", "worker-3.env"]
        assert app.workspace.unsaved() == ["run.env"]
        assert not any(finding.code == "worker-file-missing" for finding in app.workspace.findings())
