"""Which run lies under the charts of the watched one: a kept one, or one read from its logs."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.runs.record_store import RecordStore
from dots_tui.training.kept_runs import KeptRun
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.training.chart_box import ChartBox
from dots_tui.ui.widgets.dialogs import Choose, Prompt

if TYPE_CHECKING:
    from dots_tui.ui.panes.training.pane import TrainingPane

_NOTHING, _LOGS = "nothing", "logs"


def ask(pane: TrainingPane) -> None:
    """Let a run be chosen to lie under the charts: the last one on the same track stands first."""
    run = pane.run
    snapshot = run.snapshot() if run is not None else None
    world, key = (snapshot.run.world if snapshot is not None else None), (run.record_key if run is not None else "")

    def work(_: Job) -> list[KeptRun]:
        runs = RecordStore(pane.workspace.folders.state).runs(leave_out=key)
        return sorted(runs, key=lambda run: run.world != world)

    in_background(pane, work, lambda runs: _offer(pane, runs), name="kept-runs")


def _offer(pane: TrainingPane, runs: list[KeptRun]) -> None:
    options = [*((str(index), label(run)) for index, run in enumerate(runs)), (_LOGS, "a recorded run: its logs …")]
    under = pane.query_one(ChartBox).under
    if under is not None:
        options.insert(0, (_NOTHING, f"nothing any more (now: {under.name})"))

    def chosen(value: str | None) -> None:
        if value == _LOGS:
            _ask_for_logs(pane)
        elif value is not None:
            lay_under(pane, None if value == _NOTHING else runs[int(value)])

    pane.app.push_screen(Choose("Lay a run under the charts", options), chosen)


def label(run: KeptRun) -> str:
    """A run in one line."""
    when = datetime.fromtimestamp(run.kept_at).strftime("%Y-%m-%d %H:%M")  # noqa: DTZ006 - the racer's own time
    lap = f", best lap {run.best_lap_s:.2f} s" if run.best_lap_s is not None else ""
    progress = next((one.progress for one in reversed(run.iterations) if one.progress is not None), None)
    far = f", progress {progress:.0f} %" if progress is not None else ""
    return f"{run.name} ─ {run.world or 'unknown track'} ─ {when}, {len(run.iterations)} iterations{far}{lap}"


def lay_under(pane: TrainingPane, run: KeptRun | None) -> None:
    """Show the run under the charts; None: no run."""
    box = pane.query_one(ChartBox)
    box.under = run
    box.show(box.shown)


def _ask_for_logs(pane: TrainingPane) -> None:
    def wrong(value: str) -> str:
        missing = [name for name in value.split() if not Path(name).expanduser().is_file()]
        return f"There is no file {missing[0]}." if missing else "" if value.strip() else "Name at least one file."

    def answered(value: str | None) -> None:
        if value is not None:
            _read(pane, [str(Path(name).expanduser()) for name in value.split()])

    pane.app.push_screen(
        Prompt("Compare with a recorded run", "Its log files (robomaker and algo), with spaces between", "", wrong),
        answered,
    )


def _read(pane: TrainingPane, names: list[str]) -> None:
    def work(_: Job) -> KeptRun:
        from dots_tui.app.recording import recorded_run

        return KeptRun.of(Path(names[0]).name, recorded_run(names).run, time.time())

    def read(run: KeptRun) -> None:
        if run.iterations:
            lay_under(pane, run)
        else:
            pane.notify("No iteration was found in these files.", title="Compare", severity="warning")

    def failed(error: Exception) -> None:
        pane.notify(str(error), title="Compare", severity="error", timeout=10)

    pane.notify("Reading the logs …", title="Compare", timeout=3)
    in_background(pane, work, read, failed, name="read-logs")
