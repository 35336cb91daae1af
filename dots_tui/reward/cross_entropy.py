"""The cross-entropy method: a normal distribution over parameters that is pulled towards the draws that earned most."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

ELITE_SHARE = 0.25
FEWEST_ELITES = 3
WIDEST = 1.5


class Draw(NamedTuple):
    """Parameters that were driven with, and what they were worth."""

    values: tuple[float, ...]
    score: float


@dataclass(frozen=True)
class Distribution:
    """Mean and standard deviation of each parameter."""

    mean: tuple[float, ...]
    spread: tuple[float, ...]

    def draw(self, random: Random) -> tuple[float, ...]:
        """Parameters of one driver."""
        return tuple(random.gauss(m, s) for m, s in zip(self.mean, self.spread))


D = TypeVar("D", bound=Distribution)


def towards(one: D, other: Distribution, share: float) -> D:
    """A part of the way from one distribution to another."""
    return replace(
        one,
        mean=tuple(a + (b - a) * share for a, b in zip(one.mean, other.mean)),
        spread=tuple(a + (b - a) * share for a, b in zip(one.spread, other.spread)),
    )


def best_of(draws: Sequence[Draw]) -> list[Draw]:
    """The elite: the best quarter, at least three, the best first."""
    count = max(FEWEST_ELITES, round(len(draws) * ELITE_SHARE))
    return sorted(draws, key=_score, reverse=True)[:count]


def target(draws: Sequence[Draw], narrowest: float) -> Distribution:
    """The distribution of the best draws, the best of them counting most; no spread below *narrowest*."""
    elites = best_of(draws)
    count = len(elites)
    weights = [math.log(count + 1.0) - math.log(rank + 1.0) for rank in range(count)]
    total = sum(weights)
    # Few draws seem to agree more than they do; without this the spread would shrink on noise alone.
    unbiased = 1.0 - sum((weight / total) ** 2 for weight in weights)
    mean, spread = [], []
    for index in range(len(elites[0].values)):
        values = [draw.values[index] for draw in elites]
        centre = sum(w * v for w, v in zip(weights, values)) / total
        variance = sum(w * (v - centre) ** 2 for w, v in zip(weights, values)) / total / unbiased
        mean.append(centre)
        spread.append(min(max(math.sqrt(variance), narrowest), WIDEST))
    return Distribution(tuple(mean), tuple(spread))


def worth(rewards: Sequence[float], discount: float) -> float:
    """What an episode was worth: the mean over its steps of the discounted sum of the rewards from there on.

    That is the value PPO raises. Unlike the plain sum it does not prefer a slow lap to a fast one because it
    has more steps, unless the reward does; and an early end costs all that would have come.
    """
    gain, total = 0.0, 0.0
    for reward in reversed(rewards):
        gain = reward + discount * gain
        total += gain
    return total / len(rewards) if rewards else 0.0


def worth_at_start(rewards: Sequence[float], discount: float) -> float:
    """What an episode is worth at its first step: each reward counts less than the one before by *discount*."""
    gain = 0.0
    for reward in reversed(rewards):
        gain = reward + discount * gain
    return gain


def _score(draw: Draw) -> float:
    return draw.score
