"""A recorded run takes the way of a live one: its lines are in the log with their times, and it opens by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from dots_tui import cli
from dots_tui.app.runs.player import Player
from dots_tui.cli import screen as screen_module
from dots_tui.training.snapshot import RunSnapshot
from dots_tui.ui import start
from dots_tui.ui.panes.training.pane import TrainingPane
from dots_tui.ui.panes.training.replay_line import ReplayLine
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.lanes import WorkerLanes
from tests.ui.panes.stacks_steps import Until, on_screen
from tests.ui.panes.training.test_dialogs import record
from tests.ui.panes.training_steps import SIZE, spool, text


async def test_times_of_the_lines_are_those_they_were_printed_at(app: DotsApp, tmp_path: Path, until: Until) -> None:
    log = Path(record(tmp_path))
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text("".join(f"2026-01-02T03:04:05.{n:09d}Z {line}\r\n" for n, line in enumerate(lines)))
    app.workspace.watch_logs((str(log),))
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: "LEARNING" in text(pane, "verdict"))
        await until(pilot, lambda: len(spool(pane)) >= len(lines))
        assert spool(pane) == lines
        assert pane.run is not None
        assert pane.run.spool is not None
        assert pane.run.spool.time(0) == 1767323045000


async def test_a_log_without_a_last_newline_is_whole(app: DotsApp, tmp_path: Path, until: Until) -> None:
    log = Path(record(tmp_path))
    log.write_text(log.read_text(encoding="utf-8") + "the end", encoding="utf-8")
    app.workspace.watch_logs((str(log),))
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: "LEARNING" in text(pane, "verdict"))
        await until(pilot, lambda: spool(pane)[-1:] == ["the end"])


# -- played ---------------------------------------------------------------------------------------


async def test_a_run_is_played_from_its_start_to_its_end(app: DotsApp, tmp_path: Path, until: Until) -> None:
    async with opened(app, tmp_path, until) as pilot:
        pane, player = playing(app)
        whole = spool(pane)
        await pilot.press("K")
        await until(pilot, lambda: 0 < len(spool(pane)) < len(whole))
        assert "STOPPED" not in text(pane, "verdict")
        assert "of 0:18:20" in line(pane)
        await pilot.press("U")
        await until(pilot, lambda: player.at_end and not player.playing)
        await until(pilot, lambda: spool(pane) == whole)
        await until(pilot, lambda: "Read from 1 log." in text(pane, "verdict"))
        assert [lane.phase for lane in pane.query_one(WorkerLanes).lanes] == ["stopped"]


async def test_jumps_go_by_iteration_and_to_both_ends(app: DotsApp, tmp_path: Path, until: Until) -> None:
    async with opened(app, tmp_path, until) as pilot:
        pane, player = playing(app)
        for key, iteration, place in (("J", 5, "6 of 6"), ("J", 4, "5 of 6"), ("A", 0, "1 of 6"), ("L", 1, "2 of 6")):
            await pilot.press(key)
            await until(pilot, lambda place=place: place in line(pane))
            await until(pilot, lambda number=iteration: shown(pane).iterations[-1].number == number)
            await until(pilot, lambda: shown(pane).iterations[-1].episodes_done < 2)
            await until(pilot, lambda: [lane.phase for lane in pane.query_one(WorkerLanes).lanes] != ["stopped"])
        await pilot.press("Z")
        await until(pilot, lambda: player.at_end)
        await until(pilot, lambda: shown(pane).totals.episodes_done == 12)


async def test_speeds_stay_within_their_bounds(app: DotsApp, tmp_path: Path, until: Until) -> None:
    async with opened(app, tmp_path, until) as pilot:
        _, player = playing(app)
        await pilot.press("U", "U", "greater_than_sign")
        assert player.speed == 1000
        await pilot.press("D", "D", "D", "D", "less_than_sign")
        assert player.speed == 1


async def test_a_click_on_the_bar_goes_there(app: DotsApp, tmp_path: Path, until: Until) -> None:
    async with opened(app, tmp_path, until) as pilot:
        pane, player = playing(app)
        drawn = line(pane)
        middle = (drawn.index("█") + drawn.rindex("█")) // 2
        await pilot.click(ReplayLine, offset=(middle + 1, 0))
        await until(pilot, lambda: not player.at_end)
        assert 0.4 < (player.at - player.timeline.begin) / (player.timeline.end - player.timeline.begin) < 0.6


async def test_what_is_filtered_stays_filtered_when_the_run_goes_back(
    app: DotsApp, tmp_path: Path, until: Until
) -> None:
    async with opened(app, tmp_path, until) as pilot:
        pane, player = playing(app)
        await pilot.press("l")
        before = pane.run.spool if pane.run is not None else None
        await pilot.press("A")
        await until(pilot, lambda: not player.at_end and pane.training_log.spool is not before)
        rows = pane.training_log.log_view.rows
        assert rows is not None
        assert rows.sieve.level == pane.training_log.sieve.level == "records"


async def test_a_log_that_only_counts_shows_its_own_time(app: DotsApp, tmp_path: Path, until: Until) -> None:
    async with opened(app, tmp_path, until):
        assert "0:18:20 W0 trace  ep 12" in on_screen(app)


async def test_play_option_begins_at_once(app: DotsApp, tmp_path: Path, until: Until) -> None:
    async with opened(app, tmp_path, until, plays=True):
        _, player = playing(app)
        assert player.playing or player.at_end


async def test_what_cannot_be_played_says_why(app: DotsApp, tmp_path: Path, until: Until) -> None:
    command = next(one for one in TrainingPane.ACTIONS if one.id == "training.play")
    log = tmp_path / "x-algo-1-abcde.log"
    log.write_text("Checkpoint> Saving in path=['./checkpoint_sagemaker/agent/0_Step-0.ckpt']\n", encoding="utf-8")
    app.workspace.watch_logs((str(log),))
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: "cannot be played" in line(pane))
        assert command.unavailable(pane) == "nothing in these logs says when it was printed"


async def test_a_file_that_goes_away_while_it_is_played_is_said(app: DotsApp, tmp_path: Path, until: Until) -> None:
    async with opened(app, tmp_path, until) as pilot:
        pane, player = playing(app)
        (tmp_path / "worker.log").unlink()
        await pilot.press("A")
        await until(pilot, lambda: "cannot be read" in text(pane, "verdict"))
        assert not player.playing


@asynccontextmanager
async def opened(app: DotsApp, folder: Path, until: Until, *, plays: bool = False) -> AsyncIterator[Pilot[int]]:
    """The app with a run of 6 iterations and 12 episodes, read to its end."""
    app.workspace.watch_logs((record(folder),), plays=plays)
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: "iteration" in line(pane))
        yield pilot


def playing(app: DotsApp) -> tuple[TrainingPane, Player]:
    """The pane, and what moves the run in it."""
    pane = app.pane
    assert isinstance(pane, TrainingPane)
    assert pane.run is not None
    assert pane.run.player is not None
    return pane, pane.run.player


def line(pane: TrainingPane) -> str:
    """Where in the run we are, as it is shown."""
    return str(pane.query_one(ReplayLine).render())


def shown(pane: TrainingPane) -> RunSnapshot:
    snapshot = pane.run.snapshot() if pane.run is not None else None
    assert snapshot is not None
    return snapshot.run


# -- opened ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "screen", "opened"),
    [((), True, True), (("--summary",), True, False), (("--json",), True, False), ((), False, False)],
)
def test_replay_opens_the_app_in_a_terminal_and_prints_elsewhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: tuple[str, ...],
    screen: bool,
    opened: bool,
) -> None:
    shown: list[Any] = []

    def run_recorded(logs: list[str], *, play: bool) -> int:
        shown.append(list(logs))
        return 0

    monkeypatch.setattr(screen_module, "missing_screen", lambda: "" if screen else "no terminal")
    monkeypatch.setattr(screen_module, "show_splash", lambda: lambda: None)
    monkeypatch.setattr(start, "run_recorded", run_recorded)
    log = record(tmp_path)
    assert cli.main(["replay", log, *more]) == 0
    assert shown == ([[log]] if opened else [])
    assert bool(capsys.readouterr().out) != opened


def test_replay_names_a_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(screen_module, "missing_screen", lambda: "")
    assert cli.main(["replay", str(tmp_path / "none.log")]) == 2
