"""The helpers of the Files pane: what they offer ends up in the documents, and undo takes it back."""

from __future__ import annotations

from textual.pilot import Pilot

from dots_tui.app.file_fixes import cover_evenly
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import HYPERPARAMETERS, MODEL_METADATA, RUN_ENV, SYSTEM_ENV
from dots_tui.custom_files.solver import DISTANCE, WORKERS, coverage
from dots_tui.ui.panes.files.action_space import ActionSpaceEditor
from dots_tui.ui.panes.files.pane import FilesPane
from dots_tui.ui.panes.files.track_picker import TrackPicker
from dots_tui.ui.panes.notification_port import NotificationPort
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Choose

SIZE = (110, 36)


async def _ready(pilot: Pilot[int]) -> None:
    await pilot.pause(0.1)
    await pilot.pause()


def _pane(app: DotsApp) -> FilesPane:
    assert isinstance(app.pane, FilesPane)
    return app.pane


def _cover_evenly(app: DotsApp, pane: FilesPane, key: str) -> None:
    pane.run_worker(cover_evenly(NotificationPort(pane), app.workspace, key))


async def test_more_workers_and_the_distance_that_goes_with_them(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        pane = _pane(app)
        system = app.workspace.documents[SYSTEM_ENV]
        system.edit(EnvFile.parse(system.data).set(WORKERS, "5").data, step=True)
        assert not coverage(app.workspace.sources()).even
        _cover_evenly(app, pane, WORKERS)
        await _ready(pilot)
        assert isinstance(app.screen, Choose)
        await pilot.press("enter")
        await _ready(pilot)
        after = coverage(app.workspace.sources())
        assert after.even
        assert after.workers == 5
        assert [one for one in app.workspace.findings() if one.code == "round-robin"] == []
        names = [name for name in (RUN_ENV, HYPERPARAMETERS) if app.workspace.documents[name].dirty]
        assert names
        for name in names:
            assert app.workspace.documents[name].undo()
            assert not app.workspace.documents[name].dirty


async def test_where_the_rule_has_no_effect_the_reason_is_told(app: DotsApp) -> None:
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await _ready(pilot)
        pane, run = _pane(app), app.workspace.documents[RUN_ENV]
        run.edit(EnvFile.parse(run.data).set("DR_TRAIN_CHANGE_START_POSITION", "False").data)
        _cover_evenly(app, pane, DISTANCE)
        await _ready(pilot)
        assert not isinstance(app.screen, Choose)


async def test_the_track_picker_writes_the_env_file_shown(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        pane = _pane(app)
        pane.view.form_view.action_track()
        await _ready(pilot)
        assert isinstance(app.screen, TrackPicker)
        await pilot.press(*"oval", "underscore", "enter")
        await _ready(pilot)
        assert EnvFile.parse(app.workspace.documents[RUN_ENV].data).get("DR_WORLD_NAME") == "Oval_track"


async def test_the_action_editor_changes_the_document_and_not_the_disk(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        pane, document = _pane(app), app.workspace.documents[MODEL_METADATA]
        pane.view.form_view.action_actions()
        await _ready(pilot)
        assert isinstance(app.screen, ActionSpaceEditor)
        await pilot.press("plus", "s")
        await _ready(pilot)
        assert document.dirty
        assert document.data == document.saved.replace(b'"speed": 0.8', b'"speed": 0.9', 1)
        assert document.undo()
        assert not document.dirty
