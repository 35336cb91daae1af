"""Iterations in their order: one for each checkpoint that was loaded, of one worker or of all."""

from __future__ import annotations

from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING

from dots_tui.training.aggregate import Tally
from dots_tui.training.snapshot import IterationSnapshot, PolicySummary

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ITERATIONS = 2000
"""Kept of a run; SAC trains after every episode and would otherwise grow without end."""


TYPICAL_OF = 5
"""How many of the last iterations say how long one takes."""


class Iteration:
    """The episodes driven with one checkpoint."""

    __slots__ = ("_kept", "_key", "attempt", "began_at", "name", "number", "tally")

    def __init__(self, number: int | None, name: str | None, attempt: int = 0, began_at: float | None = None) -> None:
        self.number = number
        self.name = name
        self.attempt = attempt
        self.began_at = began_at
        """Unix seconds when the checkpoint was loaded; None when that is not known."""
        self.tally = Tally()
        self._key: tuple[object, ...] | None = None
        self._kept: IterationSnapshot | None = None

    def snapshot(self, index: int, policy: PolicySummary | None, seconds: float | None) -> IterationSnapshot:
        """The same object as the last time while nothing changed: charts ask ten times a second."""
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
    """Iterations, oldest first. One that is begun again replaces what was known of it and of all after it.

    That happens when the training is started anew: an *attempt*. Several workers share one history of the
    run, so the first one of a new attempt clears it and the others join in. A history that *keeps_attempts* has the
    iterations of all attempts, one attempt after the other.
    """

    def __init__(self, *, keeps_attempts: bool = False) -> None:
        self.keeps_attempts = keeps_attempts
        self._iterations: list[Iteration] = []
        self.attempt = 0
        """How often the training was begun anew."""
        self._first: int | None = None

    def __len__(self) -> int:
        return len(self._iterations)

    @property
    def current(self) -> Iteration:
        """The newest; one without a checkpoint when none was loaded yet."""
        if not self._iterations:
            self._iterations.append(Iteration(None, None))
        return self._iterations[-1]

    @property
    def began_at(self) -> float | None:
        """When the iteration under way began (Unix seconds); None when that is not known."""
        return self._iterations[-1].began_at if self._iterations else None

    def begin(self, number: int, name: str, attempt: int, at: float | None = None) -> Iteration:
        """The iteration of a checkpoint that a worker loaded at *at*, new or already begun by another worker."""
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
            # What was driven before the first checkpoint that was seen is the iteration before it.
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
        """Median wall-clock seconds of the last few complete iterations; None while none is known."""
        known = [seconds for seconds in self._durations()[-TYPICAL_OF - 1 :] if seconds is not None]
        return median(known) if known else None

    def _durations(self) -> list[float | None]:
        """Wall-clock seconds of each iteration, until the next one began; None for the last and what is not known."""
        times = [iteration.began_at for iteration in self._iterations]
        return [
            *(
                after - at if at is not None and after is not None and after >= at else None
                for at, after in zip(times, times[1:])
            ),
            *([None] if times else []),
        ]

    def index_of(self, number: int | None) -> int:
        """Position of an iteration in the run, from 0."""
        return 0 if number is None or self._first is None else number - self._first

    def snapshots(self, run: History, policies: Mapping[int, PolicySummary]) -> tuple[IterationSnapshot, ...]:
        """All iterations, numbered as in the history of the whole run."""
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
