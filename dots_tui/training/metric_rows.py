"""Training metrics of a run (`TrainingMetrics*.json`), and the iteration of each episode. Pure.

simapp rewrites the metrics of a worker after each episode and never shortens them within a job, so
they hold every episode since the start of the job. They do not name the checkpoint: only the rows
of worker 0 show where an iteration begins, and the log or the list of checkpoints gives the number
of the first one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_SAME = 1.5
"""Points of progress by which an episode can differ between a log and the metrics, which are truncated."""
LAG = 2
"""The list of checkpoints is at most this many iterations behind the newest episode, or one ahead of it."""


class MetricRow(NamedTuple):
    """One episode of one worker in the metrics."""

    episode: int
    """1-based, per worker and job."""
    trial: int
    """Worker 0: 1-based in its iteration. Other workers: equal to `episode`."""
    training: bool
    """False for an evaluation, which carries the number of the last training episode."""
    progress: float
    """Percent, truncated."""
    reward: float
    """Rounded."""
    seconds: float
    """Simulated."""
    status: str
    """As in the log: `off_track`, `lap_complete`."""


def shares(rows: Sequence[MetricRow]) -> list[list[MetricRow]]:
    """Return the training rows of worker 0 by iteration: an evaluation, or a restarted trial count, ends an
    iteration.
    """
    found: list[list[MetricRow]] = []
    new, before = True, 0
    for row in rows:
        if not row.training:
            new = True
            continue
        if new or row.trial <= before:
            found.append([])
        found[-1].append(row)
        new, before = False, row.trial
    return found


def first_number(votes: Counter[int], newest: int, last_checkpoint: int | None, start: int | None = None) -> int:
    """Return the checkpoint number of the first iteration in the metrics, whose last one is `newest` (from 0).

    `votes` come from episodes that are also in the logs; they decide. Without votes, the first
    checkpoint of the last seen start (`start`) decides, else the newest checkpoint; a model from
    scratch begins with 0.
    """
    if votes:
        return max(0, max(votes, key=lambda number: (votes[number], number)))
    if start is not None:
        return start
    if last_checkpoint is None or newest - LAG <= last_checkpoint <= newest + 1:
        return 0
    return max(0, last_checkpoint - newest)


def numbered(
    metrics: Mapping[int, Sequence[MetricRow]],
    logged: Mapping[tuple[int, int], Iterable[tuple[int, float]]],
    last_checkpoint: int | None,
    between: int | None,
    start: int | None = None,
) -> Iterator[tuple[int, int, MetricRow]]:
    """Yield checkpoint number, worker and row of each training episode.

    `metrics` are the rows of each worker, `logged` maps (worker, episode) to the checkpoint number
    and progress in the logs, `between` is `num_episodes_between_training`, `start` the first
    checkpoint of the last seen start (None: unknown).
    """
    placed = list(_placed(metrics, between))
    votes: Counter[int] = Counter()
    told: dict[tuple[int, int], int] = {}
    for at, worker, row in placed:
        for number, progress in logged.get((worker, row.episode), ()):
            if abs(progress - row.progress) < _SAME:
                votes[number - at] += 1
                told[worker, row.episode] = number
    first = first_number(votes, max((at for at, *_ in placed), default=0), last_checkpoint, start)
    for at, worker, row in placed:
        yield told.get((worker, row.episode), first + at), worker, row


def _placed(metrics: Mapping[int, Sequence[MetricRow]], between: int | None) -> Iterator[tuple[int, int, MetricRow]]:
    """Yield the iteration in this job (from 0), worker and row of each training episode."""
    by_iteration = shares(metrics.get(0, ()))
    counts = [len(one) for one in by_iteration]
    for worker, rows in metrics.items():
        driven = [row for row in rows if row.training]
        mine = counts if worker == 0 else _share(worker, len(metrics), len(driven), counts, between)
        yield from ((at, worker, row) for row, at in zip(driven, _spread(mine, len(driven))))


def _share(worker: int, workers: int, driven: int, counts: Sequence[int], between: int | None) -> list[int]:
    """Return how many episodes of each iteration a worker drives: as many as worker 0, or one fewer."""
    if between and workers <= between:
        return [between // workers + (worker < between % workers)] * len(counts)
    less = [max(1, count - 1) for count in counts]
    return less if abs(driven - sum(less)) < abs(driven - sum(counts)) else list(counts)


def _spread(counts: Sequence[int], total: int) -> list[int]:
    """Return the iteration of each of `total` episodes; those beyond `counts` belong to the newest iteration."""
    found = [at for at, count in enumerate(counts) for _ in range(count)][:total]
    return found + [max(0, len(counts) - 1)] * (total - len(found))
