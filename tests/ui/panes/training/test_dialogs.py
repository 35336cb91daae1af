"""What the keys of the Training pane open: problems, links, actions on the instance, runs to compare with, logs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Static

from dots_tui.app.runs.comparison import label
from dots_tui.app.runs.record_store import RecordStore
from dots_tui.custom_files.findings import ERROR, INFO
from dots_tui.training.diagnosis import RESTART, STOP, Diagnosis
from dots_tui.training.kept_runs import to_text
from dots_tui.ui.panes.training import run_line
from dots_tui.ui.panes.training.chart_box import ChartBox
from dots_tui.ui.panes.training.instance_pages import PagesDialog
from dots_tui.ui.panes.training.output import OutputScreen
from dots_tui.ui.panes.training.pane import TrainingPane
from dots_tui.ui.panes.training.problems import ProblemsScreen, described
from dots_tui.ui.shell import DotsApp
from dots_tui.ui.widgets.chart import Chart
from dots_tui.ui.widgets.dialogs import Choose, Confirm
from dots_tui.ui.widgets.lanes import WorkerLanes
from tests.training.test_kept_runs import RUN
from tests.ui.panes.run_feed import WORLD, Machine, RunFeed
from tests.ui.panes.stacks_steps import Until, on_screen
from tests.ui.panes.training_steps import SIZE, drive, show, text


def said(app: DotsApp) -> str:
    """All notifications."""
    return " ".join(f"{one.title} {one.message}" for one in app._notifications)


# -- problems -----------------------------------------------------------------------------------------

GONE = Diagnosis(
    "worker-gone",
    ERROR,
    "STALLED",
    "worker 2 is gone",
    "Why.",
    "What to do.",
    evidence="exited 137",
    actions=(RESTART, STOP),
)


def test_a_problem_is_told_with_cause_advice_evidence_and_keys() -> None:
    told = described(GONE).plain
    assert told.splitlines() == [
        "✗ STALLED  Worker 2 is gone",
        "  Why  Why.",
        "  Do   What to do.",
        "  Log  exited 137",
        "  Keys R restart from the last checkpoint   S stop safely",
    ]
    assert described(Diagnosis("note", INFO, "NOTE", "all is well", "", ""), plain=True).plain.isascii()


async def test_problems_are_listed_and_lead_to_what_can_be_done(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        await pilot.press("p")
        await pilot.pause()
        assert "nothing is known to be wrong" in said(racing)
        feed.workers[2].exit(137)
        await until(pilot, lambda: text(pane, "verdict").startswith("STALLED  worker 2 gone for"))
        assert "S stop safely" in text(pane, "verdict")
        await pilot.click("#training-verdict")
        await until(pilot, lambda: isinstance(racing.screen, ProblemsScreen))
        await pilot.press("escape", "p")
        await until(pilot, lambda: isinstance(racing.screen, ProblemsScreen))
        assert "Why  " in on_screen(racing)
        await pilot.press("S")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        # The log told of a checkpoint that the bucket of this test does not have.
        assert "Stop run-1 without proof?" in on_screen(racing)
        assert "there is none in" in on_screen(racing)
        await pilot.press("escape")


# -- links --------------------------------------------------------------------------------------------


async def test_links_are_shown_and_copied(
    racing: DotsApp, feed: RunFeed, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_line, "has_browser", lambda: False)
    copied: list[str] = []
    monkeypatch.setattr(racing, "copy_to_clipboard", copied.append)
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        watch = pane.run
        assert watch is not None
        await until(pilot, lambda: watch.address)
        address = watch.address
        await pilot.press("o")
        await until(pilot, lambda: isinstance(racing.screen, PagesDialog))
        for port in (8080, 8100, 3000):
            assert f"http://{address}:{port}" in on_screen(racing)
        await pilot.press("enter")
        await until(pilot, lambda: len(copied) == 1)
        assert copied == [f"http://{address}:8100/"]
        await pilot.press("o", "down", "down", "tab", "enter")
        await until(pilot, lambda: copied[-1] == f"http://{address}:3000")


async def test_a_browser_opens_what_is_chosen(
    racing: DotsApp, feed: RunFeed, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_line, "has_browser", lambda: True)
    opened: list[str] = []
    monkeypatch.setattr(racing, "open_url", opened.append)
    async with racing.run_test(size=SIZE) as pilot:
        await show(pilot, until)
        await pilot.press("o", "down", "enter")
        await until(pilot, lambda: len(opened) == 1)
        assert ":8080/" in opened[0]


# -- actions on the instance --------------------------------------------------------------------------


async def test_the_exact_command_is_shown_before_it_runs_and_its_output_after(
    racing: DotsApp, feed: RunFeed, machine: Machine, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(racing.screen, Confirm))
        body = str(racing.screen.query_one("#body Static", Static).render())
        assert "dr-upload-model -f" in body
        assert "bash -lc" in body
        await pilot.press("n")
        await pilot.pause()
        assert not isinstance(racing.screen, (Confirm, OutputScreen))
        await pilot.press("a", "enter", "y")
        await until(pilot, lambda: isinstance(racing.screen, OutputScreen))
        assert "$ dr-upload-model -f" in on_screen(racing)
        await pilot.press("escape")
        assert racing.pane is pane


async def test_nothing_is_offered_without_ssh(racing: DotsApp, feed: RunFeed, machine: Machine, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        machine.host.authorised = lambda *_: False
        machine.host.drop_all()
        await until(pilot, lambda: text(pane, "verdict").startswith("LOST"))
        await pilot.press("a")
        await pilot.pause()
        assert "not connected over SSH" in said(racing)
        assert not isinstance(racing.screen, Choose)


# -- another run under the charts ---------------------------------------------------------------------


async def test_an_earlier_run_lies_under_the_charts(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    folder = RecordStore(racing.workspace.folders.state).folder
    folder.mkdir(parents=True)
    (folder / "elsewhere.json").write_text(to_text(replace(RUN, name="run-0", world="other_track", kept_at=9e9)))
    (folder / "before.json").write_text(to_text(replace(RUN, name="run-0b", world=WORLD, kept_at=1.0)))
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        chart = pane.query_one(Chart)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")  # the last one on the same track stands first
        await until(pilot, lambda: any(line.under for line in chart.series))
        await until(pilot, lambda: "under: run-0b" in on_screen(racing))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(racing.screen, Choose))
        await pilot.press("enter")  # nothing any more
        await until(pilot, lambda: not any(line.under for line in chart.series))


async def test_a_watched_run_is_kept_when_the_app_is_left(racing: DotsApp, feed: RunFeed, until: Until) -> None:
    async with racing.run_test(size=SIZE) as pilot:
        pane = await show(pilot, until)
        await drive(pilot, pane, feed, until)
        run = racing.workspace.runs.selected
        assert run is not None
        await until(pilot, lambda: run.record_key)  # the id of the stack: AWS tells it beside the log
    (kept,) = RecordStore(racing.workspace.folders.state).runs()
    assert (kept.name, kept.world, len(kept.iterations)) == ("run-1", WORLD, 7)


# -- recorded runs ------------------------------------------------------------------------------------


def record(folder: Path, iterations: int = 6) -> str:
    """The log of one worker that gets farther and farther."""
    lines = [f"Starting as worker 0, using world {WORLD} and configuration training_params.yaml."]
    for number in range(iterations):
        lines.append(f"Checkpoint> Restoring from path=./checkpoint_robomaker/agent/{number}_Step-{number * 100}.ckpt")
        for episode in (2 * number, 2 * number + 1):
            for step, percent in enumerate((0.0, 5.0, 10.0 * number + 9), start=1):
                state = ("prepare", "in_progress", "off_track")[step - 1]
                lines.append(
                    f"SIM_TRACE_LOG:{episode},{step},3.1,0.7,0.0,15.00,2.00,3,1.0,{step == 3},True,{percent},7,17.67,"
                    f"{episode * 100 + step / 15:.3f},{state},0.00"
                )
    path = folder / "worker.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


async def test_a_recorded_run_opens_in_the_pane(app: DotsApp, tmp_path: Path, until: Until) -> None:
    app.workspace.watch_logs((record(tmp_path),))
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        assert isinstance(pane, TrainingPane)
        await until(pilot, lambda: "LEARNING" in text(pane, "verdict"))
        assert "Read from 1 log." in text(pane, "verdict")
        assert [lane.phase for lane in pane.query_one(WorkerLanes).lanes] == ["stopped"]
        await until(pilot, lambda: "trace  ep 12" in on_screen(app))
        await pilot.press("a")
        await pilot.pause()
        assert "this run is read from its logs" in said(app)
    assert RecordStore(app.workspace.folders.state).runs() == []


async def test_files_that_are_no_logs_are_told(app: DotsApp, tmp_path: Path, until: Until) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("nothing of a training\n", encoding="utf-8")
    app.workspace.watch_logs((str(path),))
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        await until(pilot, lambda: text(pane, "verdict").startswith("NOT READ"))
        assert "No line of a DeepRacer training" in text(pane, "verdict")


async def test_a_log_file_lies_under_the_charts(app: DotsApp, tmp_path: Path, until: Until) -> None:
    app.workspace.watch_logs((record(tmp_path),))
    (tmp_path / "other").mkdir()
    other = record(tmp_path / "other", 4)
    async with app.run_test(size=SIZE) as pilot:
        pane = app.pane
        await until(pilot, lambda: "LEARNING" in text(pane, "verdict"))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, Choose) and app.screen is not app.screen_stack[0])
        await pilot.press(*"no-such-file", "enter")
        await pilot.pause()
        assert "There is no file no-such-file." in on_screen(app)
        await pilot.press("ctrl+u", *other, "enter")
        await until(pilot, lambda: pane.query_one(ChartBox).under is not None)
        assert "worker.log" in on_screen(app)


def test_a_run_in_one_line() -> None:
    assert label(RUN).startswith("run-1 ─ reInvent2019_track ─ ")
    assert label(RUN).endswith("2 iterations, progress 10 %, best lap 9.57 s")
