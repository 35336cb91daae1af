"""What a run is doing, in one plain sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.training import snapshot as s

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot


def verdict(run: RunSnapshot) -> str:
    """The state of a run in words. It only says what is, not whether it is well."""
    if run.faults:
        fault = run.faults[0]
        code = f"Fault {fault.code}" if fault.code is not None else "Fault"
        return f"{code} in {fault.container}: {fault.message or 'no message'}"
    if not run.workers:
        return "No simulation has been seen yet."
    gone = [worker for worker in run.workers if worker.phase == s.GONE]
    if gone:
        return f"{_named(gone[0])} is gone; the trainer waits for it."
    if not run.iterations or not run.totals.steps:
        waiting = any(worker.phase == s.WAITING for worker in run.workers)
        return "The simulations wait for the trainer." if waiting else "The simulations are starting."
    return _progress(run)


def _named(worker: s.WorkerSnapshot) -> str:
    return f"Worker {worker.worker}" if worker.worker is not None else worker.container


def _progress(run: RunSnapshot) -> str:
    iteration = run.iterations[-1]
    wanted = run.settings.get("num_episodes_between_training")
    episodes = f"{iteration.episodes_done} of {wanted}" if wanted else f"{iteration.episodes_done}"
    parts = [f"Iteration {iteration.index}: {episodes} episodes"]
    if iteration.mean_progress is not None:
        parts.append(f"mean progress {iteration.mean_progress:.0f} %")
    if run.totals.best_lap_s is not None:
        parts.append(f"best lap {run.totals.best_lap_s:.2f} s")
    return ", ".join(parts) + "."
