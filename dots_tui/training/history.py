"""Iterations in their order: one for each checkpoint that was loaded, of one worker or of all."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dots_tui.training.aggregate import Tally
from dots_tui.training.snapshot import IterationSnapshot, PolicySummary

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ITERATIONS = 2000
"""Kept of a run; SAC trains after every episode and would otherwise grow without end."""


class Iteration:
    """The episodes driven with one checkpoint."""

    __slots__ = ("_kept", "_key", "name", "number", "tally")

    def __init__(self, number: int | None, name: str | None) -> None:
        self.number = number
        self.name = name
        self.tally = Tally()
        self._key: tuple[int, int, PolicySummary | None] | None = None
        self._kept: IterationSnapshot | None = None

    def snapshot(self, index: int, policy: PolicySummary | None) -> IterationSnapshot:
        """The same object as the last time while nothing changed: charts ask ten times a second."""
        tally = self.tally
        key = (tally.changes, index, policy)
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
            )
        return self._kept


class History:
    """Iterations, oldest first. One that is begun again replaces what was known of it and of all after it.

    That happens when the training is started anew: an *attempt*. Several workers share one history of the
    run, so the first one of a new attempt clears it and the others join in.
    """

    def __init__(self) -> None:
        self._iterations: list[Iteration] = []
        self._attempt = 0
        self._first: int | None = None

    def __len__(self) -> int:
        return len(self._iterations)

    @property
    def current(self) -> Iteration:
        """The newest; one without a checkpoint when none was loaded yet."""
        if not self._iterations:
            self._iterations.append(Iteration(None, None))
        return self._iterations[-1]

    def begin(self, number: int, name: str, attempt: int) -> Iteration:
        """The iteration of a checkpoint that a worker loaded, new or already begun by another worker."""
        if attempt > self._attempt:
            self._attempt = attempt
            self._iterations = [i for i in self._iterations if i.number is None or i.number < number]
        for iteration in reversed(self._iterations):
            if iteration.number == number:
                return iteration
            if iteration.number is not None and iteration.number < number:
                break
        if self._first is None:
            # What was driven before the first checkpoint that was seen is the iteration before it.
            self._first = number - len(self._iterations)
        self._first = min(self._first, number)
        iteration = Iteration(number, name)
        self._iterations.append(iteration)
        self._iterations.sort(key=_number)
        del self._iterations[:-MOST_ITERATIONS]
        return iteration

    def index_of(self, number: int | None) -> int:
        """Position of an iteration in the run, from 0."""
        return 0 if number is None or self._first is None else number - self._first

    def snapshots(self, run: History, policies: Mapping[int, PolicySummary]) -> tuple[IterationSnapshot, ...]:
        """All iterations, numbered as in the history of the whole run."""
        return tuple(
            iteration.snapshot(
                run.index_of(iteration.number),
                policies.get(iteration.number) if iteration.number is not None else None,
            )
            for iteration in self._iterations
        )


def _number(iteration: Iteration) -> int:
    return -1 if iteration.number is None else iteration.number
