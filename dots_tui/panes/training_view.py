"""From the snapshot of a run to what the Training pane draws. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from dots_tui.monitor import snapshot as transport_words
from dots_tui.training import snapshot as words
from dots_tui.widgets.chart import Series
from dots_tui.widgets.glyphs import age
from dots_tui.widgets.lanes import Lane

if TYPE_CHECKING:
    from dots_tui.monitor.snapshot import MonitorSnapshot, TransportState
    from dots_tui.training.snapshot import IterationSnapshot, RunSnapshot, WorkerSnapshot

_LAUNCH_PREFIX = re.compile(r"^(?:\[[\w.]+-\d+\] )+")
"""ROS launch names the process before every line of a simapp 6 simulation; all of them say the same."""
_SIGNS = {
    transport_words.CONNECTED: "●",
    transport_words.CONNECTING: "◐",
    transport_words.WAITING: "◐",
    transport_words.LOST: "✗",
    transport_words.STOPPED: "○",
}


def lanes(run: RunSnapshot) -> list[Lane]:
    """A lane for each worker, in the order of their numbers; those not yet known come last."""
    return [_lane(place, worker, run) for place, worker in enumerate(workers_in_order(run))]


def workers_in_order(run: RunSnapshot) -> list[WorkerSnapshot]:
    """The workers by number; those whose number is not known yet come last."""
    return sorted(run.workers, key=lambda worker: (worker.worker is None, worker.worker or 0, worker.container))


def _lane(place: int, worker: WorkerSnapshot, run: RunSnapshot) -> Lane:
    evaluating = worker.phase == words.EVALUATING
    driving = worker.phase == words.DRIVING
    if evaluating:
        wanted = run.settings.get("MIN_EVAL_TRIALS")
        episode = f"{worker.evaluations}/{wanted}" if wanted else f"{worker.evaluations}"
    else:
        episode = f"ep {worker.episode}" if worker.episode else ""
    return Lane(
        worker.worker if worker.worker is not None else place,
        worker.phase,
        episode,
        worker.progress if driving else None,
        worker.reward if driving else worker.last_reward,
        worker.laps,
        worker.best_lap_s,
        worker.last_seen_s,
    )


def progress_series(iterations: Sequence[IterationSnapshot]) -> tuple[Series, ...]:
    """Mean progress per iteration: of the training episodes, and of the evaluations where they are known."""
    train = [(i.index + 1, i.mean_progress) for i in iterations if i.mean_progress is not None]
    evaluated = [(i.index + 1, i.evaluation_progress) for i in iterations if i.evaluation_progress is not None]
    series = [Series("training %", tuple(train))] if train else []
    return (*series, Series("evaluation %", tuple(evaluated))) if evaluated else tuple(series)


def reward_series(iterations: Sequence[IterationSnapshot]) -> tuple[Series, ...]:
    """Mean reward per iteration, the same two."""
    train = [(i.index + 1, i.mean_reward) for i in iterations if i.mean_reward is not None]
    evaluated = [(i.index + 1, i.evaluation_reward) for i in iterations if i.evaluation_reward is not None]
    series = [Series("training reward", tuple(train))] if train else []
    return (*series, Series("evaluation reward", tuple(evaluated))) if evaluated else tuple(series)


def headline(name: str, run: RunSnapshot | None) -> Text:
    """Line 1 of the pane: the run, its track, how far it is."""
    parts = [name]
    if run is not None:
        if run.world:
            parts.append(run.world)
        if run.iterations:
            parts.append(f"iteration {run.iterations[-1].index + 1}")
        if run.totals.steps:
            parts.append(f"{run.totals.episodes_done} episodes, {run.totals.laps} laps")
    text = Text(" ─ ".join(parts), no_wrap=True, overflow="ellipsis")
    text.stylize("bold", 0, len(name))
    return text


def policy_line(run: RunSnapshot) -> str:
    """The trainer in one line: what it does, the last update's numbers, the best checkpoint."""
    parts = []
    trainer = run.trainer
    if trainer is not None:
        epoch = f" epoch {trainer.epoch}" if trainer.phase == words.UPDATING else ""
        parts.append(f"trainer {'collecting' if trainer.phase == words.DRIVING else trainer.phase}{epoch}")
    last = run.policy.last
    if last is not None:
        parts.append(f"loss {last.loss:.3g}  KL {last.kl:.2g}  entropy {last.entropy:.3f}")
    if run.checkpoints.best:
        parts.append(f"best {run.checkpoints.best}")
    return " · ".join(parts)


def transport_line(state: TransportState) -> str:
    """How the instance is reached, for the status bar and the pane."""
    sign = _SIGNS.get(state.state, "?")
    if state.state == transport_words.CONNECTED:
        fresh = "no data yet" if state.data_age_s is None else f"data {age(state.data_age_s)} old"
        return f"ssh {sign} {fresh}"
    again = f", next try in {state.retry_in_s:.0f} s" if state.retry_in_s is not None else ""
    return f"ssh {sign} {state.state}{again}"


def verdict_line(snapshot: MonitorSnapshot) -> Text:
    """What is going on, in words: the transport's trouble first, since nothing else is news then."""
    transport = snapshot.transport
    if transport.state != transport_words.CONNECTED:
        again = f" Next try in {transport.retry_in_s:.0f} s." if transport.retry_in_s is not None else ""
        return Text(f"{transport.state.upper()}  {transport.message}{again}", style="bold", no_wrap=True)
    bad = bool(snapshot.run.faults or snapshot.run.out_of_memory)
    return Text(snapshot.run.verdict, style="bold reverse" if bad else "", no_wrap=True, overflow="ellipsis")


def container_label(run: RunSnapshot | None, name: str) -> str:
    """The short name of a container in the log: W0, W1 … for workers, SM for the trainer."""
    if run is not None:
        for worker in run.workers:
            if worker.container == name:
                return f"W{worker.worker}" if worker.worker is not None else "W?"
        if run.trainer is not None and run.trainer.container == name:
            return "SM"
    return "SM" if "algo" in name else name[-6:]


def without_prefix(line: str) -> str:
    """A log line without ROS launch's prefix, for showing it."""
    return _LAUNCH_PREFIX.sub("", line)
