"""Undo and redo in the Files pane: form and text are two views of one history."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Input

from dots_tui.custom_files.documents import Document
from dots_tui.ui.panes.files.view import FileView
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.code_lines import difference
from dots_tui.ui.widgets.form import EnvForm

SIZE = (110, 36)


async def _give(pilot: Pilot[int], app: DotsApp, key: str, value: str) -> None:
    assert app.query_one(EnvForm).show_key(key)
    await pilot.press("enter")
    await pilot.pause()
    app.screen.query_one(Input).value = value
    await pilot.press("enter")
    await pilot.pause()


def _run_env(app: DotsApp) -> Document:
    return app.workspace.documents["run.env"]


async def test_steps_of_form_and_text_are_one_history(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        loaded = _run_env(app).data
        await _give(pilot, app, "DR_CAR_NAME", "Quick")
        given_in_form = _run_env(app).data
        await pilot.press("t")
        await pilot.pause()
        editor = app.query_one(CodeEditor)
        editor.move_cursor((3, 0))
        await pilot.press("x", "y")
        await pilot.pause()
        typed = _run_env(app).data
        assert editor.text.split("\n")[3].startswith("xy")
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert _run_env(app).data == given_in_form
        assert not editor.text.split("\n")[3].startswith("x")
        assert editor.cursor_location == (3, 0)
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert _run_env(app).data == loaded
        await pilot.press("ctrl+y", "ctrl+y")
        await pilot.pause()
        assert _run_env(app).data == typed
        assert editor.text == _run_env(app).text
        await pilot.press("escape", "t", "u", "u")
        await pilot.pause()
        assert not app.query_one(FileView).shows_text
        assert app.workspace.unsaved() == []
        await pilot.press("U")
        await pilot.pause()
        assert _run_env(app).data == given_in_form
        assert app.query_one(EnvForm).key == "DR_CAR_NAME"


async def test_nothing_to_take_back_is_said(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("u", "U")
        await pilot.pause()
        said = {notification.message for notification in app._notifications}
        assert {"Nothing to undo.", "Nothing to redo."} <= said


async def test_looking_at_a_text_changes_nothing(app: DotsApp) -> None:
    """A form feed or a stray byte is something the editor cannot show as it is."""
    document = _run_env(app)
    odd = document.data + b"# page\x0c two \xff\n"
    document.files.write("run.env", odd)
    document.reload()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t")
        await pilot.pause()
        assert app.query_one(FileView).shows_text
        assert document.data == odd


async def test_a_change_of_the_other_pane_is_in_the_text_here(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("escape", "end")
        await pilot.pause()
        assert app.query_one(FileView).document is app.workspace.documents["reward_function.py"]
        await pilot.press("2")
        await pilot.pause()
        app.query_one("#reward-editor", CodeEditor).load_text("def reward_function(params):\n    return 2.0\n")
        await pilot.pause()
        await pilot.press("escape", "1")
        await pilot.pause()
        assert app.query_one("#file-editor", CodeEditor).text == "def reward_function(params):\n    return 2.0\n"


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_the_difference_makes_one_text_of_the_other(old: str, new: str) -> None:
    start, end, insert = difference(old, new)
    assert 0 <= start <= end <= len(old)
    assert old[:start] + insert + old[end:] == new


async def test_find_is_for_the_text_when_that_is_shown_and_replacing_all_is_one_step(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("t")
        await pilot.pause()
        before = _run_env(app).text
        await pilot.press("escape", "slash", *"true", "tab", *"False", "ctrl+l", "escape")
        await pilot.pause()
        replaced = _run_env(app).text
        assert replaced != before
        assert "true" not in replaced.lower()
        await pilot.press("u")
        await pilot.pause()
        assert _run_env(app).text == before
        assert app.workspace.unsaved() == []
