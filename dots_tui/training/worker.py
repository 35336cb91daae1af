"""One simulation container: its episodes, its iterations and what it is doing."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from dots_tui.training import records as r
from dots_tui.training import snapshot as s
from dots_tui.training.aggregate import Tally
from dots_tui.training.containers import is_swarm_name
from dots_tui.training.history import History, Iteration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dots_tui.training.containers import Container


class EndedOffRoad(NamedTuple):
    """The last row of a done episode that was no lap."""

    row: r.Step
    progress: float


class _Episode:
    """The episode under way."""

    __slots__ = ("at_start", "lapped", "last", "number", "progress", "rewarded", "started", "whole")

    def __init__(self, first: r.Step, before: r.Step | None) -> None:
        self.number = first.episode
        self.started = first.time
        # In a continuous evaluation the next lap is an episode of its own, but its steps go on counting.
        follows = before is not None and (first.episode, first.step) == (before.episode + 1, before.step + 1)
        self.whole = first.step == 1 or follows
        self.last = first
        self.rewarded = 0.0
        self.progress = 0.0
        self.at_start = True
        self.lapped = False

    def goes_on_with(self, row: r.Step) -> bool:
        """Steps count up within an episode; a number that comes again is that of a restarted container."""
        return row.episode == self.number and row.step > self.last.step

    def add(self, row: r.Step) -> None:
        self.last = row
        self.rewarded += row.reward
        if row.status != r.PREPARE:
            # In simapp 6 the first row may still carry the progress of the episode before.
            self.progress = row.progress if self.at_start else max(self.progress, row.progress)
            self.at_start = False

    def completes_lap(self, row: r.Step) -> bool:
        """True once an episode, in the row in which progress reaches 100."""
        if self.lapped or row.status == r.PREPARE or row.progress < r.COMPLETE_PERCENT:
            return False
        self.lapped = True
        return True


class Worker:
    """Takes the records of one simulation's log. *run* is the history all workers of the run share."""

    def __init__(self, name: str, slot: int | None, run: History, replaces: Worker | None = None) -> None:
        self.name = name
        self.slot = slot
        self.container: Container | None = None
        self.listed = True
        """False once the container is missing in a listing."""
        self.index = slot - 1 if slot is not None and is_swarm_name(name) else None
        self.world: str | None = None
        self.tally = Tally()
        self.history = History()
        self.last_at: float | None = None
        self.extra_evaluations = 0
        self.training_lines = 0
        self.testing_lines = 0
        self.excess = False
        self.ended = False
        self.evaluating = False
        self._run = run
        self.attempt: int = replaces.attempt if replaces is not None else 0
        """How often the training was started anew."""
        self.checkpoint_number: int | None = replaces.checkpoint_number if replaces is not None else None
        """Of the checkpoint in use."""
        self._before: tuple[Iteration, Iteration] | None = None
        self._now: tuple[Iteration, Iteration] | None = None
        self._waiting = False
        self._driven = False
        self._episode: _Episode | None = None
        self._unpaid = False  # a done episode whose total reward is still to come
        self._last_reward: float | None = None

    def apply(self, record: r.Record, at: float) -> EndedOffRoad | None:
        """Take in one record, read at *at* (Unix seconds). Returns where an episode ended, if one did."""
        self.last_at = at
        if isinstance(record, r.Step):
            return self._step(record)
        if isinstance(record, r.EpisodeEnd):
            self._episode_end(record)
        elif isinstance(record, r.CheckpointRestored):
            self._restored(record)
        elif isinstance(record, r.EvaluationMean):
            self._evaluated(record)
        else:
            self._event(record)
        return None

    def _event(self, record: r.Record) -> None:
        """What only changes what it is doing, or says who it is."""
        if isinstance(record, r.EvaluationPhase):
            self.evaluating = True
        elif isinstance(record, r.ExtraEvaluation):
            self.extra_evaluations += 1
        elif isinstance(record, r.WorkerStarted):
            self.index, self.world = record.worker, record.world
            self._restarted()
        elif isinstance(record, r.WaitingForTrainer):
            self._waiting = True
        elif isinstance(record, r.ExcessWorker):
            self.excess = self.excess or record.exiting
        elif isinstance(record, r.JobEnded):
            self.ended = True

    def _evaluated(self, record: r.EvaluationMean) -> None:
        """Printed after the next checkpoint was loaded, about the one before; by worker 0 only."""
        if self.index is None:
            self.index = 0
        if self._before is not None and record.metric == "progress" and record.mean is not None:
            for iteration in self._before:
                iteration.tally.evaluated(record.mean)

    def _tallies(self) -> Iterable[Tally]:
        if self._now is None:
            self._now = self.history.current, self._run.current
        return self.tally, self._now[0].tally, self._now[1].tally

    def _step(self, row: r.Step) -> EndedOffRoad | None:
        self._driven, self._waiting, self.evaluating = True, False, False
        episode = self._episode
        first = episode is None or not episode.goes_on_with(row)
        if episode is None or first:
            episode = self._episode = _Episode(row, episode.last if episode is not None else None)
            self._unpaid = False
        episode.add(row)
        lapped = episode.completes_lap(row)
        for tally in self._tallies():
            tally.step(first=first)
            if lapped:
                tally.lap(round(row.time - episode.started, 3) if episode.whole else None)
            if row.done:
                tally.episode(episode.rewarded if episode.whole else None, episode.progress, row.status)
        if not row.done:
            return None
        self._unpaid = not episode.whole
        if episode.whole:
            self._last_reward = episode.rewarded
        return None if row.status == r.LAP_COMPLETE else EndedOffRoad(row, episode.progress)

    def _episode_end(self, record: r.EpisodeEnd) -> None:
        if record.phase == r.EVALUATION:
            self.testing_lines += 1
            for tally in self._tallies():
                tally.evaluation(record.reward)
            return
        self.training_lines += 1
        if self._unpaid and self._episode is not None and record.episode == self._episode.number + 1:
            self._unpaid = False
            self._last_reward = record.reward
            for tally in self._tallies():
                tally.reward(record.reward)

    def _restored(self, record: r.CheckpointRestored) -> None:
        if self.checkpoint_number is not None and record.number <= self.checkpoint_number:
            self.attempt += 1
        self.checkpoint_number = record.number
        self._before = self._now
        self._now = (
            self.history.begin(record.number, record.name, self.attempt),
            self._run.begin(record.number, record.name, self.attempt),
        )
        self._driven, self._waiting, self.evaluating, self.ended = True, False, False, False

    def _restarted(self) -> None:
        """The same container was started again: its log goes on, its episodes count from 0 again."""
        self._driven, self._waiting, self.evaluating = False, False, False
        self.excess, self.ended = False, False
        self._episode = None

    @property
    def episodes_of_iteration(self) -> int:
        """Done with the checkpoint in use."""
        return self._now[0].tally.episodes_done if self._now is not None else 0

    @property
    def between_episodes(self) -> bool:
        """Whether the last row seen ended an episode."""
        return self._episode is not None and self._episode.last.done

    def phase(self, *, share_done: bool) -> str:
        """What it is doing; *share_done* when its episodes of the iteration are in."""
        container = self.container
        if self.excess:
            return s.EXCESS
        if not self.listed or (container is not None and not container.running):
            ended_well = self.ended or (container is not None and container.exit_code == 0)
            return s.FINISHED if ended_well else s.GONE
        if self.ended:
            return s.FINISHED
        if self.evaluating:
            return s.EVALUATING
        if self._driven:
            return s.UPDATING if share_done and self.between_episodes else s.DRIVING
        return s.WAITING if self._waiting else s.STARTING

    def snapshot(
        self, now: float, worker: int | None, phase: str, policies: Mapping[int, s.PolicySummary]
    ) -> s.WorkerSnapshot:
        """Its state at *now* (Unix seconds). The arguments are what only the run knows."""
        episode, tally = self._episode, self.tally
        row = episode.last if episode is not None else None
        return s.WorkerSnapshot(
            worker=worker,
            container=self.name,
            phase=phase,
            episode=row.episode + 1 if row is not None else 0,
            step=row.step if row is not None else 0,
            progress=row.progress if row is not None and row.status != r.PREPARE else 0.0,
            reward=episode.rewarded if episode is not None else 0.0,
            last_reward=self._last_reward,
            episodes_seen=tally.episodes_seen,
            episodes_done=tally.episodes_done,
            steps=tally.steps,
            laps=tally.laps,
            best_lap_s=tally.best_lap_s,
            mean_reward=tally.rewards.value,
            mean_progress=tally.progress.value,
            last_status=row.status if row is not None else "",
            last_seen_s=max(0.0, now - self.last_at) if self.last_at is not None else None,
            x=row.x if row is not None else None,
            y=row.y if row is not None else None,
            heading=row.heading if row is not None else None,
            statuses=MappingProxyType(dict(tally.statuses)),
            evaluations=self._now[0].tally.evaluations if self._now is not None else 0,
            extra_evaluations=self.extra_evaluations,
            training_lines=self.training_lines,
            testing_lines=self.testing_lines,
            world=self.world,
            iterations=self.history.snapshots(self._run, policies),
        )
