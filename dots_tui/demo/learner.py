"""How the demo's driver learns: the cross-entropy method on a user's own reward.

A policy is a normal distribution over the driver's parameters. Each training episode drives with one draw from it; the
draws with the highest reward pull the distribution toward themselves (`dots_tui.reward.cross_entropy`). The policy
knows nothing else, so it finds what the reward pays for, even if that is standing still.

The numbers in the trainer's log are those of this distribution:

* entropy (nats): mean entropy of the steering parameters plus that of the speed parameters; values closer than half a
  unit count as equal
* KL divergence: KL(old || new) of the distributions before and after the update, per parameter
* surrogate loss: PPO's clipped objective over the draws with their standardized scores

An epoch is one step from the old distribution to the new one.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.demo.driver import GENES
from dots_tui.reward.controller import unsquash
from dots_tui.reward.cross_entropy import Distribution, Draw, target, towards

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

FEWEST_SCORES = 6
"""Number of draws an update needs; with fewer episodes in an iteration, earlier draws count again."""
MEMORY = 24
CLIP = 0.2
"""The value of simapp's PPO."""
UNTRAINED_SPREAD = 0.7
_SAME = 0.5
_NARROWEST = 0.12
_USUAL_RATE, _USUAL_EPOCHS = 0.0003, 5
_FULL_STEP = 0.45


@dataclass(frozen=True)
class Policy(Distribution):
    """The distribution over the driver's parameters."""

    @property
    def entropy(self) -> float:
        """Entropy in nats; see the module."""
        parts: dict[bool, list[float]] = {True: [], False: []}
        for gene, spread in zip(GENES, self.spread):
            parts[gene.steers].append(math.log(spread / _SAME * math.sqrt(2.0 * math.pi * math.e)))
        return sum(sum(part) / len(part) for part in parts.values())

    def divergence(self, new: Policy) -> float:
        """Return the Kullback-Leibler divergence KL(self || new), per parameter, in nats."""
        total = 0.0
        for m0, s0, m1, s1 in zip(self.mean, self.spread, new.mean, new.spread):
            total += math.log(s1 / s0) + (s0 * s0 + (m0 - m1) ** 2) / (2.0 * s1 * s1) - 0.5
        return total / len(self.mean)

    def log_density(self, values: Sequence[float]) -> float:
        """Return the mean log density over the parameters, without its constant."""
        total = sum(-math.log(s) - 0.5 * ((v - m) / s) ** 2 for v, m, s in zip(values, self.mean, self.spread))
        return total / len(self.mean)


def untrained(random: Random) -> Policy:
    """Return a new model: an untrained driver, slightly different each time."""
    return Policy(
        tuple(unsquash(gene.untrained) + random.gauss(0.0, 0.2) for gene in GENES),
        (UNTRAINED_SPREAD,) * len(GENES),
    )


class Epoch(NamedTuple):
    """The numbers that the trainer prints for one epoch."""

    loss: float
    kl: float
    entropy: float


class Learner:
    """Improves a policy from scored draws. `rate`, `epochs` and `beta_entropy` are the hyperparameters."""

    def __init__(self, policy: Policy, rate: float, epochs: int, beta_entropy: float) -> None:
        self.policy = policy
        self._epochs = epochs
        # The update grows with the learning rate and the number of epochs, like a gradient step.
        effort = math.sqrt(max(rate, 0.0) / _USUAL_RATE * epochs / _USUAL_EPOCHS) if math.isfinite(rate) else 1.0
        self._step = min(0.9, _FULL_STEP * effort)
        # The entropy bonus preserves exploration.
        self._narrowest = (
            min(0.6, _NARROWEST + 4.0 * max(beta_entropy, 0.0)) if math.isfinite(beta_entropy) else _NARROWEST
        )
        self._memory: deque[Draw] = deque(maxlen=MEMORY)

    def update(self, draws: Sequence[Draw]) -> list[Epoch]:
        """Learn from the draws of an iteration. Return the epochs as they are printed."""
        step = self._step
        if len(draws) < MEMORY // 2:
            self._memory.extend(draws)
            step *= max(len(draws), 1) / (MEMORY // 2)
            draws = tuple(self._memory)
        if len(draws) < FEWEST_SCORES:
            return []
        old = self.policy
        advantages = standardised([draw.score for draw in draws])
        if any(advantages):  # otherwise all draws are equal: nothing to learn from
            self.policy = towards(old, target(draws, self._narrowest), step)
        return [
            self._epoch(old, towards(old, self.policy, (epoch + 1) / self._epochs), draws, advantages)
            for epoch in range(self._epochs)
        ]

    @staticmethod
    def _epoch(old: Policy, new: Policy, draws: Sequence[Draw], advantages: Sequence[float]) -> Epoch:
        surrogate = 0.0
        for draw, advantage in zip(draws, advantages):
            ratio = math.exp(min(max(new.log_density(draw.values) - old.log_density(draw.values), -5.0), 5.0))
            clipped = min(max(ratio, 1.0 - CLIP), 1.0 + CLIP)
            surrogate += min(ratio * advantage, clipped * advantage)
        return Epoch(-surrogate / len(draws), old.divergence(new), new.entropy)


def standardised(scores: Sequence[float]) -> list[float]:
    """Return the scores scaled to mean 0 and standard deviation 1; all 0 if they are equal."""
    mean = sum(scores) / len(scores)
    deviation = math.sqrt(sum((score - mean) ** 2 for score in scores) / len(scores))
    return [(score - mean) / deviation if deviation > 0.0 else 0.0 for score in scores]
