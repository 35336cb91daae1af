"""The verdict on a run in one plain sentence: its main problem, else its trend, else its progress."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import variance
from typing import TYPE_CHECKING

from dots_tui.problems import ERROR
from dots_tui.training import snapshot as s

if TYPE_CHECKING:
    from dots_tui.training.diagnosis import Diagnosis
    from dots_tui.training.snapshot import IterationSnapshot, RunSnapshot

FEWEST_ITERATIONS = 4
"""Minimum number of complete iterations before a trend is reported."""
LEAST_CHANGE = 5.0
"""Points of progress; a smaller change never counts."""
HIGH = 90.0
"""Percent of progress above which there is no room to rise."""

_OVER = (s.FINISHED, s.GONE, s.EXCESS, s.RESTARTING)

BASELINE = 4
"""Maximum number of complete iterations in the baseline: a long run is always compared with the same ones."""

LEARNING = "Learning"
LEARNED = "Learned"
STEADY = "Steady"
NO_PROGRESS = "No progress yet"
WORSE = "Getting worse"


@dataclass(frozen=True)
class Trend:
    """The mean progress of the last third of the complete iterations, compared with the beginning."""

    word: str
    """LEARNING, LEARNED (it rose, and few episodes miss a lap), STEADY (so from the start), NO_PROGRESS or
    WORSE.
    """
    before: float
    """Mean progress in percent of the first iterations, or of the middle third if it fell from there."""
    now: float
    """Mean progress in percent of the last third."""
    iterations: int
    """The number of complete iterations examined."""
    rewards: tuple[float, float] | None
    """Mean reward per episode in the same two thirds."""
    since_middle: bool = False
    """True if `before` is the middle third."""
    spans: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    """The displayed first and last iteration of both."""

    @property
    def compared(self) -> str:
        """The compared iterations, in words."""
        (one, two), (three, four) = self.spans
        return f"iterations {_span(one, two)} → {_span(three, four)}"


def verdict(run: RunSnapshot) -> str:
    """Return the state of a run in words."""
    trouble = _trouble(run)
    if trouble is not None:
        return trouble.sentence
    if not run.workers:
        return "No simulation has been seen yet."
    if not run.iterations or not run.totals.steps:
        waiting = any(worker.phase == s.WAITING for worker in run.workers)
        return "The simulations wait for the trainer." if waiting else "The simulations are starting."
    if all(worker.job for worker in run.workers):
        return _trials(run)
    found = trend(run.iterations)
    return _progress(run) if found is None else _trend_words(found, run.totals.best_lap_s)


def _trouble(run: RunSnapshot) -> Diagnosis | None:
    """Return the diagnosis to show first: an error, or any diagnosis while no worker drives; else None."""
    if not run.diagnoses:
        return None
    worst = run.diagnoses[0]
    driven = run.iterations and run.totals.steps and any(worker.phase not in _OVER for worker in run.workers)
    return worst if worst.severity == ERROR or not driven else None


def trend(iterations: Sequence[IterationSnapshot]) -> Trend | None:
    """Return the trend of the mean progress over iterations, oldest first; None while nothing can be said.

    The last iteration is in progress and does not count, nor does one that was joined in the
    middle. With at least FEWEST_ITERATIONS complete ones, the last third is compared with the first
    (BASELINE at most). A change counts if it is at least LEAST_CHANGE points and twice its standard
    error, computed from the differences between the iterations of a third: a few lucky episodes are
    not learning. From six iterations on, a fall since the middle third counts as well, so that a
    run that was better before is not reported as learning.
    """
    complete = [one for one in iterations[:-1] if one.number is not None and one.mean_progress is not None]
    count = len(complete)
    if count < FEWEST_ITERATIONS:
        return None
    third = math.ceil(count / 3)
    first, last = complete[: min(third, BASELINE)], complete[-third:]
    middle = complete[third:-third] if count >= 6 else []
    if len(middle) > 1 and _change(middle, last) < 0:
        rewards, spans = _rewards(middle, last), _spans(middle, last)
        return Trend(WORSE, _progress_of(middle), _progress_of(last), count, rewards, since_middle=True, spans=spans)
    now, change = _progress_of(last), _change(first, last)
    if change > 0:
        word = LEARNED if now >= HIGH else LEARNING
    elif change < 0:
        word = WORSE
    else:
        word = STEADY if now >= HIGH else NO_PROGRESS
    return Trend(word, _progress_of(first), now, count, _rewards(first, last), spans=_spans(first, last))


def _spans(
    before: Sequence[IterationSnapshot], after: Sequence[IterationSnapshot]
) -> tuple[tuple[int, int], tuple[int, int]]:
    return (before[0].ordinal, before[-1].ordinal), (after[0].ordinal, after[-1].ordinal)


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}-{last}"


def _change(before: Sequence[IterationSnapshot], after: Sequence[IterationSnapshot]) -> float:
    """Return the change in points of progress; 0 if it is small enough to be chance."""
    change = _progress_of(after) - _progress_of(before)
    spread = [variance([one.mean_progress or 0.0 for one in part]) / len(part) for part in (before, after)]
    return change if abs(change) >= max(LEAST_CHANGE, 2 * math.sqrt(sum(spread))) else 0.0


def _progress_of(iterations: Sequence[IterationSnapshot]) -> float:
    """Return the mean progress over all done episodes of the iterations."""
    episodes = sum(one.episodes_done for one in iterations)
    return sum((one.mean_progress or 0.0) * one.episodes_done for one in iterations) / max(1, episodes)


def _rewards(before: Sequence[IterationSnapshot], after: Sequence[IterationSnapshot]) -> tuple[float, float] | None:
    means = []
    for part in (before, after):
        known = [one.mean_reward for one in part if one.mean_reward is not None]
        if not known:
            return None
        means.append(sum(known) / len(known))
    return means[0], means[1]


def _trend_words(found: Trend, best_lap_s: float | None) -> str:
    """Return the trend with its numbers."""
    digits = 0 if max(found.before, found.now) >= 10 else 1
    compared = found.compared.replace("→", "->")
    parts = [f"{found.word}: progress {found.before:.{digits}f} -> {found.now:.{digits}f} % ({compared})"]
    if found.word in (NO_PROGRESS, WORSE) and found.rewards is not None:
        # A reward that rises without progress pays for something other than driving around the
        # track.
        parts.append(f"reward {found.rewards[0]:.1f} -> {found.rewards[1]:.1f}")
    if best_lap_s is not None:
        parts.append(f"best lap {best_lap_s:.2f} s")
    return ", ".join(parts) + "."


def _trials(run: RunSnapshot) -> str:
    """Return the progress of an evaluation, if the run has no training."""
    done, wanted = sum(one.trials_done for one in run.workers), run.workers[0].trials
    parts = [f"Evaluation: {done}{f' of {wanted}' if wanted else ''} trial{'' if (wanted or done) == 1 else 's'}"]
    if run.totals.mean_progress is not None:
        parts.append(f"mean progress {run.totals.mean_progress:.0f} %")
    if run.totals.best_lap_s is not None:
        parts.append(f"best lap {run.totals.best_lap_s:.2f} s")
    resets = sum(one.resets for one in run.workers)
    if resets:
        parts.append(f"put back {resets} time{'' if resets == 1 else 's'}")
    return ", ".join(parts) + "."


def _progress(run: RunSnapshot) -> str:
    iteration = run.iterations[-1]
    wanted = run.settings.get("num_episodes_between_training")
    done = iteration.episodes_done
    episodes = f"{done} of {wanted}" if wanted else f"{done}"
    parts = [f"Iteration {iteration.ordinal}: {episodes} episode{'' if episodes == '1' else 's'}"]
    if iteration.mean_progress is not None:
        parts.append(f"mean progress {iteration.mean_progress:.0f} %")
    if run.totals.best_lap_s is not None:
        parts.append(f"best lap {run.totals.best_lap_s:.2f} s")
    return ", ".join(parts) + "."
