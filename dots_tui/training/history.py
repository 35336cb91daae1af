"""Iterations in order: one for each loaded checkpoint, of one worker or of all workers."""

from __future__ import annotations

from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING

from dots_tui.training.aggregate import Tally
from dots_tui.training.snapshot import IterationSnapshot, PolicySummary

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ITERATIONS = 2000
"""Maximum number of iterations of a run; SAC trains after every episode and would grow without limit."""


TYPICAL_OF = 5
"""Number of the last iterations that determine the typical duration."""


class Iteration:
    """The episodes driven with one checkpoint."""

    __slots__ = ("_kept", "_key", "attempt", "began_at", "name", "number", "tally")

    def __init__(self, number: int | None, name: str | None, attempt: int = 0, began_at: float | None = None) -> None:
        self.number = number
        self.name = name
        self.attempt = attempt
        self.began_at = began_at
        """Unix seconds when the checkpoint was loaded; None if unknown."""
        self.tally = Tally()
        self._key: tuple[object, ...] | None = None
        self._kept: IterationSnapshot | None = None

    def snapshot(self, index: int, policy: PolicySummary | None, seconds: float | None) -> IterationSnapshot:
        """Return a snapshot; the same object while nothing changed, because charts ask ten times per second."""
        tally = self.tally
        key = (tally.changes, index, policy, seconds, self.began_at)
        if self._kept is None or self._key != key:
            self._key = key
            self._kept = IterationSnapshot(
                index=index,
                number=self.number,
                checkpoint=self.name,
                episodes_done=tally.episodes_done,
                steps=tally.steps,
                mean_reward=tally.rewards.value,
                mean_progress=tally.progress.value,
                laps=tally.laps,
                best_lap_s=tally.best_lap_s,
                statuses=MappingProxyType(dict(tally.statuses)),
                evaluations=tally.evaluations,
                evaluation_reward=tally.evaluation_rewards.value,
                evaluation_progress=tally.evaluation_progress,
                policy=policy,
                began_at=self.began_at,
                seconds=seconds,
                simulated_s=tally.simulated_s,
            )
        return self._kept


class History:
    """Iterations, oldest first. An iteration that begins again replaces itself and all later ones.

    This happens when the training starts over: a new attempt. Several workers share the history of
    the run, so the first worker of a new attempt clears it and the others join. With
    `keeps_attempts` the history holds the iterations of all attempts, one attempt after the other.
    """

    def __init__(self, *, keeps_attempts: bool = False) -> None:
        self.keeps_attempts = keeps_attempts
        self._iterations: list[Iteration] = []
        self.attempt = 0
        """How often the training started over."""
        self._first: int | None = None

    def __len__(self) -> int:
        return len(self._iterations)

    @property
    def current(self) -> Iteration:
        """The newest iteration; an iteration without a checkpoint if none was loaded yet."""
        if not self._iterations:
            self._iterations.append(Iteration(None, None))
        return self._iterations[-1]

    @property
    def began_at(self) -> float | None:
        """When the current iteration began (Unix seconds); None if unknown."""
        return self._iterations[-1].began_at if self._iterations else None

    def begin(self, number: int, name: str, attempt: int, at: float | None = None) -> Iteration:
        """Begin the iteration of a checkpoint that a worker loaded at `at`, or join the iteration another worker
        began.
        """
        if not self.keeps_attempts:
            if attempt > self.attempt:
                self.attempt = attempt
                self._iterations = [i for i in self._iterations if i.number is None or i.number < number]
            attempt = 0
        iteration = self._found(number, attempt)
        if iteration is not None:
            if at is not None:
                iteration.began_at = at if iteration.began_at is None else min(at, iteration.began_at)
            return iteration
        if self._first is None:
            # Episodes before the first seen checkpoint form the previous iteration.
            self._first = number - len(self._iterations)
        self._first = min(self._first, number)
        iteration = Iteration(number, name, attempt, at)
        self._iterations.append(iteration)
        self._iterations.sort(key=_order)
        del self._iterations[:-MOST_ITERATIONS]
        return iteration

    def _found(self, number: int, attempt: int) -> Iteration | None:
        for iteration in reversed(self._iterations):
            if (iteration.attempt, iteration.number) == (attempt, number):
                return iteration
            if iteration.attempt == attempt and iteration.number is not None and iteration.number < number:
                break
        return None

    def typical_s(self) -> float | None:
        """Median wall-clock seconds of the last few complete iterations; None if none is known."""
        known = [seconds for seconds in self._durations()[-TYPICAL_OF - 1 :] if seconds is not None]
        return median(known) if known else None

    def _durations(self) -> list[float | None]:
        """Return the wall-clock seconds of each iteration until the next one; None for the last one and unknown
        ones.
        """
        times = [iteration.began_at for iteration in self._iterations]
        return [
            *(
                after - at if at is not None and after is not None and after >= at else None
                for at, after in zip(times, times[1:])
            ),
            *([None] if times else []),
        ]

    def index_of(self, number: int | None) -> int:
        """Return the position of an iteration in the run, from 0."""
        return 0 if number is None or self._first is None else number - self._first

    def snapshots(self, run: History, policies: Mapping[int, PolicySummary]) -> tuple[IterationSnapshot, ...]:
        """Return all iterations, numbered as in the history of the whole run."""
        return tuple(
            iteration.snapshot(
                run.index_of(iteration.number),
                policies.get(iteration.number) if iteration.number is not None else None,
                seconds,
            )
            for iteration, seconds in zip(self._iterations, self._durations())
        )


def _order(iteration: Iteration) -> tuple[int, int]:
    return iteration.attempt, -1 if iteration.number is None else iteration.number
