"""The runs that a run can be compared with: those with a saved record, and recorded logs."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.runs.record_store import RecordStore
from dots_tui.training.kept_runs import KeptRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.app.runs.run import Run


def runs_to_compare(state: Path, run: Run | None) -> list[KeptRun]:
    """Return the saved runs except `run`: those on its track first, then the newest first."""
    snapshot = run.snapshot() if run is not None else None
    world = snapshot.run.world if snapshot is not None else None
    saved = RecordStore(state).runs(leave_out=run.record_key if run is not None else "")
    return sorted(saved, key=lambda one: one.world != world)


def label(run: KeptRun) -> str:
    """Return one line about a saved run."""
    when = datetime.fromtimestamp(run.kept_at).strftime("%Y-%m-%d %H:%M")  # noqa: DTZ006 - the racer's own time
    lap = f", best lap {run.best_lap_s:.2f} s" if run.best_lap_s is not None else ""
    progress = next((one.progress for one in reversed(run.iterations) if one.progress is not None), None)
    far = f", progress {progress:.0f} %" if progress is not None else ""
    return f"{run.name} ─ {run.world or 'unknown track'} ─ {when}, {len(run.iterations)} iterations{far}{lap}"


def wrong_logs(value: str) -> str:
    """Return why `value` does not name log files, separated by spaces; "" if it does."""
    missing = [name for name in value.split() if not Path(name).expanduser().is_file()]
    return f"There is no file {missing[0]}." if missing else "" if value.strip() else "Name at least one file."


def log_names(value: str) -> list[str]:
    """Return the paths in a text that `wrong_logs` accepts."""
    return [str(Path(name).expanduser()) for name in value.split()]


def run_of_logs(names: Sequence[str]) -> KeptRun:
    """Return the run of recorded logs. Raises NotRead."""
    from dots_tui.app.recording import recorded_run

    return KeptRun.of(Path(names[0]).name, recorded_run(names).run, time.time())
