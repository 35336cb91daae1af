"""The choice of the best checkpoint by worker 0 of a simulated run."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from dots_tui.demo import simapp_log as log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.demo.checkpoints import Checkpoint, CheckpointStore
    from dots_tui.demo.rollout import Row

NONE = "None"


class BestModel:
    """Scores of the checkpoint in use, and the best one so far. `metric` is "progress", "reward" or "laptime"."""

    def __init__(self, metric: str, store: CheckpointStore) -> None:
        self.number = -1
        """Number of the best checkpoint."""
        self.last = -1
        """Number of the last evaluated checkpoint."""
        self._metric = metric
        self._store = store
        self._scores: list[float] = []
        self._best: float | None = None
        self._name = NONE
        self._evaluated: Checkpoint | None = None

    def evaluated(self, rows: Sequence[Row]) -> None:
        """Add an evaluation episode of the checkpoint in use."""
        progress = max((row.progress for row in rows if row.step > 1), default=0.0)
        if self._metric == "reward":
            self._scores.append(sum(row.reward for row in rows))
        elif self._metric == "laptime":
            # The time of a whole lap at this rate.
            self._scores.append((rows[-1].time - rows[0].time) * 100.0 / max(progress, 1.0))
        else:
            self._scores.append(progress)

    def select(self, loaded: Checkpoint) -> list[str]:
        """Compare the previous checkpoint after another one was loaded. Return the lines to print."""
        judged = self._evaluated or loaded
        mean = sum(self._scores) / len(self._scores) if self._scores else None
        better = self._evaluated is None or (mean is not None and self._beats(mean))
        old_name, old_best = self._name, self._best
        if better:
            self._best, self._name, self.number = mean, judged.name, judged.number
        lines = log.selection(self._metric, self._scores, old_best, self._name, old_name)
        self.last = judged.number
        with contextlib.suppress(OSError):  # the training does not need the files
            self._store.select(self._name, self._best, judged.name)
        self._scores = []
        self._evaluated = loaded
        return lines

    def _beats(self, mean: float) -> bool:
        if self._best is None:
            return True
        return mean <= self._best if self._metric == "laptime" else mean >= self._best
