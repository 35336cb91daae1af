"""The JSON files as forms in the Files pane, beside their text."""

from __future__ import annotations

from collections.abc import Sequence

from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from dots_tui.custom_files.documents import Document
from dots_tui.ui.panes.files.action_space import ActionSpaceEditor
from dots_tui.ui.panes.files.findings import FileFindings
from dots_tui.ui.panes.files.pane import FilesPane
from dots_tui.ui.panes.files.view import FileView
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.form import EnvForm

SIZE = (118, 36)
HYPER, META = "hyperparameters.json", "model_metadata.json"


async def _settle(pilot: Pilot[int]) -> None:
    await pilot.pause(0.05)
    await pilot.pause()


async def _press(pilot: Pilot[int], keys: Sequence[str]) -> None:
    for key in keys:
        await pilot.press(key)
        await _settle(pilot)


async def _open(pilot: Pilot[int], app: DotsApp, name: str) -> Document:
    await _settle(pilot)
    assert isinstance(app.pane, FilesPane)
    app.pane.show_file(name)
    app.pane.view.focus_body()
    await _settle(pilot)
    return app.workspace.documents[name]


def _shows_text(app: DotsApp) -> bool:
    return app.query_one(FileView).shows_text


async def test_a_number_is_changed_and_everything_else_stays(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        document = await _open(pilot, app, HYPER)
        before = document.data
        assert not app.query_one(FileView).shows_text
        assert app.query_one(EnvForm).show_key("lr")
        await _press(pilot, ["enter", *"1e-4", "enter"])
        assert document.data == before.replace(b'"lr": 0.0003', b'"lr": 1e-4')
        await _press(pilot, ["home", "u"])
        assert document.data == before
        assert app.query_one(EnvForm).key == "lr"  # undo shows what it did
        await _press(pilot, ["U", "t"])
        assert '"lr": 1e-4' in app.query_one(CodeEditor).text


async def test_a_key_is_added_removed_and_brought_back(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        document = await _open(pilot, app, HYPER)
        before = document.data
        await _press(pilot, ["A", *"sac", "enter"])
        assert b'"sac_alpha": 0.2' in document.data
        assert app.query_one(EnvForm).key == "sac_alpha"
        await _press(pilot, ["delete", "y"])
        assert document.data == before
        await _press(pilot, ["u"])
        assert b'"sac_alpha": 0.2' in document.data


async def test_the_action_space_opens_its_editor_and_sensors_are_chosen(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        document = await _open(pilot, app, META)
        before = document.data
        form = app.query_one(EnvForm)
        assert form.show_key("action_space")
        await _press(pilot, ["enter"])
        assert isinstance(app.screen, ActionSpaceEditor)
        await _press(pilot, ["escape"])
        assert form.show_key("sensor.lidar")
        await _press(pilot, ["enter", "down", "enter"])
        assert document.data == before.replace(b'_CAMERA"]', b'_CAMERA", "LIDAR"]')


async def test_broken_json_is_text_until_it_is_mended_and_left(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        document = await _open(pilot, app, HYPER)
        view = app.query_one(FileView)
        good = document.data
        document.edit(good.replace(b'"lr":', b'"lr"'), step=True)
        view.refresh_marks([])
        await _settle(pilot)
        assert _shows_text(app)
        assert "not valid JSON" in str(view.border_subtitle)
        assert not view.text.editor.has_focus  # the next key is still a command
        broken = document.data
        await _press(pilot, ["t", "A", "x"])
        assert document.data == broken
        view.focus_body()
        view.text.editor.put_text(good.decode())
        await pilot.pause(0.4)
        assert document.data == good
        assert _shows_text(app)  # not taken away while one types
        await _press(pilot, ["escape"])
        assert not _shows_text(app)
        assert not view.border_subtitle
        await _press(pilot, ["u"])
        assert _shows_text(app)
        await _press(pilot, ["U"])
        assert not _shows_text(app)


async def test_a_text_that_was_asked_for_stays_text(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _open(pilot, app, META)
        view = app.query_one(FileView)
        await _press(pilot, ["t", "escape"])
        assert app.query_one("#files-list", OptionList).has_focus
        view.refresh_marks([])
        assert _shows_text(app)
        await _press(pilot, ["t"])
        assert not _shows_text(app)


async def test_a_value_the_file_cannot_take_is_told_and_nothing_is_changed(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        document = await _open(pilot, app, HYPER)
        app.query_one(EnvForm).show_key("lr")
        await _press(pilot, ["enter", *"0.5"])
        document.edit(b"{", step=True)  # by another program, meanwhile
        await _press(pilot, ["enter"])
        assert document.data == b"{"
        assert any("lr was not set to 0.5" in notification.message for notification in app._notifications)


async def test_findings_lead_to_their_rows(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        document = await _open(pilot, app, META)
        document.edit(document.data.replace(b'"speed": 2.0', b'"speed": 9.0'), step=True)
        pane = app.pane
        assert isinstance(pane, FilesPane)
        pane.show_file("run.env")
        finding = next(one for one in app.workspace.findings() if one.file == META and one.key)
        pane.query_one(FileFindings).go_to(finding)
        await _settle(pilot)
        assert pane.view.file_name == META
        assert app.query_one(EnvForm).key == "action_space"
        assert not app.query(Input).first().has_focus
