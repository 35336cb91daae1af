"""The app: panes, palette, help, themes, status."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.command import CommandPalette

from dots_tui.config.settings import Folders, SettingsFile
from dots_tui.custom_files.defaults import create_defaults
from dots_tui.ui.panes.help import HelpScreen
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.splash import PANES
from dots_tui.ui.start import make_workspace
from dots_tui.ui.widgets.top_bar import TopBar


def _no_cloud() -> int:
    raise RuntimeError("no cloud in this test")


@pytest.fixture
def app(tmp_path: Path) -> DotsApp:
    create_defaults(tmp_path / "custom-files")
    workspace = make_workspace(str(tmp_path / "custom-files"))
    workspace.before_aws = _no_cloud
    return DotsApp(workspace)


async def test_number_keys_go_to_the_panes(app: DotsApp) -> None:
    async with app.run_test() as pilot:
        for index, name in enumerate(PANES):
            await pilot.press("escape", str(index + 1))
            await pilot.pause()
            assert app.current_pane == index
            assert name == app.pane.TITLE
            assert app.query_one(TopBar).current == index
            assert [pane for pane in app.query("#panes > *") if pane.display] == [app.pane]


async def test_a_click_on_a_tab_goes_there(app: DotsApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        line = app.query_one(TopBar).render().plain
        await pilot.click(TopBar, offset=(line.index("3 Stacks"), 0))
        await pilot.pause()
        assert app.current_pane == 2


async def test_the_palette_has_every_command_of_the_pane_and_the_app(app: DotsApp) -> None:
    async with app.run_test() as pilot:
        await pilot.pause()
        titles = [command.title for command in app.get_system_commands(app.screen)]
        for command in app.pane.ACTIONS:
            assert f"Files: {command.title}" in titles
        assert "Theme" in titles
        await pilot.press("colon")
        await pilot.pause()
        assert isinstance(app.screen, CommandPalette)


async def test_the_help_names_the_pane_and_its_keys(app: DotsApp) -> None:
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1


async def test_a_chosen_theme_is_remembered(app: DotsApp) -> None:
    async with app.run_test() as pilot:
        await pilot.pause()
        app.theme = "paddock"
        await pilot.pause()
    assert SettingsFile.load(Folders.of_user()).settings.theme == "paddock"
    again = DotsApp(make_workspace(str(app.workspace.start)))
    assert again.theme == "paddock"


async def test_a_broken_user_theme_is_told_and_the_app_starts(app: DotsApp) -> None:
    folder = Folders.of_user().config / "themes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("[colors")
    again = DotsApp(make_workspace(str(app.workspace.start)))
    async with again.run_test() as pilot:
        await pilot.pause()
        assert any("mine.toml" in notification.message for notification in again._notifications)


@pytest.mark.parametrize("theme", ["night-race", "paddock", "carbon", "sixteen"])
async def test_every_theme_draws_every_pane(app: DotsApp, theme: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        for number in "12345":
            await pilot.press("escape", number)
            await pilot.pause()
        assert app.theme == theme


async def test_an_unavailable_command_says_why(app: DotsApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("4")
        await pilot.pause()
        await pilot.press("S")
        await pilot.pause()
        assert any("no training is watched" in notification.message for notification in app._notifications)


async def test_without_a_cloud_the_status_says_so(app: DotsApp) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause(0.3)
        assert app.query_one(TopBar).status == ("no AWS account",)


async def test_all_works_without_colour(app: DotsApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    plain = DotsApp(app.workspace)
    async with plain.run_test(size=(80, 24)) as pilot:
        for number in "12345":
            await pilot.press("escape", number)
        await pilot.pause()
        assert plain.current_pane == 4
