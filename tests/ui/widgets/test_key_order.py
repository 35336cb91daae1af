"""Keys that are typed while the focus moves arrive where they belong, in the order in which they were pressed."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Input, Static

from dots_tui.ui.widgets.dialogs import Confirm, Prompt
from dots_tui.ui.widgets.key_order import KeyOrder


class Slow(Static, can_focus=True):
    """A widget that takes its time with each key, as all do on a busy machine."""

    async def on_key(self) -> None:
        await asyncio.sleep(0.02)


class Typing(App[None]):
    """`+` asks for a number, `/` goes to a line to type in."""

    BINDINGS = [Binding("plus", "ask"), Binding("slash", "find")]

    def __init__(self) -> None:
        super().__init__()
        self._keys = KeyOrder(self)
        self.answer: object = None

    def compose(self) -> ComposeResult:
        yield Slow("list")
        yield Input(id="find")

    async def on_event(self, event: events.Event) -> None:
        if not self._keys.holds(event):
            await super().on_event(event)

    async def on_keys_passed(self) -> None:
        await self._keys.release(super().on_event)

    def on_key(self, event: events.Key) -> None:
        self._keys.hand_over(event)

    def action_ask(self) -> None:
        self.push_screen(Prompt("How long?", "minutes", "60"), self._answered)

    def _answered(self, answer: object) -> None:
        self.answer = answer

    def action_find(self) -> None:
        self.query_one("#find").focus()

    async def type(self, keys: str, *, pause: float = 0.0) -> None:
        """Type as a terminal delivers keys: without waiting for what they do."""
        for key in keys:
            name = {"+": "plus", "/": "slash", "\n": "enter"}.get(key, key)
            self.post_message(events.Key(name, key if key != "\n" else None))
            await asyncio.sleep(pause)


async def until(app: Typing, text: str) -> str:
    """Wait for a text in the focused line; return what is there in the end."""
    for _ in range(100):
        await asyncio.sleep(0.02)
        if isinstance(app.focused, Input) and len(app.focused.value) >= len(text):
            break
    assert isinstance(app.focused, Input)
    return app.focused.value


@pytest.mark.parametrize("opened_by", ["", "+"])
@pytest.mark.parametrize("pause", [0.001, 0.004, 0.01, 0.02, 0.04])
async def test_a_number_that_is_typed_while_its_dialog_opens_stays_that_number(pause: float, opened_by: str) -> None:
    app = Typing()
    async with app.run_test() as pilot:
        app.query_one(Slow).focus()
        await pilot.pause()
        if not opened_by:
            app.action_ask()
        await app.type(f"{opened_by}2000", pause=pause)
        assert await until(app, "2000") == "2000"
        await pilot.press("enter")
        await pilot.pause()
        assert app.answer == "2000"


@pytest.mark.parametrize("pause", [0.0, 0.002, 0.005, 0.015])
async def test_a_word_that_is_typed_while_the_focus_moves_stays_that_word(pause: float) -> None:
    app = Typing()
    async with app.run_test():
        app.query_one(Slow).focus()
        await app.type("/abcdefgh", pause=pause)
        assert await until(app, "abcdefgh") == "abcdefgh"


async def test_enter_before_a_question_shows_answers_nothing() -> None:
    app = Typing()
    async with app.run_test() as pilot:
        question = Confirm("Delete all?", danger=True)
        question._early = (events.Key("enter", None),)
        app.push_screen(question, app._answered)
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        await pilot.pause()
        assert app.answer is True
