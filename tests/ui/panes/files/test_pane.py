"""The Files pane, driven by its keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from dots_tui.app.milestones import Milestone
from dots_tui.ui.panes.files.pane import FilesPane
from dots_tui.ui.panes.files.view import FileView
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.findings import FindingsList
from dots_tui.ui.widgets.form import EnvForm

SIZE = (110, 36)


def _pane(app: DotsApp) -> FilesPane:
    assert isinstance(app.pane, FilesPane)
    return app.pane


async def _ready(pilot: Pilot[int]) -> None:
    """Let what was pressed be drawn: dialogs open and close in a few turns of the loop."""
    await pilot.pause(0.1)
    await pilot.pause()


async def _give(pilot: Pilot[int], app: DotsApp, key: str, value: str) -> None:
    """Change a text or number row the way a user does."""
    assert app.query_one(EnvForm).show_key(key)
    await pilot.press("enter")
    await pilot.pause()
    app.screen.query_one(Input).value = value
    await pilot.press("enter")
    await pilot.pause()


async def test_every_known_key_is_a_row_and_the_files_are_listed(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        names = [
            app.query_one(OptionList).get_option_at_index(i).id for i in range(app.query_one(OptionList).option_count)
        ]
        assert names[:2] == ["run.env", "system.env"]
        assert "reward_function.py" in names
        assert app.query_one(EnvForm).show_key("DR_WORLD_NAME")
        assert app.query_one(EnvForm).show_key("DR_H2B_BOT_CAR_SPEED")
        assert app.query_one(FindingsList).line_count() == 0


async def test_a_changed_value_is_marked_saved_and_nothing_else_changes(app: DotsApp, folder: Path) -> None:
    before = (folder / "run.env").read_bytes()
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _give(pilot, app, "DR_CAR_NAME", "Quick")
        assert app.workspace.unsaved() == ["run.env"]
        assert (folder / "run.env").read_bytes() == before
        await pilot.press("s")
        await pilot.pause()
        assert app.workspace.unsaved() == []
        assert {Milestone.EDITED, Milestone.SAVED} <= app.workspace.milestones
    after = (folder / "run.env").read_bytes()
    assert b"DR_CAR_NAME=Quick\n" in after
    assert len(after.splitlines()) == len(before.splitlines())
    assert sum(a != b for a, b in zip(after.splitlines(), before.splitlines())) == 1


async def test_undo_takes_a_change_back(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _give(pilot, app, "DR_CAR_NAME", "Quick")
        await pilot.press("u")
        await pilot.pause()
        assert app.workspace.unsaved() == []


async def test_a_wrong_value_is_found_while_editing(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await pilot.press("t")
        await pilot.pause()
        editor = app.query_one(CodeEditor)
        editor.load_text(editor.text.replace("DR_WORLD_NAME=reInvent2019_track", "DR_WORLD_NAME=reInvent2019_trak"))
        await pilot.pause(0.4)
        findings = app.workspace.findings()
        assert any(finding.key == "DR_WORLD_NAME" and "reInvent2019_track" in finding.message for finding in findings)
        assert app.query_one(FindingsList).line_count() == len(findings) > 0


async def test_the_round_robin_rule_is_checked_across_files(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _give(pilot, app, "DR_TRAIN_ROUND_ROBIN_ADVANCE_DIST", "0.03")
        assert any(finding.code == "round-robin" for finding in app.workspace.findings())


async def test_text_and_form_show_one_document(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _give(pilot, app, "DR_CAR_NAME", "Quick")
        await pilot.press("t")
        await pilot.pause()
        assert app.query_one(FileView).shows_text
        assert "DR_CAR_NAME=Quick" in app.query_one(CodeEditor).text


async def test_leaving_with_unsaved_changes_asks(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _give(pilot, app, "DR_CAR_NAME", "Quick")
        await pilot.press("q")
        await pilot.pause()
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        await pilot.press("q")
        await _ready(pilot)
        await pilot.press("enter")
        await _ready(pilot)
    assert b"DR_CAR_NAME=Quick" in (folder / "run.env").read_bytes()


async def test_a_file_changed_by_another_program_is_read_again(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        path = folder / "run.env"
        path.write_bytes(path.read_bytes().replace(b"DR_CAR_NAME=", b"DR_CAR_NAME=Other"))
        await pilot.pause(1.3)
        assert b"DR_CAR_NAME=Other" in app.workspace.documents["run.env"].data


async def test_unsaved_changes_are_not_lost_to_another_program(app: DotsApp, folder: Path) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _give(pilot, app, "DR_CAR_NAME", "Mine")
        path = folder / "run.env"
        theirs = path.read_bytes() + b"# their note\n"
        path.write_bytes(theirs)
        await pilot.press("s")
        await pilot.pause()
        assert len(app.screen_stack) == 2  # it asks
        await pilot.press("escape")
        await pilot.pause()
        assert path.read_bytes() == theirs
        assert app.workspace.unsaved() == ["run.env"]


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 50)])
async def test_it_fits_every_terminal(app: DotsApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        await _ready(pilot)
        form = app.query_one(EnvForm)
        assert form.size.width > 20
        assert form.size.height >= 4
        for key in ("down", "pagedown", "end", "home", "t", "escape", "question_mark", "escape"):
            await pilot.press(key)
        await pilot.pause()


async def test_the_filter_narrows_the_rows(app: DotsApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await pilot.press("slash", *"color")
        await pilot.pause()
        asked = app.query_one("#file-filter")
        assert asked.region.bottom <= app.query_one(FileView).content_region.bottom  # it can be seen
        assert asked.region.height == 1
        assert app.query_one(EnvForm).show_key("DR_CAR_COLOR")
        assert not app.query_one(EnvForm).show_key("DR_WORLD_NAME")
        await pilot.press("escape")
        await pilot.pause()
        assert app.query_one(EnvForm).show_key("DR_WORLD_NAME")


async def test_an_empty_folder_offers_the_defaults(tmp_path: Path) -> None:
    app = DotsApp(make_workspace(str(tmp_path)))
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        assert "creates the defaults" in str(app.query_one("#file-message", Static).render())
        await pilot.press("c")
        await _ready(pilot)
        assert (tmp_path / "custom-files" / "run.env").is_file()
        assert app.query_one(EnvForm).show_key("DR_WORLD_NAME")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("run.env", b"\x00\x01\x02" * 100, "text"),
        ("run.env", b"DR_X=1\n" * 300_000, "large"),
        ("run.env", None, "folder"),
    ],
    ids=["binary", "huge", "a folder"],
)
async def test_a_file_that_cannot_be_read_is_told(folder: Path, name: str, content: bytes | None, said: str) -> None:
    (folder / name).unlink()
    if content is None:
        (folder / name).mkdir()
    else:
        (folder / name).write_bytes(content)
    app = DotsApp(make_workspace(str(folder)))
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        assert any(finding.file == name and finding.severity == "error" for finding in app.workspace.findings())
        assert said in app.workspace.unreadable[name]


@pytest.mark.parametrize(
    "content",
    [
        b"DR_WORLD_NAME=Oval_track\r\nDR_RUN_ID=0\r\n",
        b"\xef\xbb\xbfDR_WORLD_NAME=Oval_track\n",
        b"DR_WORLD_NAME=Oval_track",
    ],
)
async def test_line_ends_marks_and_a_missing_newline_survive_an_edit(folder: Path, content: bytes) -> None:
    (folder / "run.env").write_bytes(content)
    app = DotsApp(make_workspace(str(folder)))
    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _give(pilot, app, "DR_CAR_NAME", "Quick")
        await pilot.press("u", "s")
        await pilot.pause()
    assert (folder / "run.env").read_bytes() == content


async def test_a_folder_that_cannot_be_written_keeps_the_changes(
    app: DotsApp, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    async with app.run_test(size=SIZE) as pilot:
        await _ready(pilot)
        await _give(pilot, app, "DR_CAR_NAME", "Quick")
        monkeypatch.setattr(Path, "replace", full)
        await pilot.press("s")
        await pilot.pause()
        assert app.workspace.unsaved() == ["run.env"]
        assert any("No space left" in notification.message for notification in app._notifications)
