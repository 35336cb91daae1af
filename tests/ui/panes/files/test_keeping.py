"""The Files pane loses nothing: drafts, earlier versions, and files that another program changes meanwhile."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from dots_tui.config.settings import Folders
from dots_tui.custom_files.diff import DiffLine
from dots_tui.custom_files.drafts import Draft, Drafts
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.ui.panes.diff_screen import DiffScreen, DiffView, _parts
from dots_tui.ui.panes.files.file_list import FileList
from dots_tui.ui.panes.files.pane import FilesPane
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.dialogs import Choose
from dots_tui.ui.widgets.form import EnvForm
from dots_tui.ui.widgets.form_messages import ValueGiven

SIZE = (110, 36)


def _pane(app: DotsApp) -> FilesPane:
    assert isinstance(app.pane, FilesPane)
    return app.pane


def _again(folder: Path) -> DotsApp:
    """The app as it is started once more on ``folder``."""
    workspace = make_workspace(str(folder))
    workspace.before_aws = _no_cloud
    return DotsApp(workspace)


def _no_cloud() -> int:
    raise RuntimeError("no cloud in this test")


def _drafts() -> Drafts:
    return Drafts(Folders.of_user().state / "drafts")


def _set(app: DotsApp, key: str, value: str) -> bytes:
    """Change a key as the form does; the new content."""
    app.query_one(EnvForm).post_message(ValueGiven(app.query_one(EnvForm), key, value))
    return EnvFile.parse(app.workspace.documents["run.env"].data).set(key, value).data


def _their_change(folder: Path, key: str, value: str) -> bytes:
    path = folder / "run.env"
    path.write_bytes(EnvFile.parse(path.read_bytes()).set(key, value).data)
    return path.read_bytes()


@contextmanager
def _no_room_on_disk() -> Iterator[None]:
    """No file of this process may grow over a few bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


def _said(app: DotsApp) -> str:
    return "\n".join(notification.message for notification in app._notifications)


async def _settle(pilot: Pilot[int]) -> None:
    await pilot.pause(0.05)
    await pilot.pause()


async def test_unsaved_changes_come_back_after_a_killed_terminal(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        mine = _set(app, "DR_CAR_NAME", "Quick")
        await _settle(pilot)
        app.query_one(FileList).keep_drafts()
    again = _again(folder)
    async with again.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        assert again.workspace.documents["run.env"].data == mine
        assert again.workspace.unsaved() == ["run.env"]
        assert "restored unsaved changes of run.env from" in _said(again)
        await pilot.press("s")
        await _settle(pilot)
    assert (folder / "run.env").read_bytes() == mine
    assert _drafts().find(folder, "run.env") is None


async def test_a_hung_up_terminal_loses_nothing_and_a_discard_leaves_nothing(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        mine = _set(app, "DR_CAR_NAME", "Quick")
        await _settle(pilot)
        app.exit(0)  # what a hang-up does
    draft = _drafts().find(folder, "run.env")
    assert draft is not None
    assert draft.data == mine
    again = _again(folder)
    async with again.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        await pilot.press("q")
        await _settle(pilot)
        await pilot.press("down", "enter")
        await _settle(pilot)
    assert _drafts().find(folder, "run.env") is None
    assert b"Quick" not in (folder / "run.env").read_bytes()


@pytest.mark.parametrize(
    ("keys", "whose"), [(("enter",), "both"), (("down", "enter"), "theirs"), (("escape",), "kept")]
)
async def test_a_draft_of_a_file_changed_since_is_asked_about(
    app: DotsApp, folder: Path, keys: tuple[str, ...], whose: str
) -> None:
    base = (folder / "run.env").read_bytes()
    mine = EnvFile.parse(base).set("DR_CAR_NAME", "Mine").data
    _drafts().keep(folder, Draft("run.env", base, mine, 0.0))
    theirs = _their_change(folder, "DR_WORKERS", "3")
    again = _again(folder)
    async with again.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        assert isinstance(again.screen, Choose)
        await pilot.press(*keys)
        await _settle(pilot)
        env = EnvFile.parse(again.workspace.documents["run.env"].data)
        assert env.get("DR_WORKERS") == "3"
        assert (env.get("DR_CAR_NAME") == "Mine") == (whose == "both")
        if whose == "kept":
            await pilot.press("H")
            await _settle(pilot)
            await pilot.press("enter")
            await _settle(pilot)
            assert isinstance(again.screen, DiffScreen)
            await pilot.press("enter")
            await _settle(pilot)
            assert again.workspace.documents["run.env"].data == mine
            await pilot.press("u")
            await _settle(pilot)
            assert again.workspace.documents["run.env"].data == theirs


async def test_opening_a_folder_anew_gives_its_unsaved_changes_up(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        _set(app, "DR_CAR_NAME", "Quick")
        await _settle(pilot)
        app.query_one(FileList).keep_drafts()
        assert _drafts().find(folder, "run.env") is not None
        app.workspace.open_folder(folder)  # after "open and lose them"
        app.query_one(FileList).folder_opened()
        await _settle(pilot)
        assert app.workspace.unsaved() == []
        assert _drafts().find(folder, "run.env") is None


async def test_the_diff_shows_what_saving_would_change(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        await pilot.press("d")
        await _settle(pilot)
        assert "no unsaved changes" in _said(app)
        _set(app, "DR_CAR_NAME", "Quick")
        await _settle(pilot)
        await pilot.press("d")
        await _settle(pilot)
        view = app.screen.query_one(DiffView)
        shown = [view.line_text(index, 80).plain for index in range(view.line_count())]
        assert "+ DR_CAR_NAME=Quick" in shown
        assert any(line.startswith("- DR_CAR_NAME=") for line in shown)
        await pilot.press("enter", "escape")
        await _settle(pilot)
        assert len(app.screen_stack) == 1


async def test_a_saved_version_can_be_brought_back(app: DotsApp, folder: Path) -> None:
    first = (folder / "run.env").read_bytes()
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        await pilot.press("H")
        await _settle(pilot)
        assert "no earlier version" in _said(app)
        second = _set(app, "DR_CAR_NAME", "Quick")
        await _settle(pilot)
        await pilot.press("s", "H")
        await _settle(pilot)
        await pilot.press("enter")
        await _settle(pilot)
        await pilot.press("enter")
        await _settle(pilot)
        assert app.workspace.documents["run.env"].data == first
        assert app.workspace.unsaved() == ["run.env"]
    assert (folder / "run.env").read_bytes() == second


@pytest.mark.parametrize(
    ("keys", "whose"), [(("enter",), "both"), (("down", "enter"), "theirs"), (("down", "down", "enter"), "mine")]
)
async def test_a_change_under_unsaved_changes_is_asked_about_at_once(
    app: DotsApp, folder: Path, keys: tuple[str, ...], whose: str
) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        mine = _set(app, "DR_CAR_NAME", "Mine")
        await _settle(pilot)
        theirs = _their_change(folder, "DR_WORKERS", "3")
        app.query_one(FileList).look_at_disk()
        app.query_one(FileList).look_at_disk()  # asks once
        await _settle(pilot)
        assert len(app.screen_stack) == 2
        await pilot.press(*keys)
        await _settle(pilot)
        assert len(app.screen_stack) == 1
        both = EnvFile.parse(theirs).set("DR_CAR_NAME", "Mine").data
        assert app.workspace.documents["run.env"].data == {"both": both, "theirs": theirs, "mine": mine}[whose]
        assert (folder / "run.env").read_bytes() == theirs
        await pilot.press("s")
        await _settle(pilot)
        assert (folder / "run.env").read_bytes() == {"both": both, "theirs": theirs, "mine": mine}[whose]


async def test_keys_both_changed_are_asked_one_by_one(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        _set(app, "DR_CAR_NAME", "Mine")
        await _settle(pilot)
        _set(app, "DR_WORKERS", "2")
        await _settle(pilot)
        _their_change(folder, "DR_CAR_NAME", "Theirs")
        _their_change(folder, "DR_WORKERS", "3")
        app.query_one(FileList).look_at_disk()
        await _settle(pilot)
        await pilot.press("enter")
        await _settle(pilot)
        first = app.screen
        assert isinstance(first, Choose)
        await pilot.press("enter")
        await _settle(pilot)
        assert isinstance(app.screen, Choose)
        assert app.screen is not first
        await pilot.press("down", "enter")
        await _settle(pilot)
        env = EnvFile.parse(app.workspace.documents["run.env"].data)
        assert {env.get("DR_CAR_NAME"), env.get("DR_WORKERS")} in ({"Mine", "3"}, {"Theirs", "2"})


async def test_saving_over_another_change_asks_and_keeps_theirs_as_a_version(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        mine = _set(app, "DR_CAR_NAME", "Mine")
        await _settle(pilot)
        theirs = _their_change(folder, "DR_CAR_NAME", "Theirs")
        await pilot.press("s")
        await _settle(pilot)
        assert len(app.screen_stack) == 2
        await pilot.press("down", "down", "enter")  # merge, theirs, mine
        await _settle(pilot)
        assert app.workspace.unsaved() == []
    assert (folder / "run.env").read_bytes() == mine
    kept = [path.read_bytes() for path in (Folders.of_user().state / "history").rglob("*.version")]
    assert kept == [theirs]


async def test_a_full_disk_is_told_and_costs_nothing(app: DotsApp, folder: Path) -> None:
    before = (folder / "run.env").read_bytes()
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        mine = _set(app, "DR_CAR_NAME", "Mine")
        await _settle(pilot)
        with _no_room_on_disk():
            await pilot.press("s")
            await _settle(pilot)
        assert "run.env was not saved: File too large" in _said(app)
        assert (folder / "run.env").read_bytes() == before
        assert app.workspace.documents["run.env"].data == mine
        assert app.workspace.unsaved() == ["run.env"]
        await pilot.press("s")
        await _settle(pilot)
        assert app.workspace.unsaved() == []
    assert (folder / "run.env").read_bytes() == mine
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


async def test_a_folder_that_vanishes_costs_nothing_that_was_typed(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        mine = _set(app, "DR_CAR_NAME", "Mine")
        await _settle(pilot)
        away = folder.rename(folder.with_name("away"))
        app.query_one(FileList).look_at_disk()
        await _settle(pilot)
        assert app.workspace.documents["run.env"].data == mine
        assert app.workspace.unsaved() == ["run.env"]
        away.rename(folder)
        await pilot.press("escape", "s")
        await _settle(pilot)
    assert (folder / "run.env").read_bytes() == mine


async def test_a_file_removed_by_another_program_is_told_once(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        (folder / "run.env").unlink()
        for _ in range(3):
            app.query_one(FileList).look_at_disk()
        await _settle(pilot)
        assert sum("does not exist" in notification.message for notification in app._notifications) == 1


async def test_the_reward_editor_takes_theirs_over(app: DotsApp, folder: Path) -> None:
    theirs = "def reward_function(params):\n    return 2.0\n"
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("2")
        await _settle(pilot)
        await pilot.press("enter")
        await _settle(pilot)
        await pilot.press("#")
        await _settle(pilot)
        (folder / "reward_function.py").write_text(theirs)
        await pilot.press("ctrl+s")
        await _settle(pilot)
        assert isinstance(app.screen, Choose)
        await pilot.press("enter")
        await _settle(pilot)
        assert app.query_one("#reward-editor", CodeEditor).text == theirs
        await pilot.press("#")  # the keys go to the text, as before the question
        await _settle(pilot)
        text = app.workspace.documents["reward_function.py"].text
        assert text != theirs
        assert text.replace("#", "") == theirs.replace("#", "")


def test_long_lines_of_a_diff_are_shown_whole() -> None:
    lines = _parts(DiffLine("+", "abcdefgh" * 2), 8)
    assert lines == ["+ abcdefgh", "  abcdefgh"]
    assert _parts(DiffLine("-", ""), 8) == ["- "]
