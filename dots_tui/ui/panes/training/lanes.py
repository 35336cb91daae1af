"""The lanes of the workers of a run, and the short names of its containers. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.training import snapshot as words
from dots_tui.training.snapshot import OVER
from dots_tui.ui.widgets.lanes import Lane

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot, WorkerSnapshot

EVALUATION = "E"
"""The sign of an evaluation job in place of a worker number."""
STOPPED, IDLE, DONE, UPDATING = "stopped", "idle", "done", "updating"
"""Phases that only lanes have: the training ended while the worker drove; the worker has no episodes; its episodes are
done; it waits for the update of the policy."""


def lanes(run: RunSnapshot, *, ended: bool = False) -> list[Lane]:
    """Return a lane for each worker, by number; those with an unknown number come last, then evaluation jobs."""
    everybody = (*run.workers, *run.evaluations)
    several = len({worker.world for worker in everybody if worker.world}) > 1
    return [_lane(worker, run, ended, several=several) for worker in everybody]


def _lane(worker: WorkerSnapshot, run: RunSnapshot, ended: bool, *, several: bool) -> Lane:
    driving = worker.phase == words.DRIVING or (worker.job and worker.phase == words.EVALUATING)
    phase = STOPPED if ended and worker.phase not in OVER else _phase(worker, run)
    return Lane(
        worker.worker,
        phase,
        worker.container,
        _episode(worker, run),
        worker.progress if driving else None,
        worker.reward if driving else worker.last_reward,
        worker.laps,
        worker.best_lap_s,
        None if ended or worker.phase in OVER else worker.last_seen_s,
        "" if ended else _note(worker, run, phase),
        (worker.world or "") if several else "",
        sign=EVALUATION if worker.job else "",
        resets=worker.resets,
    )


def _phase(worker: WorkerSnapshot, run: RunSnapshot) -> str:
    if worker.phase == words.EXCESS:
        return IDLE
    if worker.phase == words.UPDATING:
        trainer = run.trainer
        return UPDATING if trainer is not None and trainer.phase == words.UPDATING else DONE
    return worker.phase


def _episode(worker: WorkerSnapshot, run: RunSnapshot) -> str:
    if worker.job:
        of = f"/{worker.trials}" if worker.trials else ""
        return f"trial {worker.trial}{of}" if worker.trial else ""
    if worker.phase == words.EVALUATING:
        wanted = run.settings.get("MIN_EVAL_TRIALS")
        return f"{worker.evaluations}/{wanted}" if wanted else f"{worker.evaluations}"
    return f"ep {worker.episode}" if worker.episode and worker.phase not in OVER else ""


def _note(worker: WorkerSnapshot, run: RunSnapshot, phase: str) -> str:
    """Return what a worker that does not drive waits for, or why it never will."""
    if worker.job and phase in OVER and worker.trials_done:
        progress = f", mean progress {worker.mean_progress:.0f} %" if worker.mean_progress is not None else ""
        return f"its container has ended{progress}"
    if phase == UPDATING and run.trainer is not None:
        epochs = run.settings.get("num_epochs")
        of = f"/{epochs}" if epochs else ""
        return f"the policy is updated, epoch {run.trainer.epoch}{of}"
    if phase == words.WAITING and worker.waited_s:
        return f"for the trainer, {worker.waited_s} s so far"
    return {
        DONE: "its episodes are done; others still drive",
        IDLE: "more workers than episodes; harmless",
        words.STARTING: "the simulation is starting",
        words.RESTARTING: "starts a second time, as intended; takes a minute",
        words.WAITING: "for the trainer",
        words.GONE: "its container has ended",
        words.FINISHED: "its container has ended normally",
    }.get(phase, "")


def container_label(run: RunSnapshot | None, name: str) -> str:
    """Return the short name of a container in the log: W0, W1 … for workers, SM for the trainer, E for evaluations."""
    if run is not None:
        for worker in run.workers:
            if worker.container == name:
                if worker.job:
                    return EVALUATION
                return f"W{worker.worker}" if worker.worker is not None else "W?"
        if run.trainer is not None and run.trainer.container == name:
            return "SM"
        if any(job.container == name for job in run.evaluations):
            return EVALUATION
    return "SM" if "algo" in name else name[-6:]
