"""Keys that arrive in a bunch act in the order they were pressed, and none is lost while a dialog opens."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.widgets import Input

from dots_tui.ui.widgets.form import EnvForm
from dots_tui.ui.widgets.form_messages import ValueGiven
from dots_tui.ui.widgets.form_popups import TypeValue
from dots_tui.ui.widgets.form_rows import FormRow
from dots_tui.ui.widgets.quick_input import QuickInput


def send(app: Any, *keys: str) -> None:
    """What a terminal delivers in one piece."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


async def test_letters_do_not_overtake_the_keys_before_them(stage: Any) -> None:
    line = QuickInput()
    app = stage(line)
    async with app.run_here(40, 5) as pilot:
        line.focus()
        await pilot.pause()
        send(app, *"my", "backspace", "backspace", *"MINE", "left", "x", "home", "y")
        await pilot.pause()
        assert line.value == "yMINxE"


async def test_what_is_typed_while_a_value_opens_is_its_value(stage: Any) -> None:
    form = EnvForm()
    app = stage(form)
    async with app.run_here(60, 10) as pilot:
        form.set_rows([FormRow("DR_CAR_NAME", value="Old")])
        form.focus()
        await pilot.pause()
        form.action_choose()
        assert isinstance(app.screen, TypeValue)
        assert app.screen.focused is None
        send(app, *"Quicks", "backspace")
        await pilot.pause()
        assert app.screen.query_one(Input).value == "Quick"
        await pilot.press("enter")
        assert [(message.key, message.value) for message in app.seen(ValueGiven)] == [("DR_CAR_NAME", "Quick")]
