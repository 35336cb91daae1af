"""The Reward pane: highlighted, checked on its line, saved."""

from __future__ import annotations

from pathlib import Path

from dots_tui.app import DotsApp
from dots_tui.widgets.code_editor import CodeEditor
from dots_tui.widgets.findings import FindingsList

SIZE = (100, 30)


async def test_the_reward_function_is_shown_with_colours(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        editor = app.query_one("#reward-editor", CodeEditor)
        assert editor.text == (folder / "reward_function.py").read_text()
        line = next(i for i, text in enumerate(editor.text.split("\n")) if text.startswith("def reward_function"))
        assert editor.get_line(line).spans


async def test_a_syntax_error_is_shown_on_its_line_and_goes_when_mended(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        editor = app.query_one("#reward-editor", CodeEditor)
        good = editor.text
        editor.load_text("def reward_function(params):\n    speed = = 3\n    return speed\n")
        await pilot.pause(0.5)
        (finding,) = [f for f in app.workspace.findings() if f.file == "reward_function.py" and f.severity == "error"]
        assert finding.line == 2
        assert app.query_one("#reward-findings", FindingsList).line_count() >= 1
        editor.load_text(good)
        await pilot.pause(0.5)
        assert [f for f in app.workspace.findings() if f.severity == "error"] == []


async def test_saving_writes_the_file_and_clears_the_mark(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        editor = app.query_one("#reward-editor", CodeEditor)
        editor.load_text("def reward_function(params):\n    return 1.0\n")
        await pilot.pause()
        assert app.workspace.unsaved() == ["reward_function.py"]
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert app.workspace.unsaved() == []
    assert (folder / "reward_function.py").read_text() == "def reward_function(params):\n    return 1.0\n"


async def test_letters_are_typed_and_escape_gives_the_keys_back(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        editor = app.query_one("#reward-editor", CodeEditor)
        before = editor.text
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("q", "1")
        await pilot.pause()
        assert editor.text == "q1" + before
        await pilot.press("escape", "1")
        await pilot.pause()
        assert app.current_pane == 0


async def test_passing_by_types_nothing_into_the_code(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        await pilot.press("3")
        await pilot.pause()
        assert app.current_pane == 2
        assert app.workspace.unsaved() == []


async def test_without_a_reward_function_the_pane_says_so(folder: Path) -> None:
    from dots_tui.start import make_workspace

    (folder / "reward_function.py").unlink()
    app = DotsApp(make_workspace(str(folder)))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        assert app.query_one("#reward-empty").display
