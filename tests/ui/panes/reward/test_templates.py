"""m in the Reward pane: the templates, what each teaches and its text; taking one is one step of undo."""

from __future__ import annotations

from textual.widgets import Static

from dots_tui.custom_files.reward_templates import templates
from dots_tui.ui.panes.reward.templates import TemplatePicker, TemplateRows
from dots_tui.ui.panes.step_editor import StepEditor
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.code_editor import CodeEditor


async def test_a_template_is_looked_at_and_taken_and_taken_back(app: DotsApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2")
        await pilot.pause()
        editor = app.query_one("#reward-editor", StepEditor)
        before = editor.text
        await pilot.press("m")
        await pilot.pause()
        picker = app.screen
        assert isinstance(picker, TemplatePicker)
        await pilot.press("down", "down")
        await pilot.pause()
        third = templates()[2]
        assert str(picker.query_one("#template-about", Static).render()) == third.teaches
        assert picker.query_one(CodeEditor).text == third.text
        await pilot.press("enter")
        await pilot.pause()
        assert editor.text == third.text
        assert app.workspace.unsaved() == ["reward_function.py"]
        await pilot.press("u")
        await pilot.pause()
        assert editor.text == before
        assert app.workspace.unsaved() == []


async def test_escape_leaves_the_text_alone(app: DotsApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2", "m")
        await pilot.pause()
        rows = app.screen.query_one(TemplateRows)
        assert rows.region.height >= 5
        assert app.screen.query_one("#template-text").region.height >= 5
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, TemplatePicker)
        assert app.workspace.unsaved() == []


async def test_the_text_can_be_read_and_enter_takes_it_from_there(app: DotsApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("2", "m")
        await pilot.pause()
        await pilot.press("tab", "pagedown")
        await pilot.pause()
        assert app.screen.query_one("#template-text").has_focus
        await pilot.press("enter")
        await pilot.pause()
        assert app.query_one("#reward-editor", StepEditor).text == templates()[0].text


async def test_a_click_chooses_as_keys_do(app: DotsApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("2", "m")
        await pilot.pause()
        await pilot.click(TemplateRows, offset=(4, 1))
        await pilot.pause()
        assert app.screen.query_one(CodeEditor).text == templates()[1].text
        await pilot.click(TemplateRows, offset=(4, 1))
        await pilot.pause()
        assert app.query_one("#reward-editor", StepEditor).text == templates()[1].text
