"""Whether a reward ranks laps as lap time does: rank correlations, and what they say in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.reward.logged import Rescored

FEWEST = 3
"""Laps or episodes: fewer have no ranking to speak of."""
_STRONG, _SOME = 0.8, 0.4
_SMALL = 8


@dataclass(frozen=True)
class Ranking:
    """How well two orders agree: 1 the same, 0 nothing to do with each other, -1 the other way round."""

    count: int
    spearman: float | None
    kendall: float | None
    """tau-b. Both None where there are too few, or one of the orders is a single tie."""


@dataclass(frozen=True)
class Against:
    """A draft against a log."""

    attempts: tuple[Rescored, ...]
    laps: Ranking
    """Quick laps against the draft's reward: 1 when the quickest earns most."""
    laps_logged: Ranking | None
    """The same for the reward that was paid then; None when the log has none."""
    progress: Ranking
    """Progress of episodes against the draft's reward."""
    progress_logged: Ranking | None

    @property
    def words(self) -> str:
        """Two to four sentences."""
        said = [_of_laps(self.laps, self.laps_logged), _of_progress(self.progress, self.progress_logged)]
        unpaid = sum(one.unpaid for one in self.attempts)
        if unpaid:
            said.append(f"For {unpaid:,} steps the draft has no number; a training would have ended at the first.")
        return " ".join(said)

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "episodes": len(self.attempts),
            "laps": self.laps.count,
            "steps": sum(one.steps for one in self.attempts),
            "lap_time": {"draft": _document(self.laps), "logged": _document(self.laps_logged)},
            "progress": {"draft": _document(self.progress), "logged": _document(self.progress_logged)},
            "attempts": [
                {
                    "log": one.source,
                    "episode": one.episode,
                    "steps": one.steps,
                    "progress": round(one.progress, 4),
                    "lap_time_s": one.lap_time_s,
                    "logged_reward": round(one.logged, 4),
                    "draft_reward": one.draft,
                    "unpaid_steps": one.unpaid,
                }
                for one in self.attempts
            ],
            "words": self.words,
        }


def against(attempts: Sequence[Rescored]) -> Against:
    """The rankings over all attempts."""
    laps = [(-one.lap_time_s, one) for one in attempts if one.lap_time_s is not None]
    logged = any(one.logged != 0.0 for one in attempts)
    quick = [time for time, _ in laps]
    far = [one.progress for one in attempts]
    return Against(
        tuple(attempts),
        ranking(quick, [one.draft for _, one in laps]),
        ranking(quick, [one.logged for _, one in laps]) if logged else None,
        ranking(far, [one.draft for one in attempts]),
        ranking(far, [one.logged for one in attempts]) if logged else None,
    )


def ranking(one: Sequence[float], other: Sequence[float]) -> Ranking:
    """How well the orders of two lists agree."""
    if len(one) < FEWEST:
        return Ranking(len(one), None, None)
    return Ranking(len(one), _rounded(spearman(one, other)), _rounded(kendall(one, other)))


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """The correlation of the ranks, ties having the mean of theirs; None when one list is a single tie."""
    a, b = ranks(one), ranks(other)
    middle = (len(a) + 1) / 2.0
    across = sum((x - middle) * (y - middle) for x, y in zip(a, b))
    size = math.sqrt(sum((x - middle) ** 2 for x in a) * sum((y - middle) ** 2 for y in b))
    return across / size if size > 0.0 else None


def kendall(one: Sequence[float], other: Sequence[float]) -> float | None:
    """tau-b: pairs in the same order less those in the other, ties allowed for; None when one list is a single tie."""
    balance = firm_a = firm_b = 0
    for i in range(len(one)):
        for j in range(i):
            a, b = _sign(one[i] - one[j]), _sign(other[i] - other[j])
            balance += a * b
            firm_a += a * a
            firm_b += b * b
    return balance / math.sqrt(firm_a * firm_b) if firm_a and firm_b else None


def ranks(values: Sequence[float]) -> list[float]:
    """The rank of each from 1, the smallest first; equal ones share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + 1 + end) / 2.0
        start = end
    return found


def _sign(value: float) -> int:
    return (value > 0.0) - (value < 0.0)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _document(found: Ranking | None) -> dict[str, Any] | None:
    return None if found is None else {"spearman": found.spearman, "kendall": found.kendall}


def _of_laps(draft: Ranking, logged: Ranking | None) -> str:
    if draft.count < FEWEST:
        laps = {0: "no complete lap", 1: "one complete lap", 2: "two complete laps"}[draft.count]
        return f"The log has {laps}: too few to be ranked."
    if draft.spearman is None:
        return f"The draft pays all {draft.count} complete laps the same: it does not tell quick laps from slow ones."
    few = f" (only {draft.count}: not reliable)" if draft.count < _SMALL else ""
    said = f"Over {draft.count} complete laps{few} the draft {_ranks(draft.spearman)} (rank correlation "
    said += f"{draft.spearman:+.2f})."
    if logged is not None and logged.spearman is not None:
        said += f" The reward paid then: {logged.spearman:+.2f}."
    return said


def _ranks(value: float) -> str:
    if value >= _STRONG:
        return "ranks them as lap time does"
    if value >= _SOME:
        return "mostly ranks them as lap time does"
    if value > -_SOME:
        return "hardly ranks them by lap time"
    return "ranks them the other way round: slower laps earn more"


def _of_progress(draft: Ranking, logged: Ranking | None) -> str:
    if draft.count < FEWEST:
        return ""
    if draft.spearman is None:
        return f"It pays all {draft.count} episodes the same, whatever their progress."
    said = f"Over {draft.count} episodes, progress and reward have a rank correlation of "
    said += f"{draft.spearman:+.2f}"
    if logged is not None and logged.spearman is not None:
        said += f" (paid then: {logged.spearman:+.2f})"
    return said + "."
