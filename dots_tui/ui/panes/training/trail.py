"""The single episodes of a run, from its snapshots: the charts show them before the first iteration ends."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dots_tui.training.snapshot import RunSnapshot, WorkerSnapshot

MOST = 200
_LAP = 100.0
_LAP_COMPLETE = "lap_complete"


class DrivenEpisode(NamedTuple):
    """A finished episode: its progress in percent and its reward, if known."""

    number: int
    """The number among the episodes of all workers, from 1, in the order seen."""
    progress: float | None
    reward: float | None


class EpisodeTrail:
    """Collects new episodes from each snapshot. If a worker ends several between two snapshots, only the reward of the
    last one is known, and laps are put before the others."""

    def __init__(self) -> None:
        self._done: dict[str, int] = {}
        self._episodes: deque[DrivenEpisode] = deque(maxlen=MOST)
        self._number = 0

    def look(self, run: RunSnapshot) -> tuple[DrivenEpisode, ...]:
        """Add the new episodes of `run` and return all that are kept, oldest first."""
        for worker in run.workers:
            before = self._done.get(worker.container, 0)
            self._done[worker.container] = worker.episodes_done
            new = worker.episodes_done - before if worker.episodes_done >= before else worker.episodes_done
            progress = _progress(run, worker, min(new, MOST))
            for index, percent in enumerate(progress, start=1):
                self._number += 1
                reward = worker.last_reward if index == len(progress) else None
                self._episodes.append(DrivenEpisode(self._number, percent, reward))
        return tuple(self._episodes)


def _progress(run: RunSnapshot, worker: WorkerSnapshot, count: int) -> list[float | None]:
    """Return the progress of the newest `count` episodes of a worker: off-track ends are known, the rest are laps."""
    if not count:
        return []
    if count == 1 and worker.last_status == _LAP_COMPLETE:
        return [_LAP]
    ended = [one.progress for one in run.exits if one.worker == worker.worker][-count:]
    missing = count - len(ended)
    return [*([_LAP if worker.laps >= missing else None] * missing), *ended]
