"""One simulation container: its number, its activity, and its driving."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from dots_tui.training import records as r
from dots_tui.training import snapshot as s
from dots_tui.training.containers import is_swarm_name
from dots_tui.training.driving import Driving, EndedOffRoad
from dots_tui.training.rows import Rows
from dots_tui.training.trials import TRIALS, Trials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.training.containers import Container
    from dots_tui.training.history import History


class Worker:
    """The state of one simulation's log. All workers of the run share the history `run`."""

    def __init__(self, name: str, slot: int | None, run: History, replaces: Worker | None = None) -> None:
        self.name = name
        self.slot = slot
        self.container: Container | None = None
        self.listed = True
        """False once the container is missing from a listing."""
        self.index = slot - 1 if slot is not None and is_swarm_name(name) else None
        self.world: str | None = None
        self.configuration: str | None = None
        self.starts: int = replaces.starts + 1 if replaces is not None else 1
        self.last_at: float | None = None
        self.excess = False
        self.ended = False
        self.evaluating = False
        self.job = False
        """True for an evaluation job."""
        self.trials = Trials()
        self.began: r.CheckpointRestored | None = None
        """The checkpoint whose iteration began with the last record; None if none did."""
        self.driving: Driving = Driving(run, replaces.driving if replaces is not None else None)
        self._run = run
        self.waited_s = 0
        self._waiting = False
        self._driven = False

    def apply(self, record: r.Record | Rows, at: float | None) -> list[EndedOffRoad]:
        """Apply one record or rows, printed at `at` (Unix seconds; None if unknown).

        Return where episodes ended that were not laps.
        """
        if at is not None:
            self.last_at = self.driving.clock = at
        if isinstance(record, (Rows, r.Step)):
            self._driven, self._waiting, self.evaluating = True, False, False
            rows = record if isinstance(record, Rows) else Rows.of([record])
            if self.job:
                self.trials.rows(rows)
            return self.driving.rows(rows, at)
        if isinstance(record, r.EpisodeEnd):
            if record.phase == r.EVALUATION and self.index is None:
                self.index = 0  # no other worker evaluates
            self.driving.ended(record)
        elif isinstance(record, r.CheckpointRestored):
            self._driven, self._waiting, self.evaluating, self.ended = True, False, False, False
            self.began = record if self.driving.restored(record) else None
        elif isinstance(record, r.EvaluationMean):
            if self.index is None:
                self.index = 0
            self.driving.evaluated(record)
        else:
            self._event(record)
        return []

    def _event(self, record: r.Record) -> None:
        """Apply a record that only changes the activity or identifies the worker."""
        if isinstance(record, r.EvaluationPhase):
            self.evaluating = True
        elif isinstance(record, r.ExtraEvaluation):
            self.driving.extra_evaluations += 1
        elif isinstance(record, (r.WorkerStarted, r.MetricsUploaded, r.World)):
            self._identify(record)
        elif isinstance(record, r.JobType):
            self.job = record.evaluation
        elif isinstance(record, r.Setting) and record.name == TRIALS:
            self.trials.wanted = record.value
        elif isinstance(record, r.WaitingForTrainer):
            if self._driven:
                self.restarted()
            self._waiting, self.waited_s = True, record.seconds
        elif isinstance(record, r.ExcessWorker):
            self.excess = self.excess or record.exiting
        elif isinstance(record, r.JobEnded):
            self.ended = record.well

    def _identify(self, record: r.WorkerStarted | r.MetricsUploaded | r.World) -> None:
        """Set the number and the world of the worker.

        Its start is printed once; a log joined later contains the names of its metrics.
        """
        if isinstance(record, r.World):
            self.world = self.world or record.name
        elif isinstance(record, r.MetricsUploaded):
            self.index = record.worker if self.index is None else self.index
        else:
            self.index, self.world, self.configuration = record.worker, record.world, record.configuration
            if self._driven:
                self.restarted()

    def restarted(self) -> None:
        """Note a restart of the simulation: the log continues, and its episodes count from 0 again."""
        self._driven, self._waiting, self.evaluating = False, False, False
        self.excess, self.ended = False, False
        self.starts += 1
        self.driving.restarted()

    @property
    def over(self) -> bool:
        """True if its container ended or no longer exists."""
        return not self.listed or (self.container is not None and not self.container.running)

    def phase(self, *, share_done: bool) -> str:
        """Return the current activity; `share_done` if its episodes of the iteration are complete."""
        if self.excess:
            return s.EXCESS
        if self.over:
            ended_well = self.ended or (self.container is not None and self.container.exit_code == 0)
            return s.FINISHED if ended_well else s.GONE
        if self.ended:
            return s.FINISHED
        if self.evaluating or (self.job and self._driven):
            return s.EVALUATING
        if self._driven:
            return s.UPDATING if share_done and self.driving.between_episodes else s.DRIVING
        return s.WAITING if self._waiting else s.STARTING

    def snapshot(
        self, now: float, worker: int | None, phase: str, policies: Mapping[int, s.PolicySummary]
    ) -> s.WorkerSnapshot:
        """Return its state at `now` (Unix seconds). The arguments are values that only the run knows."""
        driving = self.driving
        episode, tally = driving.episode, driving.tally
        row = episode.last if episode is not None else None
        trials_done = max(tally.episodes_done, tally.laps) if self.job else 0
        return s.WorkerSnapshot(
            worker=worker,
            container=self.name,
            phase=phase,
            episode=row.episode + 1 if row is not None else 0,
            step=row.step if row is not None else 0,
            progress=row.progress if row is not None and row.status != r.PREPARE else 0.0,
            reward=episode.rewarded if episode is not None else 0.0,
            last_reward=driving.last_reward,
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
            evaluations=driving.iteration.evaluations,
            extra_evaluations=driving.extra_evaluations,
            training_lines=driving.training_lines,
            testing_lines=driving.testing_lines,
            world=self.world,
            iterations=driving.history.snapshots(self._run, policies),
            configuration=self.configuration,
            starts=self.starts,
            waited_s=self.waited_s,
            simulated_s=tally.simulated_s,
            steps_per_s=tally.steps_per_s,
            real_time_factor=tally.real_time_factor,
            job=self.job,
            trials=self.trials.wanted,
            trial=trials_done + (row is not None and not row.done) if self.job else 0,
            trials_done=trials_done,
            resets=self.trials.resets,
        )
