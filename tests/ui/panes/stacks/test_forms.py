"""The forms of the Stacks pane: what they ask for, what they refuse, where they fit."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App
from textual.widgets import Input, Select, Static

from dots_tui.aws.launch_plan import LaunchChoices
from dots_tui.ui.panes.stacks.forms import BaseAnswers, BaseForm, LaunchForm

PRESET = LaunchChoices("base", "run-1", "standard", "g4dn.2xlarge", 60)
TYPES = ("g4dn.xlarge", "g4dn.2xlarge")
NOTHING_YET = object()


class Asking(App[None]):
    """An app that asks one form and keeps the answer."""

    def __init__(self, form: BaseForm | LaunchForm) -> None:
        super().__init__()
        self.form = form
        self.answer: object = NOTHING_YET

    def on_mount(self) -> None:
        self.push_screen(self.form, self._answered)

    def _answered(self, answer: object) -> None:
        self.answer = answer

    def fill(self, **values: str) -> None:
        """Write into the fields."""
        for name, value in values.items():
            self.screen.query_one(f"#form-{name}", Input).value = value

    @property
    def hint(self) -> str:
        """What is said to be wrong."""
        hint = self.screen.query_one("#hint", Static)
        return str(hint.render()) if hint.display else ""


def launch_form(**more: Any) -> LaunchForm:
    return LaunchForm(["base", "other"], TYPES, PRESET, **more)


async def test_a_base_stack_needs_a_name_and_an_address() -> None:
    app = Asking(BaseForm("dots-base", ""))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert "address is needed" in app.hint
        app.fill(address=" 203.0.113.7 ")
        await pilot.pause()
        assert app.hint == ""  # it was told, and something was done about it
        await pilot.press("enter")
        await pilot.pause()
    assert app.answer == BaseAnswers("dots-base", "203.0.113.7")


@pytest.mark.parametrize(
    ("name", "address", "words"),
    [
        ("", "203.0.113.7", "A name is needed."),
        ("1base", "203.0.113.7", "a letter first"),
        ("base_1", "203.0.113.7", "letters, digits and hyphens"),
        ("taken", "203.0.113.7", "already a stack taken"),
        ("base", "203.0.113", "not an IPv4 address"),
        ("base", "::1", "not an IPv4 address"),
        ("base", "10.1.2.3", "home or office network"),
    ],
)
async def test_what_aws_would_refuse_is_refused_here(name: str, address: str, words: str) -> None:
    app = Asking(BaseForm("x", "", taken={"taken"}))
    async with app.run_test() as pilot:
        app.fill(name=name, address=address)
        await pilot.click("#yes")
        await pilot.pause()
        assert words in app.hint
        assert app.answer is NOTHING_YET


async def test_a_launch_is_asked_with_what_was_used_last() -> None:
    app = Asking(launch_form())
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
    assert app.answer == PRESET


async def test_every_field_of_a_launch_counts() -> None:
    app = Asking(launch_form())
    async with app.run_test() as pilot:
        app.fill(name="night-run", ttl="480")
        app.screen.query_one("#form-type", Select).value = "g4dn.xlarge"
        app.screen.query_one("#form-base", Select).value = "other"
        await pilot.click("#yes")
        await pilot.pause()
    assert app.answer == LaunchChoices("other", "night-run", "standard", "g4dn.xlarge", 480)


@pytest.mark.parametrize("minutes", ["", "-5", "1441", "99999999999", "25h", "1:75", "soon", "1.5"])
async def test_a_time_to_live_that_cannot_be(minutes: str) -> None:
    app = Asking(launch_form())
    async with app.run_test() as pilot:
        app.fill(ttl=minutes)
        await pilot.click("#yes")
        await pilot.pause()
        assert "1440" in app.hint or "1.5 h" in app.hint
        assert app.answer is NOTHING_YET


@pytest.mark.parametrize(("typed", "minutes"), [("1h30", 90), ("1:30", 90), ("1.5 h", 90), ("45 min", 45)])
async def test_a_time_to_live_is_typed_as_people_do(typed: str, minutes: int) -> None:
    app = Asking(launch_form())
    async with app.run_test() as pilot:
        field = app.screen.query_one("#form-ttl", Input)
        field.focus()
        field.value = ""
        await pilot.press(*("space" if key == " " else key for key in typed))
        assert field.value == typed
        await pilot.press("enter")
        await pilot.pause()
    assert isinstance(app.answer, LaunchChoices)
    assert app.answer.ttl_minutes == minutes


async def test_a_refused_enter_keeps_what_was_typed_and_the_field() -> None:
    app = Asking(launch_form())
    async with app.run_test() as pilot:
        field = app.screen.query_one("#form-ttl", Input)
        field.focus()
        field.value = ""
        await pilot.press(*"2000", "enter", *"77")
        await pilot.pause()
        assert app.answer is NOTHING_YET
        assert field.value == "200077"


async def test_the_cost_follows_what_is_chosen() -> None:
    app = Asking(launch_form(cost=lambda kind, minutes: f"{kind} for {minutes} min"))
    async with app.run_test() as pilot:
        await pilot.pause()
        cost = app.screen.query_one("#form-cost", Static)
        assert str(cost.render()) == "g4dn.2xlarge for 60 min"
        app.fill(ttl="90")
        app.screen.query_one("#form-type", Select).value = "g4dn.xlarge"
        await pilot.pause()
        assert str(cost.render()) == "g4dn.xlarge for 90 min"
        app.fill(ttl="")
        await pilot.pause()
        assert str(cost.render()) == ""


@pytest.mark.parametrize("form", [BaseForm("dots-base", "203.0.113.7"), launch_form()], ids=["base", "launch"])
async def test_escape_and_cancel_change_nothing(form: BaseForm | LaunchForm) -> None:
    app = Asking(form)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
    assert app.answer is None


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 50)])
async def test_it_fits_every_terminal(size: tuple[int, int]) -> None:
    for form in (BaseForm("dots-base", "10.0.0.1"), launch_form(cost=lambda *_: "At most 0.95 USD at the list price.")):
        app = Asking(form)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for press in ("enter", "tab", "tab"):
                for field in app.screen.query("Input, Select, Button"):
                    assert field.region.width >= 8
                box = app.screen.query_one("#box").region
                assert box.right <= size[0]
                assert app.screen.query_one("#no").region.bottom <= size[1]
                await pilot.press(press)
                await pilot.pause()
                if app.answer is not NOTHING_YET:
                    break


async def test_without_end_has_to_be_said_twice() -> None:
    app = Asking(launch_form())
    async with app.run_test() as pilot:
        app.fill(ttl="0")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert "choose Plan again" in app.hint
        app.fill(ttl="00")  # changed: it is asked anew
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.answer is NOTHING_YET
        await pilot.press("enter")
        await pilot.pause()
    assert app.answer == LaunchChoices("base", "run-1", "standard", "g4dn.2xlarge", 0, endless=True)


async def test_the_market_is_chosen() -> None:
    app = Asking(launch_form())
    async with app.run_test() as pilot:
        app.screen.query_one("#form-market", Select).value = "spot"
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
    assert app.answer == LaunchChoices("base", "run-1", "spot", "g4dn.2xlarge", 60)
