"""Dialogs: escape changes nothing, enter confirms, buttons can be clicked, and they fit a small terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Button, Input, Static

from dots_tui.ui.widgets.dialogs import Choose, Confirm, Dialog, Prompt, TypeName

if TYPE_CHECKING:
    from collections.abc import Callable

BODY = "The bucket with all models is deleted, and with it everything that was ever trained there."
TYPES = [(str(index), f"g4dn.{index}xlarge") for index in range(12)]


def minutes(text: str) -> str:
    return "" if text.isdigit() else f"{text!r} is not a whole number of minutes: type one, e.g. 60."


MAKERS: dict[str, Callable[[], Dialog[Any]]] = {
    "confirm": lambda: Confirm("Stop", BODY, yes="Stop", no="Keep going"),
    "type-name": lambda: TypeName("Delete", BODY, "base"),
    "choose": lambda: Choose("Instance type", TYPES, current="3"),
    "few": lambda: Choose("Market", [("spot", "spot"), ("standard", "on demand")]),
    "prompt": lambda: Prompt("Extend", "Minutes from now on", "60", minutes),
}


KEYS: dict[str, list[tuple[list[str], list[Any]]]] = {
    "confirm": [
        (["enter"], [True]),
        (["right", "enter"], [False]),
        (["right", "left", "enter"], [True]),
        (["y"], [True]),
        (["n"], [False]),
        (["escape"], [False]),
    ],
    "type-name": [
        (["enter"], []),
        ([*"bas", "enter"], []),
        ([*"base", "enter"], [True]),
        ([*"base", "escape"], [False]),
    ],
    "choose": [
        (["enter"], ["3"]),
        ([*"11", "enter"], ["11"]),
        (["down", "down", "up", "enter"], ["4"]),
        (["pagedown", "enter"], ["11"]),
        ([*"zz", "enter"], []),
        (["escape"], [None]),
    ],
    "few": [(["down", "x", "enter"], ["standard"])],
    "prompt": [(["enter"], ["60"]), ([*"90", "enter"], ["90"]), (["x", "enter"], []), (["escape"], [None])],
}


@pytest.mark.parametrize("name", MAKERS)
async def test_keys_give_answers(stage: Any, name: str) -> None:
    app = stage(Static("below"))
    async with app.run_here(60, 20) as pilot:
        for keys, answer in KEYS[name]:
            given: list[Any] = []
            app.push_screen(MAKERS[name](), given.append)
            await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()
            assert given == answer, keys
            if not answer:
                app.pop_screen()


@pytest.mark.parametrize("size", [(40, 10), (80, 24)])
async def test_everything_is_on_the_screen(stage: Any, size: tuple[int, int]) -> None:
    app = stage(Static("below"))
    async with app.run_here(*size) as pilot:
        for name, make in MAKERS.items():
            app.push_screen(make())
            await pilot.pause()
            if name == "prompt":
                await pilot.press("x")  # shows the longest hint
            await pilot.pause()
            box = app.screen.query_one("#box").region
            assert app.screen.region.contains_region(box)
            for widget in [*app.screen.query(Button), *app.screen.query(Input)]:
                assert box.contains_region(widget.region), (name, widget)
            app.pop_screen()


async def test_buttons_can_be_clicked(stage: Any) -> None:
    app = stage(Static("below"))
    given: list[Any] = []
    async with app.run_here() as pilot:
        for button in ("#yes", "#no"):
            app.push_screen(MAKERS["confirm"](), given.append)
            await pilot.pause()
            await pilot.click(button)
        app.push_screen(MAKERS["type-name"](), given.append)
        await pilot.pause()
        await pilot.click("#yes")  # not before the name is typed
        await pilot.press(*"base")
        await pilot.click("#yes")
        app.push_screen(MAKERS["choose"](), given.append)
        await pilot.pause()
        await pilot.click("Options", offset=(5, 1))
        await pilot.click("Options", offset=(5, 1))
    assert given == [True, False, True, "1"]


async def test_the_reason_is_shown_while_typing(stage: Any) -> None:
    app = stage(Static("below"))
    async with app.run_here() as pilot:
        app.push_screen(MAKERS["prompt"]())
        await pilot.pause()
        await pilot.press("x")
        hint = app.screen.query_one("#hint", Static)
        assert "'x' is not a whole number" in str(hint.content)
        await pilot.press("backspace", "5")
        assert str(hint.content) == ""
