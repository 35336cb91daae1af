"""The settings form shows every key with its value and edits it in place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input, Static

from dots_tui.ui.widgets.form import EnvForm
from dots_tui.ui.widgets.form_messages import EditorWanted, KeyHighlighted, TrackWanted, ValueGiven
from dots_tui.ui.widgets.form_popups import PickValue, TypeValue
from dots_tui.ui.widgets.form_rows import FormRow, wrong

if TYPE_CHECKING:
    from collections.abc import Callable

TRACKS = tuple(f"track_{index}" for index in range(40))
ROWS = [
    FormRow("DR_WORLD_NAME", "Track & race", "choice", TRACKS, "track_3", mark="warning"),
    FormRow("DR_ADVANCE", "Track & race", "number", (), "0.05", unit="laps", minimum=0, maximum=1),
    FormRow("DR_CAR_NAME", "Car", "text", (), None, "FastCar", help="what the car is called"),
    FormRow("DR_CAR_COLOR", "Car", "choice", ("Black", "Red"), "Red", "Black", commented=True),
    FormRow("DR_CHANGE_START", "Training", "switch", (), "True", mark="error"),
    FormRow("DR_ALTERNATE", "Training", "switch", (), None, "False"),
]


def changes(app: Any) -> list[tuple[str, str]]:
    return [(message.key, message.value) for message in app.seen(ValueGiven)]


async def test_each_kind_of_value_has_its_looks(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    form = EnvForm()
    async with stage(form).run_here(60, 12):
        form.set_rows(ROWS)
        assert lines(form) == [
            "  Track & race",
            "▸ DR_WORLD_NAME    track_3                               ▾ ▲",
            "  DR_ADVANCE       0.05 laps",
            "  Car",
            "  DR_CAR_NAME      FastCar · default",
            "  DR_CAR_COLOR     Red · commented                       ▾",
            "  Training",
            "  DR_CHANGE_START  [x] on                                  ✗",
            "  DR_ALTERNATE     [ ] off · default",
            "",
            "",
            "",
        ]


async def test_narrow_rows_are_cut(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    form = EnvForm()
    async with stage(form).run_here(24, 12):
        form.set_rows(ROWS)
        assert max(map(len, lines(form))) <= 24
        assert lines(form)[1].endswith("▾ ▲")


async def test_the_cursor_skips_headings_and_tells_its_key(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 12) as pilot:
        form.set_rows(ROWS)
        form.focus()
        await pilot.press("down", "down", "end", "down", "home", "up", "pagedown", "pageup")
        keys = [message.key for message in app.seen(KeyHighlighted)]
        assert keys == [
            "DR_WORLD_NAME",
            "DR_ADVANCE",
            "DR_CAR_NAME",
            "DR_ALTERNATE",
            "DR_WORLD_NAME",
            "DR_ALTERNATE",
            "DR_WORLD_NAME",
        ]


async def test_new_rows_and_filters_keep_the_cursor_on_its_key(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 12) as pilot:
        form.set_rows(ROWS)
        assert form.show_key("DR_CAR_COLOR")
        assert not form.show_key("DR_NO_SUCH")
        form.set_rows(ROWS[2:])
        assert form.key == "DR_CAR_COLOR"
        form.set_filter("CALLED")
        assert form.key == "DR_CAR_NAME"
        assert [line for line in lines(form) if line] == ["  Car", "▸ DR_CAR_NAME      FastCar · default"]
        form.set_filter("nothing like it")
        assert lines(form)[0] == "No setting matches 'nothing like it'."
        assert form.key == ""
        form.focus()
        await pilot.press("enter", "down")
        form.set_filter("")
        assert form.key == "DR_CAR_NAME"
        assert changes(app) == []


async def test_switches_turn_at_once(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 12) as pilot:
        form.set_rows(ROWS)
        form.focus()
        await pilot.press("end", "enter", "up", "space")
        await pilot.click(form, offset=(5, 8))
        await pilot.click(form, offset=(5, 8))
        await pilot.click(form, offset=(5, 6))  # a heading
        assert changes(app) == [("DR_ALTERNATE", "True"), ("DR_CHANGE_START", "False"), ("DR_ALTERNATE", "True")]


async def test_a_track_is_left_to_the_pane(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 20) as pilot:
        form.set_rows([replace(ROWS[0], kind="track")])
        form.focus()
        await pilot.press("enter")
        assert [message.key for message in app.seen(TrackWanted)] == ["DR_WORLD_NAME"]
        assert len(app.screen_stack) == 1


async def test_a_value_is_searched_and_picked(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 20) as pilot:
        form.set_rows(ROWS)
        form.focus()
        await pilot.press("enter")
        assert isinstance(app.screen, PickValue)
        await pilot.press(*"_2", "down", "enter")
        assert changes(app) == [("DR_WORLD_NAME", "track_20")]
        await pilot.press("enter", "escape")
        await pilot.press("enter", *"track_3", "enter")
        assert changes(app) == [("DR_WORLD_NAME", "track_20")]  # the same value is no change


async def test_a_commented_value_can_be_taken_as_it_is(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 20) as pilot:
        form.set_rows(ROWS)
        form.show_key("DR_CAR_COLOR")
        form.focus()
        await pilot.press("enter", "enter")
        assert changes(app) == [("DR_CAR_COLOR", "Red")]


async def test_a_wrong_number_is_not_taken(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(40, 10) as pilot:
        form.set_rows(ROWS)
        form.show_key("DR_ADVANCE")
        form.focus()
        await pilot.press("enter")
        assert isinstance(app.screen, TypeValue)
        assert app.screen.query_one(Input).value == "0.05"
        await pilot.press(*"1.5", "enter")
        assert str(app.screen.query_one("#hint", Static).content) == "At most 1."
        box = app.screen.query_one("#box").region
        assert app.screen.region.contains_region(box)
        await pilot.press("backspace", "backspace", "backspace", *".1", "enter")
        assert changes(app) == [("DR_ADVANCE", ".1")]


@pytest.mark.parametrize("size", [(40, 10), (30, 6)])
async def test_popups_stay_on_the_screen(stage: Any, size: tuple[int, int]) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(*size) as pilot:
        form.set_rows([*ROWS[2:], ROWS[0]])
        form.focus()
        await pilot.press("end", "enter")
        await pilot.pause()
        assert app.screen.region.contains_region(app.screen.query_one("#box").region)
        await pilot.click(offset=(0, 0))
        assert not isinstance(app.screen, PickValue)


@pytest.mark.parametrize(
    ("row", "text", "message"),
    [
        (ROWS[1], "0.5", ""),
        (ROWS[1], "-1", "At least 0."),
        (ROWS[1], "1_0", "'1_0' is not a number."),
        (ROWS[1], "nan", "'nan' is not a number."),
        (replace(ROWS[1], integer=True), "1.0", "'1.0' is not a whole number."),
        (replace(ROWS[1], integer=True), "1", ""),
        (ROWS[2], "My car", ""),
        (ROWS[2], "a\tb", "The value must be one line of printable characters."),
    ],
)
def test_wrong(row: FormRow, text: str, message: str) -> None:
    assert wrong(row, text) == message


NOTED = [
    replace(ROWS[0], above=("Oval was too easy,", "says Ann."), behind="or reinvent"),
    replace(ROWS[1], above=("Track & race",)),
    replace(ROWS[2], origin="run.env"),
]


async def test_comments_are_shown_with_their_keys(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 10) as pilot:
        form.set_rows(NOTED, ["Written on Monday."])
        assert lines(form) == [
            "  Track & race",
            "  # Oval was too easy, says Ann.",
            "▸ DR_WORLD_NAME  track_3  # or reinvent                  ▾ ▲",
            "  DR_ADVANCE     0.05 laps",  # its comment says what the heading says
            "  Car",
            "  DR_CAR_NAME    FastCar · run.env",
            "  Comments without a key",
            "  # Written on Monday.",
            "",
            "",
        ]
        form.focus()
        await pilot.press("end")
        assert form.key == "DR_CAR_NAME"
        await pilot.click(form, offset=(5, 1))
        assert form.key == "DR_CAR_NAME"  # a comment is nothing to choose


async def test_words_of_comments_are_found(stage: Any, lines: Callable[[Any], list[str]]) -> None:
    form = EnvForm()
    async with stage(form).run_here(60, 10):
        form.set_rows(NOTED, ["Written on Monday."])
        form.set_filter("ann")
        assert [line.split()[0] for line in lines(form) if line][-1] == "▸"
        assert form.key == "DR_WORLD_NAME"
        form.set_filter("monday")
        assert [line for line in lines(form) if line] == ["  Comments without a key", "  # Written on Monday."]
        assert form.key == ""


async def test_the_cursor_stays_where_it_is_when_its_row_goes(stage: Any) -> None:
    form = EnvForm()
    async with stage(form).run_here(60, 12):
        form.set_rows(ROWS)
        form.show_key("DR_CHANGE_START")
        form.set_rows([row for row in ROWS if row.name != "DR_CHANGE_START"])
        assert form.key == "DR_ALTERNATE"
        form.start_over()
        form.set_rows(ROWS)
        assert form.key == "DR_WORLD_NAME"


async def test_a_resized_form_keeps_the_cursor_and_what_is_above_it_in_sight(
    stage: Any, lines: Callable[[Any], list[str]]
) -> None:
    form = EnvForm()
    async with stage(form).run_here(60, 12) as pilot:
        form.set_rows([*ROWS[2:], *NOTED])
        form.show_key("DR_WORLD_NAME")
        await pilot.resize_terminal(60, 5)
        await pilot.pause()
        shown = lines(form)
        assert "# Oval was too easy" in shown[shown.index(next(line for line in shown if "▸" in line)) - 1]


async def test_a_choice_may_take_other_values(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 20) as pilot:
        form.set_rows([replace(ROWS[3], open=True), replace(ROWS[1], choices=("0.1", "0.2"))])
        form.focus()
        await pilot.press("enter", *"Pink", "enter")
        await pilot.press("down", "enter", *"7", "enter")
        assert isinstance(app.screen, PickValue)  # too large
        assert str(app.screen.query_one("#own-hint", Static).content) == "At most 1."
        await pilot.press("backspace", *".5", "enter")
        assert changes(app) == [("DR_CAR_COLOR", "Pink"), ("DR_ADVANCE", ".5")]


async def test_a_click_that_misses_loses_nothing_that_was_typed(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 20) as pilot:
        form.set_rows(ROWS)
        form.show_key("DR_ADVANCE")
        form.focus()
        await pilot.press("enter")
        await pilot.click(offset=(0, 0))
        assert not isinstance(app.screen, TypeValue)  # nothing was typed
        await pilot.press("enter", "2")
        await pilot.click(offset=(0, 0))
        assert isinstance(app.screen, TypeValue)  # wrong, so it stays open
        await pilot.press("backspace", "1")
        await pilot.click(offset=(0, 0))
        assert changes(app) == [("DR_ADVANCE", "1")]


async def test_what_is_too_large_for_a_row_is_left_to_the_pane(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 20) as pilot:
        form.set_rows([FormRow("action_space", kind="opens", value="7 actions")])
        form.focus()
        await pilot.press("enter")
        assert [message.key for message in app.seen(EditorWanted)] == ["action_space"]


@pytest.mark.parametrize(
    ("text", "good"), [("[1, 2]", True), ('"a"', True), ("[1", False), ("NaN", False), ("", False)]
)
def test_json_is_checked_while_it_is_typed(text: str, good: bool) -> None:
    assert (wrong(FormRow("mine", kind="json", value="1"), text) == "") is good
