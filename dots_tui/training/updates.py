"""The trainer container: policy updates and checkpoints."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from dots_tui.training import records as r
from dots_tui.training import snapshot as s
from dots_tui.training.history import MOST_ITERATIONS

if TYPE_CHECKING:
    from dots_tui.training.containers import Container

_MOST_NAMES = 1000


class Trainer:
    """The state of one trainer's log. A new trainer continues the updates of the one it `replaces`."""

    def __init__(self, name: str, replaces: Trainer | None = None) -> None:
        self.name = name
        self.container: Container | None = None
        self.listed = True
        self.policies: dict[int, s.PolicySummary] = dict(replaces.policies) if replaces is not None else {}
        """The update after each checkpoint, by the checkpoint's number."""
        self.saved: deque[r.CheckpointSaved] = deque(maxlen=_MOST_NAMES)
        self.best: r.BestCheckpoint | None = None
        self.last_at: float | None = None
        self.ended = False
        self._lines = 0
        self._updates = 0
        self._first: s.PolicyValues | None = None
        self._last: s.PolicyValues | None = None
        self._epochs = 0  # of the current update
        self._ready = False
        self._episodes = 0
        self._steps = 0

    def apply(self, record: r.Record, at: float | None) -> None:
        """Apply one record, printed at `at` (Unix seconds; None if unknown)."""
        if at is not None:
            self.last_at = at
        if isinstance(record, r.EpisodeEnd):
            self._ready = True
            self._episodes, self._steps = record.episode, record.steps
        elif isinstance(record, r.PolicyEpoch):
            self._epoch(record)
        elif isinstance(record, r.CheckpointSaved):
            self._save(record)
        elif isinstance(record, r.BestCheckpoint):
            self.best = record
        elif isinstance(record, r.TrainerReady):
            self._ready = True
        elif isinstance(record, r.JobEnded):
            self.ended = record.well

    def _epoch(self, record: r.PolicyEpoch) -> None:
        values = s.PolicyValues(record.loss, record.kl, record.entropy, record.epoch, record.learning_rate)
        if self._epochs == 0 or record.epoch == 0:
            self._updates += 1
            self._epochs = 0
        self._lines += 1
        self._epochs += 1
        self._first = self._first or values
        self._last = values
        if self.saved:
            self._keep(self.saved[-1].number)

    def _keep(self, number: int) -> None:
        assert self._last is not None
        last = self._last
        self.policies[number] = s.PolicySummary(last.loss, last.kl, last.entropy, last.learning_rate, self._epochs)
        if len(self.policies) > MOST_ITERATIONS:
            del self.policies[min(self.policies)]

    def _save(self, record: r.CheckpointSaved) -> None:
        if self.saved and record.number <= self.saved[-1].number:
            # The training restarted from an earlier checkpoint: later checkpoints are void.
            self.saved = deque((c for c in self.saved if c.number < record.number), maxlen=_MOST_NAMES)
        self.policies = {n: p for n, p in self.policies.items() if n < record.number}
        if self._epochs and not self.saved:
            self._keep(record.number - 1)  # the log was joined before the first seen checkpoint
        self.saved.append(record)
        self._epochs = 0

    @property
    def over(self) -> bool:
        """True if its container ended or no longer exists."""
        return not self.listed or (self.container is not None and not self.container.running)

    @property
    def updating(self) -> bool:
        """True if epochs were printed since the last checkpoint."""
        return self._epochs > 0

    def policy(self) -> s.PolicySnapshot:
        """Return the policy lines so far."""
        return s.PolicySnapshot(self._lines, self._updates, self._first, self._last)

    def snapshot(self, now: float) -> s.TrainerSnapshot:
        """Return its state at `now` (Unix seconds)."""
        return s.TrainerSnapshot(
            container=self.name,
            phase=self._phase(),
            episodes=self._episodes,
            steps=self._steps,
            epoch=self._epochs,
            last_seen_s=max(0.0, now - self.last_at) if self.last_at is not None else None,
        )

    def _phase(self) -> str:
        if self.over:
            ended_well = self.ended or (self.container is not None and self.container.exit_code == 0)
            return s.FINISHED if ended_well else s.GONE
        if self.updating:
            return s.UPDATING
        return s.DRIVING if self._ready else s.STARTING
