"""The editor colours by file name, marks lines with problems, and indents like Python."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets.text_area import Selection

from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.code_marks import LineProblem

REWARD = """def reward_function(params):
    width = params["track_width"]
    if width > 2:
        return 1e-3
    return float(width)"""


def tints(editor: CodeEditor, row: int) -> dict[str, Any]:
    """The colour of each piece of a line as it is painted."""
    strip = editor.render_line(row)
    return {segment.text.strip(): segment.style.color for segment in strip if segment.style is not None}


async def test_code_is_coloured_from_the_theme(stage: Any) -> None:
    editor = CodeEditor(REWARD, file_name="reward_function.py")
    app = stage(editor)
    async with app.run_here(60, 10) as pilot:
        dark = tints(editor, 1)
        assert dark["track_width"] == editor.get_component_rich_style("code-editor--string").color
        app.theme = "textual-light"
        await pilot.pause()
        light = tints(editor, 1)
        assert light["track_width"] != dark["track_width"]
        app.theme = "ansi-dark"
        await pilot.pause()
        assert tints(editor, 1)["track_width"].number == 2  # green, in the terminal's own palette


async def test_colours_follow_edits_undo_and_another_file(stage: Any) -> None:
    editor = CodeEditor(REWARD, file_name="reward_function.py")
    async with stage(editor).run_here(60, 10) as pilot:
        plain = editor.rich_style.color
        number = editor.get_component_rich_style("code-editor--number").color
        comment = editor.get_component_rich_style("code-editor--comment").color
        assert tints(editor, 2)["2"] == number
        editor.insert("# ", (2, 0))
        assert set(tints(editor, 2).values()) >= {comment}
        assert "2" not in tints(editor, 2)
        editor.undo()
        assert tints(editor, 2)["2"] == number
        editor.redo()
        assert "2" not in tints(editor, 2)
        editor.open_text("DR_WORKERS=3\n", "run.env")
        await pilot.pause()
        assert tints(editor, 0)["3"] == number
        editor.open_text("DR_WORKERS=3\n", "notes.txt")
        assert number not in tints(editor, 0).values()
        assert plain is not None


async def test_the_line_of_the_cursor_keeps_its_colours(stage: Any) -> None:
    editor = CodeEditor(REWARD, file_name="reward_function.py")
    async with stage(editor).run_here(60, 10):
        editor.move_cursor((1, 0))
        assert tints(editor, 1)["track_width"] == editor.get_component_rich_style("code-editor--string").color


async def test_problems_are_marked_and_reached(stage: Any) -> None:
    editor = CodeEditor(REWARD, file_name="reward_function.py")
    async with stage(editor).run_here(60, 10) as pilot:
        editor.focus()
        await pilot.press("f8")
        assert editor.cursor_location == (0, 0)
        little = LineProblem("pays little", "warning")
        editor.set_problems({2: LineProblem("no such\x1b[1m key"), 4: little, 99: LineProblem("beyond the end")})
        assert editor.render_line(1).text.startswith("2✗ ")
        assert editor.render_line(3).text.startswith("4▲ ")
        assert editor.render_line(2).text.startswith("3  ")
        for key, line in (("f8", 2), ("f8", 4), ("f8", 2), ("shift+f8", 4)):
            await pilot.press(key)
            assert editor.cursor_location[0] + 1 == line
        assert editor.marks.problems[editor.cursor_location[0] + 1] == little
        editor.go_to(2)
        assert editor.status() == "line 2, column 5 · no such key"
        editor.set_problems({})
        assert editor.status() == "line 2, column 5"


async def test_enter_tab_and_outdent_keep_the_indentation(stage: Any) -> None:
    editor = CodeEditor("", file_name="reward_function.py")
    async with stage(editor).run_here(60, 10) as pilot:
        editor.focus()
        await pilot.press(*"if x:", "enter", *"a", "enter", "shift+tab", *"b", "enter", "tab", *"c")
        assert editor.text == "if x:\n    a\nb\n    c"
        editor.selection = Selection((0, 2), (3, 4))
        await pilot.press("enter")
        assert editor.text == "if\nc"
        await pilot.press("shift+tab")
        assert editor.text == "if\nc"


async def test_reading_only_changes_nothing(stage: Any) -> None:
    editor = CodeEditor("    x", file_name="a.py", read_only=True)
    async with stage(editor).run_here(60, 10) as pilot:
        editor.focus()
        await pilot.press("enter", "shift+tab", "a")
        assert editor.text == "    x"


@pytest.mark.parametrize("no_color", [False, True])
async def test_it_can_be_read_without_colours(stage: Any, no_color: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    editor = CodeEditor(REWARD, file_name="reward_function.py")
    app = stage(editor)
    app.theme = "ansi-light"
    async with app.run_here(60, 10):
        assert app.no_color is no_color
        keyword = next(segment for segment in editor.render_line(3) if segment.text == "return")
        assert keyword.style is not None
        assert keyword.style.bold


async def test_selected_lines_are_indented_outdented_and_commented_together(stage: Any) -> None:
    editor = CodeEditor("a\n\nb\nc", file_name="reward_function.py")
    async with stage(editor).run_here(60, 10) as pilot:
        editor.focus()
        editor.selection = Selection((0, 1), (3, 0))  # nothing of the last line is selected
        await pilot.press("tab")
        assert editor.text == "    a\n\n    b\nc"
        editor.action_toggle_comment()
        assert editor.text == "    # a\n\n    # b\nc"
        editor.undo()
        assert editor.text == "    a\n\n    b\nc"
        await pilot.press("shift+tab")
        assert editor.text == "a\n\nb\nc"
        await pilot.press("shift+tab")
        assert editor.text == "a\n\nb\nc"


async def test_the_cursor_stays_at_its_character_when_a_line_is_commented(stage: Any) -> None:
    editor = CodeEditor("    speed = 1", file_name="run.env")
    async with stage(editor).run_here(60, 10):
        editor.move_cursor((0, 6))
        editor.action_toggle_comment()
        assert (editor.text, editor.cursor_location) == ("    # speed = 1", (0, 8))
        editor.action_toggle_comment()
        assert (editor.text, editor.cursor_location) == ("    speed = 1", (0, 6))


async def test_files_without_comments_get_none(stage: Any) -> None:
    editor = CodeEditor("{}", file_name="model_metadata.json")
    async with stage(editor).run_here(60, 10):
        editor.action_toggle_comment()
        assert editor.text == "{}"


async def test_a_bracket_and_its_partner_are_marked_not_by_colour_alone(stage: Any) -> None:
    editor = CodeEditor(REWARD, file_name="reward_function.py")
    async with stage(editor).run_here(60, 10) as pilot:
        editor.focus()
        await pilot.pause()
        editor.move_cursor((0, 19))
        (partner,) = [one for one in editor.render_line(0) if one.text == ")" and one.style is not None]
        assert partner.style is not None
        assert partner.style.underline


async def test_from_a_name_to_its_definition(stage: Any) -> None:
    editor = CodeEditor(REWARD, file_name="reward_function.py")
    async with stage(editor).run_here(60, 10):
        editor.move_cursor((4, 19))
        assert editor.go_to_definition() == ""
        assert editor.cursor_location == (1, 4)
        editor.move_cursor((4, 13))
        assert editor.go_to_definition() == "float is not defined in this file."
        editor.move_cursor((3, 0))
        assert editor.go_to_definition() == "The cursor is not on a name."


async def test_the_usual_keys_go_to_both_ends_and_select(stage: Any) -> None:
    editor = CodeEditor(REWARD, file_name="reward_function.py")
    async with stage(editor).run_here(60, 10) as pilot:
        await pilot.press("ctrl+end")
        assert editor.cursor_location == (4, len("    return float(width)"))
        await pilot.press("ctrl+shift+home")
        assert editor.selected_text == REWARD
        await pilot.press("ctrl+home")
        assert editor.selection == Selection.cursor((0, 0))
        await pilot.press("shift+pagedown")
        assert editor.selected_text == REWARD.rpartition("\n")[0] + "\n"
        await pilot.press("shift+pageup")
        assert editor.selected_text == ""
        await pilot.press("ctrl+delete")
        assert editor.text.splitlines()[0] == " reward_function(params):"
        await pilot.press("ctrl+shift+end")
        assert editor.selected_text == editor.text
