"""The log of the Training pane: filters that are said and taken back, times, copies and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from dots_tui.app.runs.saved_log import wrong_name
from dots_tui.ui.widgets.log_columns import AGE, CLOCK, NO_TIMES
from dots_tui.ui.widgets.log_view import LogView
from tests.ui.panes.training_steps import SIZE, drive, show, spool

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from dots_tui.ui.panes.base import Pane
    from dots_tui.ui.shell import DotsApp
    from tests.ui.panes.run_feed import RunFeed
    from tests.ui.panes.stacks_steps import Until


def shown(pane: Pane) -> list[str]:
    """All lines that the filters let through, as they were printed."""
    rows = pane.query_one(LogView).rows
    assert rows is not None
    return [line.text for line in rows.page(0, len(rows)).values()]


def title(pane: Pane) -> str:
    return str(pane.query_one(LogView).border_title)


def told(app: DotsApp, words: str) -> bool:
    return any(words in one.message for one in app._notifications)


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_a_filter_works_while_it_is_typed_and_escape_takes_it_back(
    racing: DotsApp, feed: RunFeed, until: Until
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        everything = spool(pane)
        wanted = [line for line in everything if "Saving in path" in line]
        await press(pilot, "F", *"saving in")
        await until(pilot, lambda: shown(pane) == wanted)
        await press(pilot, "enter")
        assert not pane.query_one("#training-search", Input).display
        await until(pilot, lambda: "only “saving in”" in title(pane))
        await press(pilot, "I")
        await until(pilot, lambda: len(shown(pane)) == len(everything) - len(wanted))
        assert "without “saving in”" in title(pane)
        feed.say(0, "saving in a bank", "spending")
        await until(pilot, lambda: shown(pane)[-1] == "spending")
        assert "saving in a bank" not in shown(pane)
        await press(pilot, "F")
        assert pane.query_one("#training-search", Input).value == "!saving in"
        await press(pilot, "escape")
        await until(pilot, lambda: len(shown(pane)) == len(everything) + 2)
        assert "saving" not in title(pane)


async def test_levels_and_noise_are_counted_and_one_key_shows_all(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        noise = "'LOCAL' is not a valid DeepRacerJobType"
        feed.say(0, noise, "WARNING: slow", "ZeroDivisionError: division by zero")
        await until(pilot, lambda: len(spool(pane)) == feed.lines)
        await press(pilot, "h")
        await until(pilot, lambda: noise not in shown(pane))
        await until(pilot, lambda: "1 line of harmless noise hidden" in title(pane))
        await press(pilot, "l")
        assert "records only" in title(pane)
        assert all("WARNING" not in line for line in shown(pane))
        await press(pilot, "l")
        assert shown(pane)[-2:] == ["WARNING: slow", "ZeroDivisionError: division by zero"]
        await press(pilot, "l")
        assert "errors only" in title(pane)
        assert shown(pane) == ["ZeroDivisionError: division by zero"]
        await press(pilot, "slash", *"zero", "enter", "w")
        await press(pilot, "escape")
        await until(pilot, lambda: len(shown(pane)) == feed.lines)
        assert title(pane).startswith("log ─ all containers")
        assert "only" not in title(pane)
        assert "/" not in title(pane)


async def test_errors_pass_over_noise(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        feed.say(1, "NameError: name 'x' is not defined", "Re-try count: 1/5: An error occurred (404)", "end")
        await until(pilot, lambda: "end" in shown(pane))
        await press(pilot, "E")
        log = pane.query_one(LogView)
        await until(pilot, lambda: log.lines.mark is not None)
        assert "NameError" in spool(pane)[log.lines.mark or 0]


async def test_bookmarks_wrap_and_times(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        log = pane.query_one(LogView)
        await press(pilot, "b")
        await until(pilot, lambda: told(racing, "There is no bookmark yet"))
        await press(pilot, "m")
        await until(pilot, lambda: "1 bookmark" in title(pane))
        assert log.columns.times == CLOCK
        await press(pilot, "T")
        assert log.columns.times == AGE
        await press(pilot, "T")
        assert log.columns.times == NO_TIMES
        await press(pilot, "W")
        assert log.lines.wrap


async def test_a_copy_is_kept_in_a_file(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        await press(pilot, "y")
        path = racing.workspace.folders.state / "log-copy.txt"
        await until(pilot, lambda: told(racing, str(path)))
        assert path.read_text() == pane.query_one(LogView).copy_text() + "\n"


async def test_the_log_is_saved_under_a_name_that_is_free(
    racing: DotsApp, feed: RunFeed, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "training-log.txt").write_text("dear")
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        await press(pilot, "s")
        await press(pilot, "enter")
        await until(pilot, lambda: told(racing, "training-log-2.txt"))
        await until(pilot, lambda: told(racing, f"{feed.lines} lines in"))
        saved = (tmp_path / "training-log-2.txt").read_text().splitlines()
        assert sorted(line.partition(" | ")[2] for line in saved) == sorted(spool(pane))
        assert (tmp_path / "training-log.txt").read_text() == "dear"
        await press(pilot, "l", "s")
        await press(pilot, "enter")
        await press(pilot, "enter")
        await until(pilot, (tmp_path / "training-log-3.txt").exists)
        await until(pilot, lambda: told(racing, "training-log-3.txt"))


def test_names_that_will_not_do(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("")
    assert wrong_name(str(tmp_path / "new")) == ""
    assert "not overwritten" in wrong_name(str(tmp_path / "there"))
    assert "is a folder" in wrong_name(str(tmp_path))
    assert "no folder" in wrong_name(str(tmp_path / "missing" / "new"))
    assert wrong_name(" ") == "Type the name of a file."
