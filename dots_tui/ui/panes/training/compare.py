"""Which run lies under the charts of the watched one: a kept one, or one read from its logs."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.runs.record_store import RecordKeeper, RecordStore
from dots_tui.training.kept_runs import KeptRun
from dots_tui.training.record_text import read_record
from dots_tui.ui.background import Job, in_background
from dots_tui.ui.panes.training.chart_box import ChartBox
from dots_tui.ui.widgets.dialogs import Choose, Prompt

if TYPE_CHECKING:
    from dots_tui.training.run_record import RunRecord
    from dots_tui.ui.panes.training.pane import TrainingPane
    from dots_tui.ui.panes.training.watch import Watch

_NOTHING, _LOGS = "nothing", "logs"


class Keeper:
    """Keeps the record of a watched run at intervals and at its end, and brings back what was kept of it before."""

    def __init__(self, pane: TrainingPane, watch: Watch) -> None:
        self._pane, self._watch = pane, watch
        self._records = RecordKeeper(RecordStore(pane.workspace.folders.state), watch.name)
        self._over = False
        pane.workspace.live_record = self.record

    def record(self, key: str) -> RunRecord | None:
        """Return the record of the run kept as `key` as it is now; None when that is not the watched one."""
        monitor = self._watch.monitor
        if monitor is None or not key or key != self._watch.record_key:
            return None
        return read_record(monitor.record_text())

    def look(self) -> None:
        """Bring the run's record back once it is known which run it is; keep it when it is time to. Call it often."""
        key, monitor = self._watch.record_key, self._watch.monitor
        if self._over or not key or monitor is None:
            return
        records, over = self._records, bool(self._watch.ended)
        if not records.begun(key):
            records.claim(key)
            in_background(self._pane, lambda _: records.begin(key, monitor), failed=self._failed, name="kept-run")
        elif over or records.due:
            self._over = over
            in_background(self._pane, lambda _: records.keep(key, monitor), failed=self._failed, name="keep-run")

    def last(self) -> None:
        """The run is watched no more: keep it at once."""
        key, monitor, over = self._watch.record_key, self._watch.monitor, self._over
        self._over = True
        if over or not key or monitor is None:
            return
        try:
            if not self._records.begun(key):
                self._records.begin(key, monitor)
            self._records.keep(key, monitor)
        except OSError as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._pane.log("a run was not kept", error)


def ask(pane: TrainingPane) -> None:
    """Let a run be chosen to lie under the charts: the last one on the same track stands first."""
    watch = pane.run_watch
    snapshot = watch.snapshot() if watch is not None else None
    world, key = (snapshot.run.world if snapshot is not None else None), (watch.key if watch is not None else "")

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
