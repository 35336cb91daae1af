"""The Reward pane: highlighted, checked on its line, saved."""

from __future__ import annotations

from pathlib import Path

from textual import events
from textual.pilot import Pilot

from dots_tui.custom_files.findings import Finding, Severity
from dots_tui.ui.panes.diff_screen import DiffScreen
from dots_tui.ui.panes.step_editor import StepEditor
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.dialogs import Choose
from dots_tui.ui.widgets.findings import FindingsList

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
    from dots_tui.ui.start import make_workspace

    (folder / "reward_function.py").unlink()
    app = DotsApp(make_workspace(str(folder)))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await pilot.pause()
        assert app.query_one("#reward-empty").display


CODE = "def reward_function(params):\n    speed = params['speed']\n    return speed\n"


async def _open(app: DotsApp, pilot: Pilot[int], text: str = CODE) -> StepEditor:
    await pilot.press("2")
    await pilot.pause()
    editor = app.query_one("#reward-editor", StepEditor)
    editor.load_text(text)
    await pilot.pause()
    app.workspace.documents["reward_function.py"].save()
    return editor


async def test_undo_is_the_one_of_the_document(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await _open(app, pilot)
        await pilot.press("enter", "a", "b", "ctrl+z")
        await pilot.pause()
        assert editor.text == CODE
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert editor.text == f"ab{CODE}"
        await pilot.press("escape", "u")
        await pilot.pause()
        assert editor.text == CODE
        assert app.workspace.unsaved() == []
        await pilot.press("U")
        await pilot.pause()
        assert app.workspace.documents["reward_function.py"].text == f"ab{CODE}"


async def test_all_of_a_name_are_replaced_and_come_back_with_one_undo(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await _open(app, pilot)
        await pilot.press("slash", *"speed", "tab", *"pace", "ctrl+l", "escape")
        await pilot.pause()
        assert app.workspace.documents["reward_function.py"].text == CODE.replace("speed", "pace")
        await pilot.press("u")
        await pilot.pause()
        assert editor.text == CODE


async def test_a_slash_is_typed_in_the_text_and_finds_outside_of_it(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await _open(app, pilot)
        await pilot.press("enter", "slash", "escape", "slash", *"speed", "escape")
        await pilot.pause()
        assert editor.text == f"/{CODE}"
        assert not editor.has_focus
        assert editor.cursor_location == (1, 4)
        await pilot.press("n")
        assert editor.cursor_location == (1, 20)
        await pilot.press("N", "N")
        assert editor.cursor_location == (2, 11)
        await pilot.press("enter", "ctrl+f", *"def", "escape")
        await pilot.pause()
        assert editor.has_focus


async def test_lines_and_definitions_have_keys_in_and_outside_the_text(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await _open(app, pilot)
        editor.move_cursor((2, 12))
        await pilot.press("number_sign")
        assert editor.text.endswith("    # return speed\n")
        await pilot.press("enter", "ctrl+underscore")
        assert editor.text == CODE
        await pilot.press("ctrl+g")
        assert editor.cursor_location == (1, 4)
        await pilot.press("escape", "greater_than_sign")
        assert editor.text.split("\n")[1].startswith("        speed")
        await pilot.press("u")
        await pilot.pause()
        assert editor.text == CODE


async def test_a_version_saved_before_and_a_diff_can_be_seen(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _open(app, pilot)
        await pilot.press("enter", "#", "escape", "d")
        await pilot.pause()
        assert isinstance(app.screen, DiffScreen)
        await pilot.press("escape", "s", "H")
        await pilot.pause()
        assert isinstance(app.screen, Choose)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.workspace.documents["reward_function.py"].text == CODE


async def test_warnings_are_marked_as_warnings(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await _open(app, pilot)
        findings = [
            Finding("reward_function.py", 2, None, severity, "code", f"a {severity}", None)
            for severity in (Severity.WARNING, Severity.ERROR, Severity.INFO)
        ]
        editor.show_findings(findings)
        assert editor.render_line(1).text.startswith("2✗")
        editor.show_findings(findings[:1])
        assert editor.render_line(1).text.startswith("2▲")


async def test_letters_typed_right_after_the_key_that_opens_the_text_are_in_it(app: DotsApp) -> None:
    """All keys are there before the first is looked at, as with a paste or over a slow line."""
    async with app.run_test(size=SIZE) as pilot:
        editor = await _open(app, pilot)
        for key in ("enter", "d", "q", "1"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause(0.1)
        assert editor.text == f"dq1{CODE}"
        assert app.current_pane == 1


async def test_letters_typed_right_after_t_are_in_the_text(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.2)
        before = app.workspace.documents["run.env"].text
        for key in "txas":
            app.post_message(events.Key(key, key))
        await pilot.pause(0.3)
        assert app.workspace.documents["run.env"].text == f"xas{before}"
        app.post_message(events.Key("escape", None))
        for key in ("slash", "d", "r"):
            app.post_message(events.Key(key, {"slash": "/"}.get(key, key)))
        await pilot.pause(0.3)
        assert len(app.screen_stack) == 1
