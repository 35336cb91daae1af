"""A recorded run takes the way of a live one: its lines are in the log with their times, and it opens by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dots_tui import cli, start
from dots_tui.app import DotsApp
from dots_tui.panes.training import TrainingPane
from tests.panes.stacks_steps import Until
from tests.panes.test_training_dialogs import record
from tests.panes.training_steps import SIZE, spool, text


async def test_times_of_the_lines_are_those_they_were_printed_at(app: DotsApp, tmp_path: Path, until: Until) -> None:
    log = Path(record(tmp_path))
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text("".join(f"2026-01-02T03:04:05.{n:09d}Z {line}\r\n" for n, line in enumerate(lines)))
    app.workspace.recorded = (str(log),)
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: "LEARNING" in text(pane, "verdict"))
        assert spool(pane) == lines
        assert pane.run_watch is not None
        assert pane.run_watch.spool.time(0) == 1767323045000


async def test_a_log_without_a_last_newline_is_whole(app: DotsApp, tmp_path: Path, until: Until) -> None:
    log = Path(record(tmp_path))
    log.write_text(log.read_text(encoding="utf-8") + "the end", encoding="utf-8")
    app.workspace.recorded = (str(log),)
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: "LEARNING" in text(pane, "verdict"))
        assert spool(pane)[-1] == "the end"


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

    def run_recorded(logs: list[str]) -> int:
        shown.append(list(logs))
        return 0

    monkeypatch.setattr(cli, "_no_screen", lambda: "" if screen else "no terminal")
    monkeypatch.setattr(cli, "_first_frame", lambda: lambda: None)
    monkeypatch.setattr(start, "run_recorded", run_recorded)
    log = record(tmp_path)
    assert cli.main(["replay", log, *more]) == 0
    assert shown == ([[log]] if opened else [])
    assert bool(capsys.readouterr().out) != opened


def test_replay_names_a_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cli, "_no_screen", lambda: "")
    assert cli.main(["replay", str(tmp_path / "none.log")]) == 2
