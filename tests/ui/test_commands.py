"""Commands of a host that is composed of parts."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from dots_tui.ui.commands import READ_ONLY, Command, CommandHost, bindings


def _needs_light(lamp: Lamp) -> str:
    return "" if lamp.lit else "the lamp is off"


class Lamp(CommandHost, Static):
    """A part with two commands: one needs its state, one changes the account."""

    READ = Command("lamp.read", "Read", "Read by the lamp.", "r", "read", needs=_needs_light)
    BUY = Command("lamp.buy", "Buy", "Buy a lamp.", "b", "buy", changes=True)
    ACTIONS: ClassVar[tuple[Command, ...]] = (READ, BUY)
    lit = False
    done: ClassVar[list[str]] = []

    @property
    def read_only(self) -> bool:
        return True

    def offers(self, command: Command) -> bool:
        return command != self.BUY

    def action_read(self) -> None:
        self.done.append("read")

    def action_buy(self) -> None:
        self.done.append("bought")


class Desk(CommandHost, Vertical, can_focus=True):
    """A host composed of a lamp and a text."""

    OWN = Command("desk.tidy", "Tidy", "Tidy the desk.", "t", "tidy")
    ACTIONS: ClassVar[tuple[Command, ...]] = (OWN, *Lamp.ACTIONS)
    PARTS = (Lamp,)
    BINDINGS = bindings(ACTIONS)

    def compose(self) -> ComposeResult:
        yield Lamp()
        yield Static("text")

    def action_tidy(self) -> None:
        Lamp.done.append("tidied")


class OfficeApp(App[None]):
    """One desk."""

    def compose(self) -> ComposeResult:
        yield Desk()


async def test_a_command_runs_in_the_part_that_owns_it() -> None:
    Lamp.done.clear()
    app = OfficeApp()
    async with app.run_test() as pilot:
        desk, lamp = app.query_one(Desk), app.query_one(Lamp)
        desk.focus()
        assert desk.owner(Lamp.READ) is lamp
        assert Lamp.READ.unavailable(desk) == "the lamp is off"
        await pilot.press("r", "t")
        assert Lamp.done == ["tidied"]
        lamp.lit = True
        await pilot.press("r")
        assert Lamp.done == ["tidied", "read"]


async def test_a_part_hides_its_keys_and_refuses_changes_in_read_only_mode() -> None:
    Lamp.done.clear()
    app = OfficeApp()
    async with app.run_test() as pilot:
        desk = app.query_one(Desk)
        desk.focus()
        await pilot.pause()
        keys = set(app.screen.active_bindings)
        assert "r" in keys
        assert "b" not in keys
        desk.run_command(Lamp.BUY)
        await pilot.pause()
        assert Lamp.done == []
        assert [note.message for note in app._notifications] == [READ_ONLY]


def test_a_command_waits_for_its_part() -> None:
    assert Lamp.READ.unavailable(Desk()) == "the pane is still being opened"
