"""The outlook of a run in plain words with evidence: learning, plateau, collapse, an unlucky start. Pure.

The thresholds ignore the noise of a few lucky or unlucky episodes; nothing is reported before four
iterations are complete.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.training import verdict as v

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.training.snapshot import Exit, IterationSnapshot, RunSnapshot

GOOD, WARNING, BAD = "good", "warning", "bad"

LEARNING, LEARNED, STEADY, PLATEAU = "LEARNING", "LEARNED", "STEADY", "PLATEAU"
NO_PROGRESS, WORSE, COLLAPSING, UNLUCKY = "NO PROGRESS YET", "GETTING WORSE", "COLLAPSING", "UNLUCKY START"
UNCLEAR = "NOT CLEAR YET"
"""The rise is smaller than the normal spread between iterations."""

ENTROPY_LEFT = 0.3
"""Share of the entropy of the first update; below it the policy hardly explores."""
_LEAST_ENTROPY = 0.5
"""Minimum entropy of the first update; below it a share means nothing (continuous action spaces go below zero)."""
_HALF = 0.5
_FALL = 15.0
"""Points of progress that a collapse costs at least."""
PLATEAU_FROM = 10
"""Minimum number of complete iterations before a plateau is reported."""
_SLOWED = 0.2
"""Share of the learning rate of the whole run; a slower run hardly learns."""
NOWHERE = 6.0
"""Percent of progress below which no episode has left its first corner."""
UNLUCKY_UNTIL = 15
"""Number of complete iterations after which the start no longer explains the result."""
_RECENT = 5
_NOTICEABLE, _FAST = 0.03, 0.3


@dataclass(frozen=True)
class Outlook:
    """The outlook: one of the words above, the tone GOOD, WARNING or BAD, and the numbers behind it."""

    word: str
    tone: str
    evidence: str
    advice: str = ""

    @property
    def text(self) -> str:
        """Evidence and advice as sentences."""
        return f"{self.evidence} {self.advice}".rstrip()


def outlook(run: RunSnapshot) -> Outlook | None:
    """Return the outlook of a run; None while too little is known."""
    complete = [one for one in run.iterations[:-1] if one.number is not None and one.mean_progress is not None]
    trend = v.trend(run.iterations)
    if trend is None:
        return None
    found = _collapse(complete, trend) or _unlucky(complete, trend) or _plateau(complete, trend)
    if found is not None:
        return found
    word, tone = {
        v.LEARNING: (LEARNING, GOOD),
        v.LEARNED: (LEARNED, GOOD),
        v.STEADY: (STEADY, GOOD),
        v.WORSE: (WORSE, WARNING),
    }.get(trend.word, (NO_PROGRESS, WARNING))
    parts = [_progress(trend)]
    if trend.word == v.NO_PROGRESS and trend.now - trend.before >= v.LEAST_CHANGE:
        word = UNCLEAR
        parts.append("which differ by as much among themselves")
    elif trend.rewards is not None and tone == WARNING:
        # A reward that rises without progress pays for something other than driving around the
        # track.
        parts.append(f"reward {trend.rewards[0]:.1f} → {trend.rewards[1]:.1f}")
    parts += filter(None, (_entropy(complete), _lap(run.totals.best_lap_s)))
    return Outlook(word, tone, ", ".join(parts) + ".", _paid_for_something_else(trend))


def _progress(trend: v.Trend) -> str:
    return f"progress {_percent(trend.before, trend.now)} ({trend.compared})"


def _percent(before: float, now: float) -> str:
    digits = 0 if max(before, now) >= 10 else 1
    return f"{before:.{digits}f} → {now:.{digits}f} %"


def _lap(best_s: float | None) -> str:
    return f"best lap {best_s:.2f} s" if best_s is not None else ""


def _paid_for_something_else(trend: v.Trend) -> str:
    if trend.word != v.NO_PROGRESS or trend.rewards is None or trend.now - trend.before >= v.LEAST_CHANGE:
        return ""
    before, now = trend.rewards
    rises = now > before + abs(before) / 4
    return "Reward rises while progress does not: it pays for something else than driving on." if rises else ""


# -- what is wrong ------------------------------------------------------------------------------------


def _collapse(complete: Sequence[IterationSnapshot], trend: v.Trend) -> Outlook | None:
    """Return a collapse: the policy stopped exploring before it could drive, or it forgot how to drive."""
    entropies = [one.policy.entropy for one in complete if one.policy is not None]
    if len(entropies) >= v.FEWEST_ITERATIONS and entropies[0] >= _LEAST_ENTROPY and trend.now < v.HIGH:
        now = sum(entropies[-2:]) / 2
        if now < entropies[0] * ENTROPY_LEFT:
            evidence = (
                f"entropy {entropies[0]:.2f} → {now:.2f} over {len(entropies)} updates, at {trend.now:.0f} % progress: "
                "it hardly tries other actions any more."
            )
            return Outlook(
                COLLAPSING,
                BAD,
                evidence,
                "Go on from an earlier checkpoint with a higher beta_entropy or a lower lr.",
            )
    width = max(2, len(complete) // 4)
    windows = [complete[at : at + width] for at in range(len(complete) - width + 1)]
    best = max(windows, key=_mean_progress)
    top, now = _mean_progress(best), _mean_progress(complete[-width:])
    if now <= top * _HALF and top - now >= _FALL:
        since = len(complete) - complete.index(best[-1]) - 1
        rewards = [_mean([one.mean_reward for one in part]) for part in (best, complete[-width:])]
        paid = f", reward {rewards[0]:.1f} → {rewards[1]:.1f}" if None not in rewards else ""
        return Outlook(
            COLLAPSING,
            BAD,
            f"progress {_percent(top, now)} in the last {since} iterations{paid}: it forgets what it could.",
            "Go on from the best checkpoint with a lower lr.",
        )
    return None


def _unlucky(complete: Sequence[IterationSnapshot], trend: v.Trend) -> Outlook | None:
    """Return an unlucky start: a new model without progress from the beginning, due to its random weights."""
    new = complete[0].number == 0
    if not new or len(complete) > UNLUCKY_UNTIL or any((one.mean_progress or 0.0) >= NOWHERE for one in complete):
        return None
    return Outlook(
        UNLUCKY,
        WARNING,
        f"after {len(complete)} iterations episodes still end at {trend.now:.1f} % of the lap.",
        "A new start with other random weights may cost less than waiting; if that ends so too, it is the reward.",
    )


def _plateau(complete: Sequence[IterationSnapshot], trend: v.Trend) -> Outlook | None:
    """Return a plateau: the model learned, and now hardly improves although it could."""
    count = len(complete)
    rise = trend.now - trend.before
    if count < PLATEAU_FROM or trend.word != v.LEARNING or trend.now >= v.HIGH:
        return None
    width = count // 4
    before, now = (_mean_progress(complete[-2 * width : -width]), _mean_progress(complete[-width:]))
    usual = rise * width / (count * 2 / 3)
    if now - before >= min(v.LEAST_CHANGE, usual * _SLOWED):
        return None
    spans = [f"{part[0].ordinal}-{part[-1].ordinal}" for part in (complete[-2 * width : -width], complete[-width:])]
    recent = f"progress {_percent(before, now)} (iterations {spans[0]} → {spans[1]})"
    evidence = f"at {now:.0f} %: {recent}, after {trend.before:.0f} % at first"
    entropy = _entropy(complete)
    return Outlook(
        PLATEAU,
        WARNING,
        f"{evidence}{', ' + entropy if entropy else ''}.",
        "Look where the episodes end: that is what it does not learn.",
    )


# -- entropy, and where episodes end ------------------------------------------------------------------


def _entropy(complete: Sequence[IterationSnapshot]) -> str:
    """Return the newest entropy and its trend; "" if updates print none."""
    entropies = [one.policy.entropy for one in complete if one.policy is not None]
    if not entropies:
        return ""
    first, last = entropies[-_RECENT:][0], entropies[-1]
    change = (last - first) / abs(first) if first else 0.0
    if abs(change) < _NOTICEABLE or len(entropies) < 2:
        word = "steady" if len(entropies) > 1 else ""
    elif change > 0:
        word = "rising"
    else:
        word = "falling fast" if change < -_FAST else "falling slowly"
    return f"entropy {last:.2f} {word}".rstrip()


@dataclass(frozen=True)
class OffTrackPlace:
    """A stretch of the track where many episodes end: its first and last waypoint, and its share of all ends."""

    first: int
    last: int
    share: float


def worst_place(exits: Sequence[Exit], *, most: int = 6, fewest: int = 5) -> OffTrackPlace | None:
    """Return the stretch of at most `most` waypoints where most episodes end; None if no stretch stands out."""
    counts = Counter(one.waypoint for one in exits)
    total = len(exits)
    if total < fewest:
        return None
    best = max(counts, key=lambda start: (_within(counts, start, most), -start))
    ends = _within(counts, best, most)
    if ends < max(3, total / 5):
        return None
    last = max(at for at in counts if best <= at < best + most)
    return OffTrackPlace(best, last, ends / total)


def _within(counts: Counter[int], start: int, length: int) -> int:
    return sum(counts[at] for at in range(start, start + length))


def _mean_progress(iterations: Sequence[IterationSnapshot]) -> float:
    return _mean([one.mean_progress for one in iterations]) or 0.0


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
