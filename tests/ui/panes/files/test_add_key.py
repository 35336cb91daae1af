"""Keys are added from a list of those the readers know, or by a name of one's own."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from dots_tui.ui.panes.files.add_key import AddKey, Names, offered
from dots_tui.ui.panes.files.form import content
from dots_tui.ui.panes.files.form_view import FormView
from dots_tui.ui.panes.files.pane import FilesPane
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.form import EnvForm
from dots_tui.ui.widgets.form_popups import TypeValue

SIZE = (118, 36)


async def _settle(pilot: Pilot[int]) -> None:
    await pilot.pause(0.05)
    await pilot.pause()


async def _add(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press("A")
    await _settle(pilot)
    for key in keys:
        await pilot.press(key)
    await _settle(pilot)


def names(file: str, data: bytes) -> Names:
    return Names(file, {row.name: row for row in content(file, data, (), {}).rows})


@pytest.mark.parametrize(
    ("file", "text", "hint", "taken"),
    [
        ("run.env", "MY_OWN", "Nothing that dots-tui knows of reads MY_OWN.", True),
        ("run.env", "DR_CARNAME", "did you mean DR_CAR_NAME?", True),
        ("run.env", "DR_SAGEMAKER_IMAGE", "Use DR_SIMAPP_SOURCE and DR_SIMAPP_VERSION.", True),
        ("run.env", "DR_DIR", "DRFC sets DR_DIR itself", True),
        ("run.env", "DR_WORKERS", "usually belongs in system.env", True),
        ("run.env", "DR_CAR", "", True),
        ("run.env", "colour", "", False),
        ("run.env", "my-own", "upper-case letters", False),
        ("run.env", "MY=1", "upper-case letters", False),
        ("run.env", "DR_RUN_ID", "", True),
        ("worker-2.env", "DR_CAR_NAME", "A worker cannot have its own DR_CAR_NAME", True),
        ("hyperparameters.json", "batchsize", "did you mean batch_size?", True),
        ("hyperparameters.json", "batch size", "letters, digits and _", False),
    ],
)
def test_a_name_that_is_typed_is_judged(file: str, text: str, hint: str, taken: bool) -> None:
    own = names(file, b"{}" if file.endswith(".json") else b"DR_RUN_ID=0\n").judge(text)
    assert own.taken is taken
    assert hint in own.hint
    assert bool(hint) == bool(own.hint)


def test_only_what_is_not_there_and_does_something_is_offered() -> None:
    rows = {row.name: row for row in content("run.env", b"DR_CAR_NAME=a\n#DR_CAR_COLOR=Red\n", (), {}).rows}
    found = [key.name for key in offered("run.env", rows)]
    assert "DR_WORLD_NAME" in found
    assert not {"DR_CAR_NAME", "DR_CAR_COLOR", "DR_WORKERS", "DR_EVAL_COLLISION_PENALTY"} & set(found)


async def test_a_key_of_the_catalogue_is_added_where_it_belongs(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        document = app.workspace.documents["run.env"]
        without = document.data.replace(b"DR_RACE_TYPE=TIME_TRIAL\n", b"")
        document.edit(without, step=True)
        pane = app.pane
        assert isinstance(pane, FilesPane)
        pane.refresh_all()
        await _add(pilot, *"boxes", "enter")  # a word of its help
        assert b"DR_WORLD_NAME=reInvent2019_track\nDR_RACE_TYPE=TIME_TRIAL\n" in document.data
        form = app.query_one(EnvForm)
        assert form.key == "DR_RACE_TYPE"
        assert form.has_focus
        await pilot.press("u")
        await _settle(pilot)
        assert document.data == without


async def test_a_name_of_ones_own_is_added_and_found_again(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        document = app.workspace.documents["run.env"]
        before = document.data
        await _add(pilot, *"my-own", "enter")
        assert isinstance(app.screen, AddKey)
        assert "upper-case" in str(app.screen.query_one("#own-hint", Static).content)
        await pilot.press(*["backspace"] * 6, *"MY_OWN", "enter")
        await _settle(pilot)
        assert document.data == before + b"MY_OWN=\n"
        assert app.query_one(EnvForm).key == "MY_OWN"
        await pilot.press("home")
        await _add(pilot, *"MY_OWN", "enter")
        assert document.data == before + b"MY_OWN=\n"
        assert app.query_one(EnvForm).key == "MY_OWN"


async def test_what_has_no_usual_value_is_asked_for(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        document = app.workspace.documents["run.env"]
        before = document.data
        await _add(pilot, *"DR_TRAIN_RTF", "enter")
        assert isinstance(app.screen, TypeValue)
        assert document.data == before
        await pilot.press(*"0.5", "enter")
        await _settle(pilot)
        assert b"\nDR_TRAIN_RTF=0.5\n" in document.data


async def test_a_worker_gets_the_value_it_had_anyway(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        files = app.workspace.files
        assert files is not None
        files.write("worker-2.env", b"DR_CAR_COLOR=Red\n")
        app.workspace.reload_names()
        pane = app.pane
        assert isinstance(pane, FilesPane)
        pane.show_file("worker-2.env")
        pane.view.focus_body()
        await _settle(pilot)
        await _add(pilot, *"DR_WORLD", "enter")
        assert app.workspace.documents["worker-2.env"].data == b"DR_CAR_COLOR=Red\nDR_WORLD_NAME=reInvent2019_track\n"


async def test_keys_typed_right_after_the_command_name_the_key(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        app.query_one(FormView).action_add_key()
        assert isinstance(app.screen, AddKey)  # at once: what follows belongs to the dialog
