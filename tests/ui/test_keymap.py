"""The user's keymap: read, checked for conflicts, used by keys, help and footer."""

from __future__ import annotations

from pathlib import Path

import pytest

from dots_tui.custom_files.defaults import create_defaults
from dots_tui.ui.commands import Command
from dots_tui.ui.keymap import Keymap, checked, read_keymap
from dots_tui.ui.panes.help import HelpScreen
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace

QUIT = Command("app.quit", "Quit", "", "q", "quit")
STOP = Command("stacks.stop", "Stop", "", "S", "stop")
SAVE = Command("files.save", "Save", "", "s,ctrl+s", "save")


def test_missing_file_is_an_empty_keymap(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "keymap.toml") == Keymap({})


def test_tables_and_dotted_names_are_read(tmp_path: Path) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text('"app.quit" = "Q"\n[stacks]\nstop = "X, ctrl+x"\n', encoding="utf-8")
    assert read_keymap(path) == Keymap({"app.quit": "Q", "stacks.stop": "X,ctrl+x"})


@pytest.mark.parametrize(
    ("text", "words"), [("[", "cannot be read"), ("[app]\nquit = 3\n", "app.quit needs a key in quotes")]
)
def test_unusable_file_is_reported(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "keymap.toml"
    path.write_text(text, encoding="utf-8")
    found = read_keymap(path)
    assert found.keys == {}
    assert words in found.problems[0]


def test_key_of_another_command_of_the_pane_or_the_app_is_refused() -> None:
    panes = {"Stacks": [STOP], "Files": [SAVE]}
    found = checked(Keymap({"stacks.stop": "q", "files.save": "f1", "stacks.none": "x"}), [QUIT], panes)
    assert found.keys == {"files.save": "f1"}
    assert "q for stacks.stop is the key of app.quit" in found.problems[0]
    assert "there is no command stacks.none" in found.problems[1]


def test_panes_may_share_a_key_and_commands_may_swap() -> None:
    panes = {"Stacks": [STOP], "Files": [SAVE]}
    keys = {"stacks.stop": "s", "app.quit": "Q"}
    assert checked(Keymap(keys), [QUIT], panes) == Keymap(keys)
    swapped = {"app.quit": "S", "stacks.stop": "q"}
    assert checked(Keymap(swapped), [QUIT], panes) == Keymap(swapped)


async def test_own_key_works_and_is_shown(tmp_path: Path) -> None:
    create_defaults(tmp_path)
    workspace = make_workspace(str(tmp_path))
    workspace.folders.config.mkdir(parents=True, exist_ok=True)
    (workspace.folders.config / "keymap.toml").write_text('[app]\nhelp = "f1"\nquit = "1"\n', encoding="utf-8")
    app = DotsApp(workspace)
    async with app.run_test(size=(100, 40)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert any("1 for app.quit is the key of app.pane-1" in one.message for one in app._notifications)
        await pilot.press("question_mark")
        assert not isinstance(app.screen, HelpScreen)
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        assert app.command_keys(next(one for one in app.ACTIONS if one.id == "app.help")) == "f1"
