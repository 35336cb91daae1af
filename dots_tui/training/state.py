"""The state of a run, built from the output of its containers.

`container` and `containers` set the existing containers, `apply` adds one record (or rows) of a
log, and `snapshot` returns the state. Not thread-safe: one thread feeds it, and any thread can use
the snapshots. Memory does not grow with the length of the run.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dots_tui.training import records as r
from dots_tui.training import snapshot as s
from dots_tui.training.aggregate import Tally
from dots_tui.training.driven_line import Driven
from dots_tui.training.exits import Exits
from dots_tui.training.history import History
from dots_tui.training.notes import Notes
from dots_tui.training.record_view import RecordView
from dots_tui.training.rows import Rows
from dots_tui.training.run_diagnoses import diagnoses, failed
from dots_tui.training.run_record import EpisodeKey, RunRecord
from dots_tui.training.signs import Signs
from dots_tui.training.sources import Sources
from dots_tui.training.updates import Trainer
from dots_tui.training.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dots_tui.training.containers import Container
    from dots_tui.training.worker import Worker

# DeepRacer on the Spot stops a training 120 s after its start and starts it again a minute later.
_FIRST_START_S = (60.0, 300.0)
_BETWEEN_STARTS_S = 240.0


class RunState:
    """The state of one run with the given `run_id` (`DR_RUN_ID`).

    When a training starts over, everything driven after its first checkpoint is forgotten. With
    `keeps_attempts` (for recorded runs) the iterations of all attempts are kept.
    """

    def __init__(self, run_id: int = 0, *, keeps_attempts: bool = False) -> None:
        self.record = RunRecord()
        """All known iterations of the run, including those before it was watched."""
        self.prefix_told = ""
        """The model location in the newest line of a simulation; "" if there is none."""
        self._attempt = 0
        self._view = RecordView(self.record) if not keeps_attempts else None
        self._history = History(keeps_attempts=keeps_attempts)
        self._sources = Sources(run_id, self._history)
        self._exits = Exits()
        self._driven = Driven()
        self._notes = Notes()
        self._signs = Signs()
        self._first_at: float | None = None
        self._last_at: float | None = None

    def containers(self, listed: Iterable[Container]) -> None:
        """Set all existing containers (`docker ps -a`). Known containers that are not among them are gone."""
        self._sources.containers(listed)

    def container(self, container: Container) -> None:
        """Add or update one container. A container with a known name and a new id replaces the old one."""
        self._sources.container(container)

    def elected(self, text: str) -> None:
        """Add the comms file of a compose run (`tmp/comms.<run>/workers`), which maps host names to workers."""
        self._sources.elected(text)

    def apply(self, container_name: str, record: r.Record | Rows, at: float | None, *, exact: bool = True) -> None:
        """Apply one record, or rows, of a container's log, printed at `at` (Unix seconds; None: unknown).

        `exact` is False if `at` is only the time when a copy of the log was written.
        """
        source = self._sources.known(container_name)
        if source is None:
            if self._sources.ignores(container_name):
                return
            held = self._sources.adopt(container_name, record, at)
            source = self._sources.known(container_name)
            if held is None or source is None:
                return
            for earlier, when in held:
                self.apply(container_name, earlier, when, exact=exact)
        if at is not None:
            self._first_at = at if self._first_at is None else self._first_at
            self._last_at = at
        if not isinstance(source, Trainer):
            self._simulated(source, record, at, at if exact else None)
        elif not isinstance(record, Rows):
            source.apply(record, at)
        if not isinstance(record, (r.Step, Rows)):
            self._notes.take(container_name, record, at or 0.0)
            self._signs.take(source, container_name, record, at)

    def _simulated(self, source: Worker, record: r.Record | Rows, at: float | None, exactly_at: float | None) -> None:
        if isinstance(record, (Rows, r.Step)):
            self._signs.drove(source.name)
            self._driven.rows(source.name, source.world, record if isinstance(record, Rows) else Rows.of([record]))
        ends = source.apply(record, at)
        if source.name in self._sources.workers:
            for row, progress in ends:
                self._exits.add(self._exit(source, row, progress))
            if self._view is not None:
                self._remember(source, record, exactly_at)

    def _remember(self, worker: Worker, record: r.Record | Rows, at: float | None) -> None:
        """Add the driving of a worker to the record of the run, once the number of the worker is known."""
        if isinstance(record, r.MetricsUploaded):
            self.prefix_told = self.record.prefix = record.prefix
        began, worker.began = worker.began, None
        if began is not None:
            anew, self._attempt = self._history.attempt > self._attempt, self._history.attempt
            self.record.loaded(began.number, began.steps, at, anew=anew)
        told = worker.driving.told
        index = self._sources.index(worker) if told else None
        if index is None:
            return
        for one in told:
            self.record.episode(one.number, one.steps, EpisodeKey(index, one.episode), one.result)
        told.clear()

    def restarted(self, container_name: str) -> None:
        """Note that the log of this container continues with another start."""
        self._signs.forget(container_name)
        source = self._sources.known(container_name)
        if source is not None and not isinstance(source, Trainer):
            source.restarted()

    def _exit(self, worker: Worker, row: r.Step, progress: float) -> s.Exit:
        index, number = self._sources.index(worker), worker.driving.checkpoint_number
        return s.Exit(index, row.x, row.y, row.waypoint, row.status, progress, number)

    # -- what is known ----------------------------------------------------------------------------

    def snapshot(self, now: float, heard: float | None = None) -> s.RunSnapshot:
        """Return the state at `now` (Unix seconds), as immutable values.

        `heard` is the time up to which the logs are complete, by their clock, so that silence can
        be judged: None means until now, 0 means until their newest line.
        """
        sources, notes, trainer = self._sources, self._notes, self._sources.trainer()
        policies = trainer.policies if trainer is not None else {}
        between = self._between_starts(now)
        workers = [self._worker(worker, now, policies, between) for worker in sources.workers.values()]
        workers.sort(key=lambda w: (w.worker is None, w.worker or 0, w.container))
        total = self._total()
        typical = self._history.typical_s()
        iterations = self._iterations(trainer, policies) if workers or self.record.iterations else ()
        run = s.RunSnapshot(
            at=now,
            workers=tuple(workers),
            evaluations=tuple(
                worker.snapshot(now, worker.index, worker.phase(share_done=False), {})
                for worker in sources.evaluations.values()
            ),
            trainer=trainer.snapshot(now) if trainer is not None else None,
            totals=_totals(total, len(workers), iterations),
            policy=trainer.policy() if trainer is not None else s.PolicySnapshot(0, 0, None, None),
            iterations=iterations,
            checkpoints=self._checkpoints(trainer),
            exits=self._exits.newest(),
            faults=tuple(notes.faults),
            out_of_memory=tuple(notes.out_of_memory),
            settings=MappingProxyType(dict(notes.settings)),
            algorithm=notes.algorithm,
            world=self._world(workers),
            verdict="",
            exits_by_waypoint=self._exits.by_waypoint(),
            driven=MappingProxyType(self._driven.lines()),
            notices=tuple(notes.notices.values()),
            hyperparameters=MappingProxyType(dict(notes.hyperparameters)),
            model=MappingProxyType(dict(notes.model)),
            steps_per_s=sum(w.steps_per_s or 0.0 for w in workers) or None,
            real_time_factor=total.real_time_factor,
            iteration_s=typical,
            next_iteration_at=self._next_iteration_at(typical),
            last_checkpoint=self._last_checkpoint(trainer),
            model_prefix=self.record.prefix,
        )
        until = now if heard is None else heard
        found = diagnoses(run, sources, self._signs, until, first_start=self._first_start())
        run = replace(run, diagnoses=found)
        return replace(run, verdict=verdict(run))

    def _iterations(
        self, trainer: Trainer | None, policies: Mapping[int, s.PolicySummary]
    ) -> tuple[s.IterationSnapshot, ...]:
        live = self._history.snapshots(self._history, policies)
        if self._view is None:
            return live
        for one in live:
            self.record.told(one)
        self.record.between = self._notes.settings.get("num_episodes_between_training") or self.record.between
        newest = trainer.saved[-1].number if trainer is not None and trainer.saved else None
        return self._view.iterations(live, newest)

    def _world(self, workers: Iterable[s.WorkerSnapshot]) -> str | None:
        found = next((worker.world for worker in workers if worker.world), None)
        self.record.world = found or self.record.world
        return self.record.world or None

    def _last_checkpoint(self, trainer: Trainer | None) -> int | None:
        saved = [trainer.saved[-1].number] if trainer is not None and trainer.saved else []
        known = self.record.last_checkpoint
        return max([*saved, *([known] if known is not None else [])], default=None)

    def _worker(
        self, worker: Worker, now: float, policies: Mapping[int, s.PolicySummary], between_starts: bool
    ) -> s.WorkerSnapshot:
        index = self._sources.index(worker)
        phase = worker.phase(share_done=self._share_done(worker, index))
        if between_starts and phase in (s.GONE, s.FINISHED):
            phase = s.RESTARTING
        return worker.snapshot(now, index, phase, policies)

    def _between_starts(self, now: float) -> bool:
        """Return True if all containers ended as between the two starts of DeepRacer on the Spot."""
        if self._last_at is None or failed(self._sources, self._signs):
            return False
        everybody = self._sources.all()
        return (
            self._first_start()
            and now - self._last_at <= _BETWEEN_STARTS_S
            and any(isinstance(one, Trainer) for one in everybody)
            and all(one.over for one in everybody)
        )

    def _first_start(self) -> bool:
        """Return True if the run is so young that it can be stopped on purpose and started again."""
        if self._first_at is None or self._last_at is None:
            return False
        least, most = _FIRST_START_S
        return least <= self._last_at - self._first_at <= most

    def _share_done(self, worker: Worker, index: int | None) -> bool:
        """Return True if a worker drove its episodes of this iteration: N//W, one more for the first N%W
        workers.
        """
        episodes = self._notes.settings.get("num_episodes_between_training")
        workers = sum(not w.excess for w in self._sources.workers.values())
        if self._notes.algorithm == "sac":
            episodes = 1
        if episodes and workers and index is not None:
            return worker.driving.iteration.episodes_done >= episodes // workers + (index < episodes % workers)
        return any(trainer.updating for trainer in self._sources.trainers.values())

    def _next_iteration_at(self, typical_s: float | None) -> float | None:
        """Return the expected end: by the duration of the last few iterations, else by the pace of the episodes
        so far.
        """
        began = self._history.began_at
        if began is None:
            return None
        if typical_s is not None:
            return began + typical_s
        wanted = self._notes.settings.get("num_episodes_between_training")
        done = self._history.current.tally.episodes_done
        if not wanted or not done or self._last_at is None:
            return None
        return began + (self._last_at - began) * max(1.0, wanted / done)

    def _total(self) -> Tally:
        total = Tally()
        for worker in self._sources.workers.values():
            total.merge(worker.driving.tally)
        return total

    def _checkpoints(self, trainer: Trainer | None) -> s.CheckpointsSnapshot:
        saved = tuple(checkpoint.name for checkpoint in trainer.saved) if trainer is not None else ()
        best = self._notes.best
        if best is None and trainer is not None and trainer.best is not None:
            number = trainer.best.best
            best = next((name for name in saved if name.startswith(f"{number}_")), None)
        return s.CheckpointsSnapshot(best, saved[-1] if saved else None, saved)


def _totals(total: Tally, workers: int, iterations: Sequence[s.IterationSnapshot]) -> s.TotalsSnapshot:
    """Return the totals. The best lap is that of the whole run, including the part before it was watched."""
    laps = [lap for lap in (total.best_lap_s, *(one.best_lap_s for one in iterations)) if lap is not None]
    return s.TotalsSnapshot(
        workers=workers,
        episodes_seen=total.episodes_seen,
        episodes_done=total.episodes_done,
        steps=total.steps,
        laps=total.laps,
        best_lap_s=min(laps, default=None),
        mean_reward=total.rewards.value,
        mean_progress=total.progress.value,
        statuses=MappingProxyType(total.statuses),
    )
