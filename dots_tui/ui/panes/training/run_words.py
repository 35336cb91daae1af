"""A run that is watched, in the few words a row of a list has room for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dots_tui.app.runs import snapshot as transport_words
from dots_tui.app.runs.run_verdict import verdict
from dots_tui.app.workspace import RunWords
from dots_tui.training.snapshot import OVER

if TYPE_CHECKING:
    from dots_tui.app.runs.snapshot import MonitorSnapshot


def run_words(snapshot: MonitorSnapshot, now: datetime, *, ending: bool = False) -> RunWords:
    """What a snapshot tells of its run."""
    found = verdict(snapshot, None, now, ending=ending)
    workers = snapshot.run.workers
    driving = sum(worker.phase not in OVER for worker in workers)
    lost = snapshot.transport.state == transport_words.LOST
    return RunWords(f"{driving}/{len(workers)}" if workers else "", found.word.lower(), found.tone, lost)
