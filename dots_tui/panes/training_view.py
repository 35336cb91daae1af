"""From the snapshot of a run to what the Training pane draws. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text

from dots_tui.monitor import snapshot as transport_words
from dots_tui.panes.stacks_view import SOON_MINUTES, clock, minutes_left, price
from dots_tui.training import snapshot as words
from dots_tui.training.verdict import LEARNING, NO_PROGRESS, STEADY, WORSE
from dots_tui.widgets.chart import Series, sparkline
from dots_tui.widgets.glyphs import age, glyph
from dots_tui.widgets.lanes import Lane

if TYPE_CHECKING:
    from dots_tui.aws.stacks import Stack
    from dots_tui.monitor.snapshot import MonitorSnapshot, TransportState
    from dots_tui.training.snapshot import IterationSnapshot, RunSnapshot, WorkerSnapshot

_SIGNS = {
    transport_words.CONNECTED: "active",
    transport_words.CONNECTING: "busy",
    transport_words.WAITING: "busy",
    transport_words.LOST: "error",
    transport_words.STOPPED: "waiting",
}
_TREND_TONES = {LEARNING: "good", STEADY: "good", NO_PROGRESS: "warning", WORSE: "warning"}
_OVER = (words.FINISHED, words.GONE, words.EXCESS)
STOPPED = "stopped"
"""The phase of a worker whose training has ended while it drove."""
_ENTROPIES = 12
_NO_CONTAINERS = "Connected. The containers come when the instance has fetched its images and files."


class Verdict(NamedTuple):
    """Line 2 of the pane. ``tone`` is good, warning, bad, info or "" (nothing to point out)."""

    tone: str
    word: str
    text: str


# -- workers ------------------------------------------------------------------------------------------


def lanes(run: RunSnapshot, *, ended: bool = False) -> list[Lane]:
    """A lane for each worker, in the order of their numbers."""
    return [_lane(number, worker, run, ended) for number, worker in numbered(run)]


def numbered(run: RunSnapshot) -> list[tuple[int, WorkerSnapshot]]:
    """The workers with their numbers, in order; those not known yet come last and have the numbers left over."""
    ordered = sorted(run.workers, key=lambda worker: (worker.worker is None, worker.worker or 0, worker.container))
    known = {worker.worker for worker in ordered}
    free = iter([number for number in range(2 * len(ordered)) if number not in known])
    return [(worker.worker if worker.worker is not None else next(free), worker) for worker in ordered]


def _lane(number: int, worker: WorkerSnapshot, run: RunSnapshot, ended: bool) -> Lane:
    driving = worker.phase == words.DRIVING
    if worker.phase == words.EVALUATING:
        wanted = run.settings.get("MIN_EVAL_TRIALS")
        episode = f"{worker.evaluations}/{wanted}" if wanted else f"{worker.evaluations}"
    else:
        episode = f"ep {worker.episode}" if worker.episode else ""
    return Lane(
        number,
        STOPPED if ended and worker.phase not in _OVER else worker.phase,
        episode,
        worker.progress if driving else None,
        worker.reward if driving else worker.last_reward,
        worker.laps,
        worker.best_lap_s,
        None if ended else worker.last_seen_s,
    )


# -- charts -------------------------------------------------------------------------------------------


def progress_series(iterations: Sequence[IterationSnapshot]) -> tuple[Series, ...]:
    """Mean progress per iteration: of the training episodes, and of the evaluations where they are known."""
    return _series(
        " %",
        [(i.index + 1, i.mean_progress) for i in iterations],
        [(i.index + 1, i.evaluation_progress) for i in iterations],
    )


def reward_series(iterations: Sequence[IterationSnapshot]) -> tuple[Series, ...]:
    """Mean reward per iteration, the same two."""
    return _series(
        " reward",
        [(i.index + 1, i.mean_reward) for i in iterations],
        [(i.index + 1, i.evaluation_reward) for i in iterations],
    )


def _series(
    unit: str, training: Sequence[tuple[int, float | None]], evaluation: Sequence[tuple[int, float | None]]
) -> tuple[Series, ...]:
    rows = (
        (name + unit, tuple((float(x), y) for x, y in points if y is not None))
        for name, points in (("training", training), ("evaluation", evaluation))
    )
    return tuple(Series(name, points) for name, points in rows if points)


# -- line 1: what it is, and how it is reached --------------------------------------------------------


def headline(
    name: str, run: RunSnapshot | None, stack: Stack | None, now: datetime, room: int, *, ended: bool = False
) -> Text:
    """The run in ``room`` cells: its name, machine, track, how far it is and how long it lasts.

    What says least goes first when there is no room.
    """
    parts = [(0, name)]
    if stack is not None:
        parts.append((4, " ".join(filter(None, (stack.market, stack.instance_type)))))
    if run is not None and run.world:
        parts.append((3, run.world))
    if run is not None and run.iterations:
        parts.append((1, _iteration(run)))
    if stack is not None and not ended:
        parts.append((2, _times(stack, now)))
    parts = [(rank, text) for rank, text in parts if text]
    while len(parts) > 1 and len(_joined(parts)) > room:
        parts.remove(max(parts))
    text = Text(_joined(parts), no_wrap=True, overflow="ellipsis")
    text.truncate(max(1, room), overflow="ellipsis")
    text.stylize("bold", 0, len(name))
    return text


def _joined(parts: Sequence[tuple[int, str]]) -> str:
    return " ─ ".join(text for _, text in parts)


def _iteration(run: RunSnapshot) -> str:
    last, wanted = run.iterations[-1], run.settings.get("num_episodes_between_training")
    episodes = f" ({last.episodes_done}/{wanted})" if wanted else ""
    return f"iteration {last.index + 1}{episodes}"


def _times(stack: Stack, now: datetime) -> str:
    """How long it has been there and how long it will be, in hours and minutes."""
    parts = [clock(max(0, int((now - stack.created).total_seconds() // 60)))]
    left = minutes_left(stack, now)
    if left is not None:
        parts.append(f"ends in {clock(left)}" if left >= 0 else "its time is over")
    return ", ".join(parts)


def transport_line(state: TransportState, plain: bool = False, *, short: bool = False) -> str:
    """How the instance is reached and how old the newest data is, for the status bar, or ``short`` for the pane.

    ``plain`` is for terminals with ASCII only.
    """
    sign = glyph(_SIGNS.get(state.state, "waiting"), plain)
    if state.state == transport_words.CONNECTED:
        if state.data_age_s is None:
            return f"ssh {sign} no data yet"
        return f"ssh {sign} {age(state.data_age_s)}" if short else f"ssh {sign} data {age(state.data_age_s)} old"
    again = f", next try in {state.retry_in_s:.0f} s" if state.retry_in_s is not None else ""
    return f"ssh {sign} {state.state}{again}"


# -- line 2: what is going on -------------------------------------------------------------------------


def verdict(snapshot: MonitorSnapshot | None, stack: Stack | None, now: datetime, *, ending: bool = False) -> Verdict:
    """What is going on, in words: trouble first, since nothing else is news then; then whether it learns."""
    if snapshot is None:
        return Verdict("info", "LOOKING", "Looking for the instance …")
    run, transport = snapshot.run, snapshot.transport
    if ending:
        return Verdict("warning", "ENDING", "Its stack is being deleted; what the instance has saved is in the bucket.")
    if transport.state != transport_words.CONNECTED:
        return _unreached(transport)
    if run.faults:
        return Verdict("bad", "FAULT", _sentence(run.verdict.removeprefix("Fault ")) + _billing(stack))
    if any(worker.phase == words.GONE for worker in run.workers):
        return _gone(run, stack)
    if run.out_of_memory:
        return Verdict("bad", "OUT OF MEMORY", _sentence(f"TensorFlow says: {run.out_of_memory[-1]}") + _billing(stack))
    if transport.message and not transport.message.startswith("Connected"):
        return Verdict("warning", "NO DOCKER", transport.message)
    left = minutes_left(stack, now) if stack is not None else None
    soon = left is not None and 0 <= left < SOON_MINUTES
    return _going_on(run, f" It ends in {left} min." if soon else "")


def _unreached(transport: TransportState) -> Verdict:
    lost = transport.state == transport_words.LOST
    return Verdict("warning" if lost else "info", transport.state.upper(), transport.message)


def _gone(run: RunSnapshot, stack: Stack | None) -> Verdict:
    ended = [worker for worker in run.workers if worker.phase in _OVER]
    if len(ended) == len(run.workers) and run.trainer is not None and run.trainer.phase in _OVER:
        return Verdict(
            "warning", "ENDED", "All containers have ended: the training was stopped, or something ended it."
        )
    return Verdict("bad", "STALLED", run.verdict + _billing(stack) + " S stops safely.")


def _going_on(run: RunSnapshot, note: str) -> Verdict:
    word, _, rest = run.verdict.partition(": ")
    if word in _TREND_TONES:
        return Verdict(_TREND_TONES[word], word.upper(), rest + note)
    if run.iterations and run.totals.steps:
        return Verdict("info", "DRIVING", run.verdict + note)
    return Verdict("info", "STARTING", run.verdict if run.workers else _NO_CONTAINERS)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _billing(stack: Stack | None) -> str:
    usd = price(stack) if stack is not None else None
    return f" It goes on costing {usd:.2f} USD an hour." if usd is not None else ""


# -- below --------------------------------------------------------------------------------------------


def policy_line(run: RunSnapshot, plain: bool = False) -> str:
    """The trainer in one line: what it does, the last update's numbers, the best checkpoint."""
    parts = []
    trainer = run.trainer
    if trainer is not None:
        epoch = f" epoch {trainer.epoch}" if trainer.phase == words.UPDATING else ""
        parts.append(f"trainer {'collecting' if trainer.phase == words.DRIVING else trainer.phase}{epoch}")
    last = run.policy.last
    if last is not None:
        entropies = [i.policy.entropy for i in run.iterations if i.policy is not None]
        curve = f" {sparkline(entropies, _ENTROPIES, plain)}" if len(entropies) > 1 else ""
        parts.append(f"loss {last.loss:.3g}  KL {last.kl:.2g}  entropy {last.entropy:.3f}{curve}")
    if run.checkpoints.best:
        parts.append(f"best {run.checkpoints.best}")
    return " · ".join(parts)


def container_label(run: RunSnapshot | None, name: str) -> str:
    """The short name of a container in the log: W0, W1 … for workers, SM for the trainer."""
    if run is not None:
        for worker in run.workers:
            if worker.container == name:
                return f"W{worker.worker}" if worker.worker is not None else "W?"
        if run.trainer is not None and run.trainer.container == name:
            return "SM"
    return "SM" if "algo" in name else name[-6:]
