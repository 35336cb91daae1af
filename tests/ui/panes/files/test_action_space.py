"""The action space editor, driven by its keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from dots_tui.custom_files.action_draft import nudged
from dots_tui.custom_files.action_space import Action, Continuous, Discrete, generate, parse
from dots_tui.custom_files.action_space_text import write
from dots_tui.custom_files.defaults import default_files
from dots_tui.custom_files.folder import MODEL_METADATA
from dots_tui.ui.panes.files.action_space import ActionSpaceEditor
from dots_tui.ui.widgets.action_fan import ActionFan
from dots_tui.ui.widgets.dialogs import Confirm

DATA = default_files()[MODEL_METADATA]


class Stage(App[None]):
    """The editor over nothing; keeps its answers."""

    ascii_only = False

    def __init__(self, data: bytes = DATA) -> None:
        super().__init__()
        self.editor = ActionSpaceEditor(data, MODEL_METADATA)
        self.answers: list[bytes | None] = []
        self.animation_level = "none"

    def on_mount(self) -> None:
        self.push_screen(self.editor, self.answers.append)

    @property
    def actions(self) -> tuple[Action, ...]:
        assert isinstance(self.editor.draft.space, Discrete)
        return self.editor.draft.space.actions

    def findings(self) -> str:
        return str(self.editor.query_one("#actions-findings", Static).render())


async def press(pilot: Pilot[Any], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def fill(pilot: Pilot[Any], **values: str) -> None:
    for name, value in values.items():
        pilot.app.screen.query_one(f"#{name}", Input).value = value
    await press(pilot, "enter")


async def test_one_action_is_changed_and_only_its_bytes() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down", "left", "plus", "s")
        assert app.answers == [DATA.replace(b'-20, "speed": 1.2', b'-19, "speed": 1.3')]


async def test_values_are_typed_and_bad_ones_refused() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "enter")
        await fill(pilot, value="-30")
        assert "2 numbers" in str(app.screen.query_one("#hint", Static).render())
        await fill(pilot, value="-25 1")
        assert app.actions[0] == Action(-25, 1)


async def test_actions_are_added_deleted_sorted_mirrored_and_taken_back() -> None:
    app = Stage(write(DATA, Discrete((Action(20, 1), Action(0, 2)))))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "a")
        assert list(app.actions) == [Action(20, 1), Action(20, 1), Action(0, 2)]
        assert "more than once" in app.findings()
        await press(pilot, "d", "o", "m")
        assert list(app.actions) == [Action(0, 2), Action(20, 1), Action(-20, 1)]
        assert "Nothing is wrong" in app.findings()
        await press(pilot, "u", "u")
        assert list(app.actions) == [Action(20, 1), Action(0, 2)]
        await press(pilot, "d", "d")
        assert len(app.actions) == 1


async def test_the_generator_counts_and_replaces() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "g")
        await fill(pilot, angles="fast", speeds="1")
        assert "'fast' is not a number" in str(app.screen.query_one("#hint", Static).render())
        app.screen.query_one("#angles", Input).value = "-30..30/3"
        await pilot.pause()
        assert str(app.screen.query_one("#count", Static).render()) == "3 actions"
        await fill(pilot, speeds="1, 2")
        assert app.actions == generate([-30, 0, 30], [1, 2]).actions


async def test_ranges_are_edited_like_actions() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "c")
        assert app.editor.draft.space == Continuous(Action(-30, 0.8), Action(30, 2))
        await press(pilot, "down", "right", "down", "down", "minus", "s")
        (answer,) = app.answers
        assert answer is not None
        assert parse(answer) == Continuous(Action(-30, 0.8), Action(29, 1.9))
        assert json.loads(answer)["action_space_type"] == "continuous"


async def test_another_file_is_imported_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / MODEL_METADATA).write_bytes(write(b"{}", generate([5], [1])))
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "i")
        await fill(pilot, value=str(tmp_path))
        assert app.actions == (Action(5, 1),)
        await press(pilot, "i")
        await fill(pilot, value=str(tmp_path / "nowhere"))
        assert app.actions == (Action(5, 1),)


async def test_leaving_asks_when_something_was_changed() -> None:
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "left", "escape")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "n", "escape", "y")
        assert app.answers == [None]


@pytest.mark.parametrize("data", [b"{", b"{}", b'{"action_space": 5}'])
async def test_a_file_without_a_usable_space_says_so(data: bytes) -> None:
    app = Stage(data)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "left", "a", "d", "c", "u", "enter")
        assert app.editor.table.empty
        await press(pilot, "escape")
        assert app.answers == [None]


@pytest.mark.parametrize(("size", "both"), [((40, 10), False), ((50, 24), True), ((80, 24), True), ((200, 60), True)])
async def test_it_fits_the_terminal(size: tuple[int, int], both: bool) -> None:
    app = Stage()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        fan = app.editor.query_one(ActionFan)
        assert app.editor.table.size.height >= 4
        assert bool(fan.size.height) == both
        if not both:
            await press(pilot, "f")
            assert fan.size.height >= 4


def test_a_nudge_stops_at_the_limits_of_the_car() -> None:
    assert nudged(Discrete((Action(29.5, 0.1),)), 0, 1, -0.1) == Discrete((Action(30, 0.1),))
    assert nudged(Continuous(Action(-30, 1), Action(30, 3.95)), 3, 1, 0.1).high == Action(30, 4)  # type: ignore[union-attr]
