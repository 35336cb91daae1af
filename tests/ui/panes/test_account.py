"""The account in the app: who it is, what is wrong with the login, another profile or region; read-only mode."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from dots_tui.app.account import budget_problem
from dots_tui.aws import read_only
from dots_tui.aws.session import Aws
from dots_tui.config.settings import Folders, SettingsFile
from dots_tui.custom_files.folder import CustomFiles
from dots_tui.demo.aws import Fault, LoopbackAws
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.start import make_workspace
from dots_tui.ui.widgets.dialogs import Choose, Prompt
from dots_tui.ui.widgets.top_bar import TopBar
from tests.ui.panes.stacks_steps import SIZE, Until, launch, listing, on_screen, plan, show


async def _open(pilot: Pilot[int], until: Until) -> None:
    app = pilot.app
    assert isinstance(app, DotsApp)
    await pilot.press("at")
    await until(pilot, lambda: isinstance(app.screen, Choose) and "Other regions" in on_screen(app))


async def _choose(pilot: Pilot[int], until: Until, value: str) -> None:
    """Choose *value* in the dialog in front and wait until it has gone."""
    dialog = pilot.app.screen
    assert isinstance(dialog, Choose)
    options = dialog._list._options
    options.cursor = [one for one, _ in options.shown].index(value)
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen is not dialog)


async def test_who_it_is_and_until_when(racing: DotsApp, cloud: LoopbackAws, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await _open(pilot, until)
        shown = on_screen(racing)
        assert "Account 123456789012 as moto" in shown
        assert "Credentials do not expire" in shown


async def test_another_region_is_chosen_and_remembered(racing: DotsApp, aws: Aws, base: str, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        assert [stack.name for stack in listing(pane).stacks] == ["base"]
        await _open(pilot, until)
        await _choose(pilot, until, "region")
        await until(pilot, lambda: isinstance(racing.screen, Choose) and "AWS region" in on_screen(racing))
        await _choose(pilot, until, "eu-west-1")
        await until(pilot, lambda: listing(pane).region == "eu-west-1")
        assert listing(pane).stacks == []
        await until(pilot, lambda: "eu-west-1" in racing.query_one(TopBar).status)
    assert SettingsFile.load(Folders.of_user()).settings.region == "eu-west-1"


async def test_another_profile_is_chosen_among_those_there_are(
    racing: DotsApp, cloud: LoopbackAws, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile race]\nregion = eu-west-1\naws_access_key_id = A\naws_secret_access_key = B\n", encoding="utf-8"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    async with racing.run_test(size=SIZE) as pilot:
        await _open(pilot, until)
        await _choose(pilot, until, "profile")
        await until(pilot, lambda: "AWS profile" in on_screen(racing))
        await _choose(pilot, until, "race")
        await until(pilot, lambda: racing.workspace.settings.profile == "race")
        assert racing.workspace.aws().profile == "race"


@pytest.mark.parametrize(
    ("fault", "short", "words"),
    [
        ("ExpiredToken", "AWS login expired", "Log in again"),
        ("InvalidClientTokenId", "AWS keys refused", "AWS does not accept your keys"),
        ("AccessDenied", "AWS permission missing", "Ask your administrator"),
        ("Throttling", "AWS busy", "Wait a minute"),
    ],
)
async def test_what_is_wrong_with_the_login_is_told_with_what_to_do(
    racing: DotsApp, cloud: LoopbackAws, until: Until, fault: str, short: str, words: str
) -> None:
    cloud.faults.append(Fault("sts", "GetCallerIdentity", fault, "no", 403, times=1000))
    async with racing.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: short in racing.query_one(TopBar).status)
        await _open(pilot, until)
        assert words in str(racing.screen.query_one("#body Static", Static).render())
        cloud.faults.clear()
        await _choose(pilot, until, "again")
        await until(pilot, lambda: "Account 123456789012" in on_screen(racing))


async def test_cloudshell_is_said(
    racing: DotsApp, cloud: LoopbackAws, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EXECUTION_ENV", "CloudShell")
    async with racing.run_test(size=SIZE) as pilot:
        await _open(pilot, until)
        assert "AWS CloudShell" in on_screen(racing)


@pytest.mark.parametrize(("text", "fine"), [("", True), ("2.50", True), ("0", False), ("nan", False), ("much", False)])
def test_a_budget_is_a_sum_of_money(text: str, fine: bool) -> None:
    assert (budget_problem(text) == "") is fine


# -- read-only ----------------------------------------------------------------------------------------


async def test_in_read_only_mode_nothing_can_be_changed_and_the_reason_is_said(
    cloud: LoopbackAws, aws: Aws, base: str, files: CustomFiles, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch(aws, files)
    monkeypatch.setenv(read_only.VARIABLE, "1")
    app = DotsApp(make_workspace(str(files.root)))
    async with app.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await until(pilot, lambda: "read-only" in app.query_one(TopBar).status)
        cloud.calls.clear()
        for key in ("S", "D", "b"):
            await pilot.press(key)
            await pilot.pause()
            assert len(app.screen_stack) == 1
        assert all(one.message == "dots-tui is in read-only mode" for one in app._notifications)
        assert len(app._notifications) == 3
        assert pane.shut("command('stacks.stop')")
        assert not pane.shut("command('stacks.watch')")
    assert [call for call in cloud.calls if not call[1].startswith(("Describe", "Get", "List", "Head"))] == []


async def test_the_setting_switches_it_on_as_well(files: CustomFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(read_only.VARIABLE, "")
    SettingsFile.load(Folders.of_user()).update(read_only=True)
    assert make_workspace(str(files.root)).read_only


async def test_a_budget_that_is_set_while_a_launch_is_prepared_is_said_on_the_board(
    racing: DotsApp, aws: Aws, base: str, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        pane = await plan(pilot, until)
        await _open(pilot, until)
        await _choose(pilot, until, "budget")
        await until(pilot, lambda: isinstance(racing.screen, Prompt))
        racing.screen.query_one(Input).value = "0.50"
        await pilot.press("enter")
        await until(pilot, lambda: "cost 0.95 USD, which is more than your" in on_screen(racing))
        assert pane.preparation.choices
