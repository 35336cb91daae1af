"""Typing ``params["`` in the Reward pane offers its keys; enter and tab take one, escape closes, typing goes on."""

from __future__ import annotations

from textual.pilot import Pilot

from dots_tui.ui.panes.step_editor import StepEditor
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.completion import ROWS, CompletionList

SIZE = (80, 24)
NAMES = {
    " ": "space",
    "=": "equals_sign",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    '"': "quotation_mark",
    ".": "full_stop",
    "(": "left_parenthesis",
    "_": "underscore",
}


async def typed(app: DotsApp, pilot: Pilot[int], text: str, *, rest: str = "") -> StepEditor:
    """The editor, in a line of a function in which *text* was typed before *rest*."""
    await pilot.press("2", "enter")
    editor = app.query_one("#reward-editor", StepEditor)
    editor.load_text(f"def reward_function(params):\n    {rest}\n    return 1.0\n")
    editor.move_cursor((1, 4))
    await pilot.press(*(NAMES.get(char, char) for char in text))
    await pilot.pause()
    return editor


async def test_the_list_opens_and_enter_takes_the_marked_key(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, 'x = params["st')
        listing = app.screen.query_one(CompletionList)
        assert [choice.text for choice in listing.choices][:2] == ["steps", "steering_angle"]
        assert listing.choices[1].hint == "float, degrees, -30 to 30"
        assert listing.region.right <= SIZE[0]
        assert listing.region.y == editor.cursor_screen_offset.y + 1
        await pilot.press("down", "enter")
        await pilot.pause()
        assert editor.document.get_line(1) == '    x = params["steering_angle"]'
        assert editor.cursor_location == (1, 32)
        assert not app.screen.query(CompletionList)
        assert editor.has_focus


async def test_tab_takes_one_and_what_stands_behind_is_not_doubled(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, 'params["prog', rest='"] * 2')
        await pilot.press("tab")
        assert editor.document.get_line(1) == '    params["progress"] * 2'
        assert editor.cursor_location == (1, len('    params["progress"]'))


async def test_get_leaves_room_for_a_default(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, 'params.get("sim')
        await pilot.press("enter")
        assert editor.document.get_line(1) == '    params.get("sim_time"'


async def test_escape_closes_the_list_and_not_the_text(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, 'params["s')
        await pilot.press("escape")
        await pilot.pause()
        assert editor.has_focus
        assert not editor.completion.is_open
        await pilot.press("p")  # it stays closed for this word
        await pilot.pause()
        assert not editor.completion.is_open
        await pilot.press("enter")
        await pilot.pause()
        assert editor.document.line_count == 5
        await pilot.press("escape")
        await pilot.pause()
        assert not editor.has_focus


async def test_it_goes_when_the_word_ends_or_the_cursor_leaves(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, 'params["speed')
        assert app.screen.query(CompletionList)
        await pilot.press("quotation_mark")
        await pilot.pause()
        assert not app.screen.query(CompletionList)
        await pilot.press("left")
        await pilot.pause()
        assert app.screen.query(CompletionList)
        await pilot.press("home")
        await pilot.pause()
        assert not editor.completion.is_open
        await pilot.press("end", "z")
        await pilot.pause()
        assert not app.screen.query(CompletionList)


async def test_a_word_nothing_is_called_like_has_no_list(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, 'params["zz')
        assert not editor.completion.is_open
        await pilot.press("enter")
        assert editor.document.line_count == 5


async def test_the_list_scrolls_and_a_click_takes_a_key(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, 'params["')
        listing = app.screen.query_one(CompletionList)
        await pilot.press(*["down"] * ROWS)
        await pilot.pause()
        assert listing.marked == ROWS
        await pilot.click(CompletionList, offset=(5, 1))  # the first row that shows is the second key
        await pilot.pause()
        assert editor.document.get_line(1) == '    params["x"]'
        assert editor.has_focus


async def test_a_taken_key_is_one_step_of_undo(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, 'params["head')
        await pilot.press("enter")
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert editor.document.get_line(1) == '    params["head'


async def test_other_files_have_no_list(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        editor = await typed(app, pilot, "x")
        editor.open_text("", "run.env")
        await pilot.press(*(NAMES.get(char, char) for char in 'params["s'))
        await pilot.pause()
        assert not editor.completion.is_open


async def test_near_the_bottom_the_list_is_above_the_word_it_is_about(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2", "enter")
        editor = app.query_one("#reward-editor", StepEditor)
        editor.load_text("def reward_function(params):\n" + "    x = 1\n" * 40 + "    ")
        await pilot.press("ctrl+end", *(NAMES.get(char, char) for char in 'params["i'))
        await pilot.pause()
        listing, line = app.screen.query_one(CompletionList), editor.cursor_screen_offset.y
        assert listing.region.bottom == line
        for _ in range(len(listing.choices)):  # what is said about one takes a line or two
            await pilot.press("down")
            await pilot.pause()
            assert listing.region.bottom == line
