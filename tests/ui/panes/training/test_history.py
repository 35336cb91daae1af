"""Runs that were watched are kept, few enough and safely, to be compared with."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from dots_tui.ui.panes.training.compare import label
from dots_tui.ui.panes.training.history import MOST_RUNS, History, file_name
from tests.training.test_kept_runs import RUN

ARN = "arn:aws:cloudformation:us-east-1:123456789012:stack/run-1/8f2c"


def test_a_kept_run_comes_back_newest_first(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert history.runs() == []
    history.keep(ARN, RUN)
    history.keep("other", replace(RUN, name="run-2", kept_at=2000.0))
    assert [run.name for run in history.runs()] == ["run-2", "run-1"]
    assert [run.name for run in history.runs(leave_out=ARN)] == ["run-2"]
    history.keep(ARN, replace(RUN, episodes=400))
    assert [run.episodes for run in history.runs()] == [120, 400]


def test_a_run_without_a_line_to_draw_is_not_kept(tmp_path: Path) -> None:
    History(tmp_path).keep("one", replace(RUN, iterations=RUN.iterations[:1]))
    assert History(tmp_path).runs() == []


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path) -> None:
    history = History(tmp_path)
    for number in range(MOST_RUNS + 3):
        history.keep(f"run-{number}", replace(RUN, name=f"run-{number}", kept_at=float(number)))
        os.utime(history.folder / f"run-{number}.json", (number, number))
    names = [run.name for run in history.runs()]
    assert len(names) == MOST_RUNS
    assert names[0] == f"run-{MOST_RUNS + 2}"


def test_damaged_files_are_passed_over(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.keep("good", RUN)
    (history.folder / "bad.json").write_bytes(b"\xff{")
    (history.folder / "half.json").write_text('{"version": 1, "na')
    assert [run.name for run in history.runs()] == ["run-1"]


def test_file_names_hold_no_surprises() -> None:
    assert file_name(ARN) == "stack-run-1-8f2c"
    assert file_name("../../etc/passwd") == "etc-passwd"


def test_a_run_in_one_line() -> None:
    assert label(RUN).startswith("run-1 ─ reInvent2019_track ─ ")
    assert label(RUN).endswith("2 iterations, progress 10 %, best lap 9.57 s")
