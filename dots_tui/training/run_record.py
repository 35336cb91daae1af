"""The record of a run: its iterations by checkpoint, merged from logs, metrics and earlier records. Pure.

A log can be joined late, be cut, or belong to a container that replaced another. The record
survives all of that: additions in any order and any number never lose an iteration. The key of an
iteration is its checkpoint, whose number continues when a run restarts or moves to another
instance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.training.history import MOST_ITERATIONS
from dots_tui.training.metric_rows import numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dots_tui.training.metric_rows import MetricRow
    from dots_tui.training.snapshot import IterationSnapshot, PolicySummary

MOST_DETAILED = 150
"""Number of iterations with single episodes; older iterations keep only sums."""
MOST_EPISODES = 20_000
"""Number of single episodes in all iterations; above it, more old iterations are folded."""
ANOTHER_START_S = 100.0
"""A first checkpoint that is loaded again after this time belongs to another start of the training."""
LAP = "lap_complete"
METRICS, PARTLY_LOGGED, LOGGED = 0, 1, 2
"""Sources of an episode: rounded metrics, a log without its first rows, a complete log."""


class EpisodeResult(NamedTuple):
    """The end of one episode."""

    progress: float
    """Percent."""
    reward: float | None
    lap_s: float | None
    status: str
    source: int
    """METRICS, PARTLY_LOGGED or LOGGED; a larger value is more exact."""


class EpisodeKey(NamedTuple):
    """The key of an episode in an iteration."""

    worker: int
    episode: int
    """1-based, per worker."""


@dataclass
class Sums:
    """The sums of the episodes of an iteration."""

    episodes: int = 0
    progress: float = 0.0
    rewarded: int = 0
    reward: float = 0.0
    laps: int = 0
    best_lap_s: float | None = None
    statuses: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, episodes: Iterable[EpisodeResult]) -> Sums:
        """Return the sums of episodes; the order does not matter."""
        made = cls()
        for one in sorted(episodes, key=_order):
            made.episodes += 1
            made.progress += one.progress
            if one.reward is not None:
                made.rewarded += 1
                made.reward += one.reward
            made.laps += one.status == LAP
            if one.lap_s is not None:
                made.best_lap_s = one.lap_s if made.best_lap_s is None else min(made.best_lap_s, one.lap_s)
            made.statuses[one.status] = made.statuses.get(one.status, 0) + 1
        return made

    @property
    def rank(self) -> tuple[float, ...]:
        """The rank; larger if the sums hold more."""
        return self.episodes, self.rewarded, self.laps, self.progress, self.reward


@dataclass
class IterationRecord:
    """One checkpoint and its episodes."""

    number: int
    steps: int | None = None
    """The steps in the checkpoint's name; None if only its number is known."""
    began_at: float | None = None
    """Unix seconds when the first worker loaded it."""
    episodes: dict[EpisodeKey, EpisodeResult] = field(default_factory=dict)
    folded: Sums | None = None
    """Sums that replace `episodes` in an old iteration."""
    evaluation: tuple[int, float | None, float | None] = (0, None, None)
    """Number of evaluations, their mean reward, their mean progress."""
    policy: PolicySummary | None = None
    driven: int = 0
    """Steps of its episodes."""

    @property
    def sums(self) -> Sums:
        """The sums of its episodes."""
        return self.folded if self.folded is not None else Sums.of(self.episodes.values())

    @property
    def count(self) -> int:
        """The number of known episodes."""
        return self.folded.episodes if self.folded is not None else len(self.episodes)

    def merge(self, other: IterationRecord) -> None:
        """Add the values of another record of the same checkpoint."""
        if self._another_start(other):
            if (self.began_at or 0.0) < (other.began_at or 0.0):
                self.began_at, self.folded, self.driven = other.began_at, other.folded, other.driven
                self.episodes, self.evaluation, self.policy = dict(other.episodes), other.evaluation, other.policy
            return
        known = [at for at in (self.began_at, other.began_at) if at is not None]
        self.began_at = min(known, default=None)
        if self.folded is not None or other.folded is not None:
            self.folded = max((self.sums, other.sums), key=lambda sums: sums.rank)
            self.episodes = {}
        else:
            for key, result in other.episodes.items():
                self.add(key, result)
        self.evaluation = max(self.evaluation, other.evaluation, key=_full)
        self.policy = max(self.policy, other.policy, key=_trained)
        self.driven = max(self.driven, other.driven)

    def add(self, key: EpisodeKey, result: EpisodeResult) -> None:
        """Add an episode. The more exact source wins in any order; the other one fills its gaps."""
        if self.folded is not None:
            return
        known = self.episodes.get(key, result)
        less, more = sorted((known, result), key=_order)
        if more.reward is None or more.lap_s is None:
            more = more._replace(
                reward=less.reward if more.reward is None else more.reward,
                lap_s=less.lap_s if more.lap_s is None else more.lap_s,
            )
        self.episodes[key] = more

    def fold(self) -> None:
        """Keep only the sums."""
        self.folded, self.episodes = self.sums, {}

    def _another_start(self, other: IterationRecord) -> bool:
        if self.steps != 0 or self.began_at is None or other.began_at is None:
            return False
        return abs(self.began_at - other.began_at) > ANOTHER_START_S


class RunRecord:
    """Iterations of one run. `name` is that of the stack or host, `world` is the track. Not thread-safe."""

    def __init__(self, name: str = "", world: str = "") -> None:
        self.name = name
        self.world = world
        self.best_checkpoint = ""
        """The name of the track in the bucket or the log."""
        self.prefix = ""
        """The current model prefix of the run, if known."""
        self.changes = 0
        """Grows with every change."""
        self.iterations: dict[tuple[int, int | None], IterationRecord] = {}
        """Iterations by number and steps of the checkpoint."""
        self.metrics: dict[str, dict[int, tuple[MetricRow, ...]]] = {}
        """Metrics by model prefix and worker."""
        self.starts: dict[int, float] = {}
        """Points where the training started over: number of the first checkpoint, and its load time (Unix
        seconds).
        """
        self.first: int | None = None
        """The smallest checkpoint number seen."""
        self.last_checkpoints: dict[str, int] = {}
        """The newest checkpoint in the bucket, by model prefix."""
        self.between: int | None = None
        """`num_episodes_between_training`."""
        self._current: tuple[int, list[IterationRecord]] = (-1, [])

    # -- additions ---------------------------------------------------------------------------------

    def episode(self, number: int, steps: int | None, key: EpisodeKey, result: EpisodeResult) -> None:
        """Add an episode from a log, driven with the checkpoint `number`."""
        self._of(number, steps).add(key, result)
        self.changes += 1

    def loaded(self, number: int, steps: int, at: float | None, *, anew: bool = False) -> None:
        """Add that a worker loaded a checkpoint at `at` (Unix seconds; None: unknown).

        With `anew` the training starts over from it: episodes of this checkpoint or a later one no
        longer count.
        """
        if anew:
            for key in [key for key, one in self.iterations.items() if key[0] >= number]:
                if at is None or self.iterations[key].began_at is None:
                    del self.iterations[key]
            self.iterations.pop((number, steps), None)
        if at is not None and (anew or not steps):
            self.starts[number] = at if anew else max(at, self.starts.get(number, at))
        self._of(number, steps).merge(IterationRecord(number, steps, at))
        self.changes += 1

    def told(self, one: IterationSnapshot) -> None:
        """Add the values of an iteration in the logs, except its episodes."""
        if one.number is None:
            return
        known = self._of(one.number, steps_of(one.checkpoint))
        evaluation = (one.evaluations, one.evaluation_reward, one.evaluation_progress)
        if evaluation[0] >= known.evaluation[0] and known.evaluation != evaluation:
            known.evaluation = evaluation
            self.changes += 1
        if one.policy is not None and (known.policy is None or one.policy.epochs >= known.policy.epochs):
            self.changes += known.policy != one.policy
            known.policy = one.policy
        known.driven = max(known.driven, one.steps)

    def measured(self, prefix: str, metrics: Mapping[int, Sequence[MetricRow]], last_checkpoint: int | None) -> None:
        """Set the metrics of each worker below a model prefix; they replace earlier metrics."""
        new = {worker: tuple(rows) for worker, rows in metrics.items()}
        if new != self.metrics.get(prefix) or last_checkpoint != self.last_checkpoints.get(prefix):
            self.metrics[prefix] = new
            if last_checkpoint is not None:
                self.last_checkpoints[prefix] = last_checkpoint
            self.changes += 1

    def merge(self, other: RunRecord) -> None:
        """Merge another record of the same run; nothing is lost."""
        for one in other.iterations.values():
            copy = IterationRecord(one.number, one.steps)
            copy.merge(one)
            copy.began_at = one.began_at
            self._of(one.number, one.steps).merge(copy)
        for number, at in other.starts.items():
            self.starts[number] = max(at, self.starts.get(number, at))
        self.first = min((one for one in (self.first, other.first) if one is not None), default=None)
        for prefix, metrics in other.metrics.items():
            mine = self.metrics.setdefault(prefix, {})
            for worker, rows in metrics.items():
                mine[worker] = max(mine.get(worker, ()), rows, key=lambda rows: (len(rows), rows))
        for prefix, number in other.last_checkpoints.items():
            self.last_checkpoints[prefix] = max(number, self.last_checkpoints.get(prefix, -1))
        self.name, self.world = self.name or other.name, self.world or other.world
        self.best_checkpoint = self.best_checkpoint or other.best_checkpoint
        self.prefix, self.between = self.prefix or other.prefix, self.between or other.between
        self.changes += 1

    def _of(self, number: int, steps: int | None) -> IterationRecord:
        key = (number, steps)
        found = self.iterations.get(key)
        if found is None:
            found = self.iterations[key] = IterationRecord(number, steps)
            self.first = number if self.first is None else min(self.first, number)
            self._tidy()
        return found

    def _tidy(self) -> None:
        ordered = sorted(self.iterations, key=lambda key: (key[0], key[1] or 0))
        room = MOST_EPISODES
        for at, key in enumerate(reversed(ordered)):
            one = self.iterations[key]
            room -= len(one.episodes)
            if at and (at >= MOST_DETAILED or room < 0) and one.folded is None:
                one.fold()
        for key in ordered[: -min(MOST_ITERATIONS, len(ordered))]:
            del self.iterations[key]

    # -- results -----------------------------------------------------------------------------------

    @property
    def last_checkpoint(self) -> int | None:
        """The largest checkpoint number of the current run in logs or bucket; None if there is none."""
        numbers = [one.number for one in self.current()]
        known = self.last_checkpoints.get(self.prefix)
        return max([*numbers, *([known] if known is not None else [])], default=None)

    def current(self) -> list[IterationRecord]:
        """Return the iterations that count, by number, without those that a restart from an earlier checkpoint
        replaced.
        """
        if self._current[0] != self.changes:
            self._current = (self.changes, self._resolved())
        return self._current[1]

    def _resolved(self) -> list[IterationRecord]:
        found: dict[int, IterationRecord] = {}
        for one in sorted(self.iterations.values(), key=_newest_last):
            if one.began_at is not None and any(
                number <= one.number and at - one.began_at > (ANOTHER_START_S if number == one.number else 0.0)
                for number, at in self.starts.items()
            ):
                continue
            same = found.get(one.number)
            if same is not None and one.steps is None:
                same.merge(_copy(one))  # joined in the middle: the checkpoint with that number
            else:
                found[one.number] = _copy(one)
        self._add_metrics(found)
        return [found[number] for number in sorted(found)]

    def _add_metrics(self, found: dict[int, IterationRecord]) -> None:
        logged: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for one in sorted(self.iterations.values(), key=_newest_last):
            for key, result in one.episodes.items():
                if result.source != METRICS:
                    logged.setdefault(key, []).append((one.number, result.progress))
        start = max(self.starts, key=lambda number: self.starts[number], default=None)
        for prefix, metrics in self.metrics.items():
            last = self.last_checkpoints.get(prefix)
            for number, worker, row in numbered(metrics, logged, last, self.between, start):
                lap_s = row.seconds if row.status == LAP else None
                result = EpisodeResult(row.progress, row.reward, lap_s, row.status, METRICS)
                found.setdefault(number, IterationRecord(number)).add(EpisodeKey(worker, row.episode), result)


def steps_of(checkpoint: str | None) -> int | None:
    """Return the steps in a checkpoint's name (`12_Step-3400.ckpt`); None if there are none."""
    digits = (checkpoint or "").partition("_Step-")[2].partition(".")[0]
    return int(digits) if digits.isdecimal() and len(digits) <= 18 else None


def _copy(one: IterationRecord) -> IterationRecord:
    copy = IterationRecord(one.number, one.steps)
    copy.merge(one)
    copy.began_at = one.began_at
    return copy


def _newest_last(one: IterationRecord) -> tuple[bool, float, int]:
    """Return a sort key: checkpoints known only by number come last, to be added to the one with that number."""
    return one.steps is None, one.began_at or 0.0, -(one.steps or 0)


def _full(evaluation: tuple[int, float | None, float | None]) -> tuple[float, ...]:
    count, reward, progress = evaluation
    return count, -1.0 if progress is None else progress, float("-inf") if reward is None else reward


def _trained(policy: PolicySummary | None) -> tuple[float, ...]:
    return (-1.0,) if policy is None else (policy.epochs, policy.entropy, policy.kl, policy.loss)


def _order(one: EpisodeResult) -> tuple[object, ...]:
    reward = one.reward if one.reward is not None else float("-inf")
    return one.source, one.reward is not None, one.progress, reward, one.lap_s or 0.0, one.status
