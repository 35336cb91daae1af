"""F, P, L and C in the Files pane: what they change, what they tell, and that undo takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

from textual.pilot import Pilot

from dots_tui.custom_files.defaults import create_defaults
from dots_tui.ui.panes.diff_screen import DiffScreen
from dots_tui.ui.panes.files.pane import FilesPane
from dots_tui.ui.panes.files.track_picker import TrackPicker
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.dialogs import Choose, Confirm
from dots_tui.ui.widgets.findings import FindingsList
from dots_tui.ui.widgets.form import EnvForm

SIZE = (118, 36)
Until = Callable[..., Any]


def _append(folder: Path, name: str, text: str) -> bytes:
    with (folder / name).open("a") as file:
        file.write(text)
    return (folder / name).read_bytes()


def _change(folder: Path, name: str, old: str, new: str) -> bytes:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))
    return (folder / name).read_bytes()


def _pane(app: DotsApp) -> FilesPane:
    assert isinstance(app.pane, FilesPane)
    return app.pane


def _text(app: DotsApp, name: str = "run.env") -> str:
    return app.workspace.documents[name].data.decode()


def _told(app: DotsApp) -> str:
    return "\n".join(f"{one.title}: {one.message}" for one in app._notifications)


async def _ready(pilot: Pilot[int]) -> None:
    await pilot.pause(0.15)
    await pilot.pause()


async def _press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause(0.1)
    await pilot.pause()


async def test_f_in_the_form_fixes_the_finding_of_the_key_and_undo_takes_it_back(app: DotsApp, folder: Path) -> None:
    before = _append(folder, "run.env", "DR_EVAL_RTF='1.0'\nMY_OWN='2'\n").decode()
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        assert app.query_one(EnvForm).show_key("MY_OWN")
        await _press(pilot, "F")
        assert _text(app) == before.replace("MY_OWN='2'", "MY_OWN=2")
        assert app.query_one(EnvForm).key == "MY_OWN"
        assert "+ MY_OWN=2" in _told(app)
        await _press(pilot, "u")
        assert _text(app) == before


async def test_f_in_the_list_fixes_the_highlighted_finding_and_stays_there(app: DotsApp, folder: Path) -> None:
    _append(folder, "run.env", "MY_OWN='2'\nMY_OTHER='3'\n")
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        listing = app.query_one(FindingsList)
        listing.focus()
        await _press(pilot, "end", "F")
        assert _text(app).endswith("MY_OWN='2'\nMY_OTHER=3\n")
        assert app.focused is listing
        await _press(pilot, "F")
        assert _text(app).endswith("MY_OWN=2\nMY_OTHER=3\n")
        assert listing.line_count() == 0


async def test_a_finding_of_another_file_brings_that_file_to_the_front_so_that_undo_is_about_it(
    app: DotsApp, folder: Path
) -> None:
    before = _append(folder, "system.env", "MY_OWN='2'\n").decode()
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        app.query_one(FindingsList).focus()
        await _press(pilot, "F")
        assert _pane(app).view.file_name == "system.env"
        assert _text(app, "system.env") != before
        await _press(pilot, "u")
        assert _text(app, "system.env") == before


async def test_in_the_text_a_function_key_fixes_the_line_of_the_cursor(app: DotsApp, folder: Path) -> None:
    _append(folder, "run.env", "MY_OWN='2' # two\nMY_OTHER='3'\n")
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _press(pilot, "t")
        editor = _pane(app).view.text.editor
        editor.go_to(_text(app).count("\n"))
        await _press(pilot, "f4")
        assert _text(app).endswith("MY_OWN='2' # two\nMY_OTHER=3\n")


async def test_what_has_no_safe_way_is_told_with_what_to_do(app: DotsApp, folder: Path) -> None:
    before = _append(folder, "run.env", "MY_OWN='a b'\n").decode()
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        assert app.query_one(EnvForm).show_key("MY_OWN")
        await _press(pilot, "F")
        assert _text(app) == before
        assert "No safe fix: run.env:" in _told(app)
        assert "Use _ or - in place of the space." in _told(app)
        assert app.query_one(EnvForm).show_key("DR_CAR_NAME")
        await _press(pilot, "F")
        assert "No finding is here" in _told(app)


async def test_the_list_says_what_f_does_and_nothing_else(app: DotsApp, folder: Path) -> None:
    _append(folder, "run.env", "MY_OWN='2'\nMY_SPACE='a b'\n")
    _change(folder, "system.env", "DR_WORKERS=", "DR_WORKERS=5\n#DR_WORKERS=")
    (folder / "reward_function.py").unlink()
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        listing = app.query_one(FindingsList)
        hints = dict(zip((one.code for one in listing._findings), listing._hints))
        assert hints["needless-quotes"] == "F fix"
        assert hints["round-robin"] == "F solve"
        assert hints["missing-file"] == "F create"
        assert hints["quoted-space"] == ""


async def test_uneven_starts_open_the_solver_and_an_unknown_track_the_list_of_tracks(
    app: DotsApp, folder: Path
) -> None:
    _change(folder, "run.env", "DR_WORLD_NAME=", "DR_WORLD_NAME=nowhere_at_all\n#DR_WORLD_NAME=")
    _change(folder, "system.env", "DR_WORKERS=", "DR_WORKERS=5\n#DR_WORKERS=")
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        assert app.query_one(EnvForm).show_key("DR_WORLD_NAME")
        await _press(pilot, "F")
        assert isinstance(app.screen, TrackPicker)
        await _press(pilot, "escape")
        assert app.query_one(EnvForm).show_key("DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST")
        await _press(pilot, "F")
        assert isinstance(app.screen, Choose)


async def test_a_missing_key_gets_the_value_the_finding_names(app: DotsApp, folder: Path) -> None:
    text = (folder / "system.env").read_text()
    line = next(line for line in text.splitlines() if line.startswith("DR_SIMAPP_SOURCE="))
    _change(folder, "system.env", f"{line}\n", "")
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        app.query_one(FindingsList).focus()
        await _press(pilot, "F")
        assert line in _text(app, "system.env").splitlines()
        assert app.query_one(FindingsList).line_count() == 0


async def test_a_missing_file_is_written_after_asking(app: DotsApp, folder: Path, tmp_path: Path) -> None:
    (folder / "reward_function.py").unlink()
    create_defaults(tmp_path / "other")
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _press(pilot, "e")
        assert app.pane is _pane(app)  # there is nothing to go to
        await _press(pilot, "F")
        assert isinstance(app.screen, Confirm)
        await _press(pilot, "n")
        assert not (folder / "reward_function.py").exists()
        await _press(pilot, "F", "y")
        assert (folder / "reward_function.py").read_bytes() == (tmp_path / "other/reward_function.py").read_bytes()
        assert app.query_one(FindingsList).line_count() == 0


async def test_fix_all_shows_what_changes_first_and_undo_takes_it_back(
    app: DotsApp, folder: Path, until: Until
) -> None:
    before = _append(folder, "run.env", "MY_OWN='2'\nMY_SPACE='a b'\n").decode()
    other = _append(folder, "system.env", "MY_THIRD=3 # three\n").decode()
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _press(pilot, "P")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        assert "fix 2 findings in 2 files" in str(app.screen.query_one("#diff-box").border_title)
        await _press(pilot, "escape")
        assert app.workspace.unsaved() == []
        await _press(pilot, "P")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))
        await _press(pilot, "enter")
        assert _text(app) == before.replace("MY_OWN='2'", "MY_OWN=2")
        assert _text(app, "system.env") == other.replace("MY_THIRD=3 # three", "# three\nMY_THIRD=3")
        await _press(pilot, "u")
        assert app.workspace.unsaved() == ["system.env"]
        await _press(pilot, "P")
        await until(pilot, lambda: isinstance(app.screen, DiffScreen))


async def test_fix_all_where_nothing_can_be_fixed_says_so(app: DotsApp, until: Until) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _press(pilot, "P")
        await until(pilot, lambda: "No finding can be fixed" in _told(app))


async def test_one_key_makes_the_line_canonical_and_one_the_file(app: DotsApp, folder: Path) -> None:
    before = _append(folder, "run.env", "#MY_OWN=1\nMY_OWN='2' # two\n  MY_THIRD=3\nMY_SPACE='a b'\n").decode()
    app.workspace.open_folder(folder)
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        assert app.query_one(EnvForm).show_key("MY_OWN")
        await _press(pilot, "L")
        assert _text(app).endswith("#MY_OWN=1\n# two\nMY_OWN=2\n  MY_THIRD=3\nMY_SPACE='a b'\n")
        assert app.query_one(EnvForm).key == "MY_OWN"
        await _press(pilot, "C")
        assert _text(app).endswith("# two\nMY_OWN=2\nMY_THIRD=3\nMY_SPACE='a b'\n")
        assert "the value has a space in it" in _told(app)
        await _press(pilot, "u", "u")
        assert _text(app) == before
        assert app.query_one(EnvForm).show_key("DR_CAR_NAME")
        await _press(pilot, "L")
        assert "All readers already agree on this notation" in _told(app)
