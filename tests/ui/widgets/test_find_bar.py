"""The find bar: what is found is marked and counted, and replacing is one step."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Static

from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.find_bar import FindBar

CODE = "speed = 1\nif speed > 2:\n    Speed = speed\n"


@pytest.fixture
def parts() -> tuple[CodeEditor, FindBar]:
    editor = CodeEditor(CODE, file_name="reward_function.py")
    return editor, FindBar(editor)


def told(bar: FindBar, name: str = "count") -> str:
    return str(bar.query_one(f"#find-{name}", Static).content)


async def test_typing_finds_and_enter_goes_on(stage: Any, parts: Any) -> None:
    editor, bar = parts
    async with stage(*parts).run_here(80, 12) as pilot:
        editor.focus()
        await pilot.pause()
        bar.open()
        await pilot.press(*"speed")
        assert (told(bar), editor.cursor_location) == ("1 of 4", (0, 0))
        await pilot.press("enter", "enter")
        assert (told(bar), editor.cursor_location) == ("3 of 4", (2, 4))
        await pilot.press("up")
        assert told(bar) == "2 of 4"
        await pilot.press("up", "up")
        assert told(bar) == "4 of 4"
        await pilot.press("escape")
        assert not bar.is_open
        assert editor.has_focus
        assert editor.cursor_location == (2, 12)
        bar.action_step(1)
        assert editor.cursor_location == (0, 0)


async def test_matches_are_seen_and_the_one_found_is_another(stage: Any, parts: Any) -> None:
    editor, bar = parts
    async with stage(*parts).run_here(80, 12) as pilot:
        bar.open()
        await pilot.press(*"speed")
        # Signs that do without colour: the one found is reversed, the others are underlined.
        for row, reverse in ((0, True), (1, False)):
            (style,) = [one.style for one in editor.render_line(row) if one.text == "speed"]
            assert (bool(style.reverse), bool(style.underline)) == (reverse, not reverse)
        await pilot.press("escape")
        assert not any(one.style.underline or one.style.reverse for one in editor.render_line(1) if one.style)


async def test_case_and_pattern_are_chosen(stage: Any, parts: Any) -> None:
    _, bar = parts
    async with stage(*parts).run_here(80, 12) as pilot:
        bar.open()
        await pilot.press(*"speed")
        assert told(bar, "rules") == "text · either case"
        await pilot.press("ctrl+o")
        assert (told(bar), told(bar, "rules")) == ("1 of 3", "text · this case")
        await pilot.press("ctrl+r", *r"\b")
        assert (told(bar), told(bar, "rules")) == ("1 of 3", "pattern · this case")
        await pilot.press("(")
        assert told(bar).startswith("not a regular expression")
        bar.open()
        await pilot.press(*"nowhere")
        assert told(bar) == "not found"


async def test_all_are_replaced_as_one_step(stage: Any, parts: Any) -> None:
    editor, bar = parts
    async with stage(*parts).run_here(80, 12) as pilot:
        bar.open()
        await pilot.press(*"speed", "tab", *"velocity", "ctrl+l")
        assert editor.text == "velocity = 1\nif velocity > 2:\n    velocity = velocity\n"
        editor.undo()
        assert editor.text == CODE


async def test_one_after_the_other_is_replaced_and_what_was_put_in_is_not_found_again(stage: Any, parts: Any) -> None:
    editor, bar = parts
    async with stage(*parts).run_here(80, 12) as pilot:
        bar.open()
        await pilot.press(*"speed", "tab", *"speed2", "enter", "enter")
        assert editor.text == "speed2 = 1\nif speed2 > 2:\n    Speed = speed\n"
        assert told(bar) == "3 of 4"


async def test_a_bad_replacement_changes_nothing_and_is_said(stage: Any, parts: Any) -> None:
    editor, bar = parts
    async with stage(*parts).run_here(80, 12) as pilot:
        bar.open()
        await pilot.press("ctrl+r", *"speed", "tab", *r"\7", "ctrl+l")
        assert editor.text == CODE
        assert told(bar).startswith("not a replacement")


async def test_what_is_selected_is_looked_for_and_edits_are_counted(stage: Any, parts: Any) -> None:
    editor, bar = parts
    async with stage(*parts).run_here(80, 12):
        editor.selection = type(editor.selection)((1, 3), (1, 8))
        bar.open()
        assert told(bar) == "2 of 4"
        editor.insert("speed ", (0, 0))
        assert told(bar) == "5 matches"
