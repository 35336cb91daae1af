"""The state of a run, built from what its containers print.

``container``/``containers`` say what exists, ``apply`` takes one record of one container's log, ``snapshot``
tells. Not thread-safe: one thread feeds it, and snapshots may be handed to any other.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dots_tui.training import containers as c
from dots_tui.training import records as r
from dots_tui.training import snapshot as s
from dots_tui.training.aggregate import Tally
from dots_tui.training.history import History
from dots_tui.training.notes import Notes
from dots_tui.training.updates import Trainer
from dots_tui.training.verdict import verdict
from dots_tui.training.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_EXITS = 500
_MOST_HELD = 200

_OF_TRAINERS = (r.PolicyEpoch, r.CheckpointSaved, r.CheckpointUploaded, r.BestCheckpoint, r.TrainerReady)
_OF_BOTH = (r.EpisodeEnd, r.ModelInfo, r.Setting)


class RunState:
    """One run, told by its containers. *run_id* is ``DR_RUN_ID``."""

    def __init__(self, run_id: int = 0) -> None:
        self._run_id = run_id
        self._workers: dict[str, Worker] = {}
        self._evaluations: dict[str, Worker] = {}
        self._trainers: dict[str, Trainer] = {}
        self._ignored: set[str] = set()
        self._held: dict[str, list[tuple[r.Record, float]]] = {}
        self._history = History()
        self._exits: deque[s.Exit] = deque(maxlen=MOST_EXITS)
        self._notes = Notes()

    # -- what exists ------------------------------------------------------------------------------

    def containers(self, listed: Iterable[c.Container]) -> None:
        """All containers there are (``docker ps -a``). Those known before and not among them are gone."""
        names = set()
        for container in listed:
            names.add(container.name)
            self.container(container)
        everything: list[Worker | Trainer] = [*self._workers.values(), *self._evaluations.values()]
        for known in everything + list(self._trainers.values()):
            known.listed = known.name in names

    def container(self, container: c.Container) -> None:
        """One container exists, or has changed. One with the name but not the id of another replaces it."""
        name = container.name
        if container.role == c.OTHER:
            self._ignored.add(name)
            return
        known = self._known(name)
        if known is None or (known.container is not None and container.id and known.container.id != container.id):
            known = self._add(name, container.role, container.slot, container.started)
        known.container = container
        known.listed = True

    def _known(self, name: str) -> Worker | Trainer | None:
        return self._workers.get(name) or self._evaluations.get(name) or self._trainers.get(name)

    def _add(self, name: str, role: str, slot: int | None, started: str = "") -> Worker | Trainer:
        if role == c.TRAINER:
            older = self._trainer()
            if older is not None and started < _started(older):
                older = None
            trainer = self._trainers[name] = Trainer(name, replaces=older)
            return trainer
        if role == c.EVALUATION:
            worker = self._evaluations[name] = Worker(name, slot, History())
            return worker
        replaced = self._workers.pop(name, None) or self._of_slot(slot)
        if replaced is not None and replaced.name != name:
            # A swarm task that was scheduled again has the slot of the old one and a name of its own.
            if started < _started(replaced):
                self._ignored.add(name)
                return Worker(name, slot, History())
            del self._workers[replaced.name]
            self._ignored.add(replaced.name)
        worker = self._workers[name] = Worker(name, slot, self._history, replaced)
        return worker

    def _trainer(self) -> Trainer | None:
        """The newest; of those as new as each other the one that was seen last."""
        return max(reversed(list(self._trainers.values())), key=_started, default=None)

    def _of_slot(self, slot: int | None) -> Worker | None:
        return next((w for w in self._workers.values() if slot is not None and w.slot == slot), None)

    # -- what is printed --------------------------------------------------------------------------

    def apply(self, container_name: str, record: r.Record, at: float) -> None:
        """Take in one record of a container's log, read at *at* (Unix seconds)."""
        source = self._known(container_name)
        if source is None:
            if container_name in self._ignored:
                return
            source = self._adopt(container_name, record, at)
            if source is None:
                return
        if isinstance(source, Trainer):
            source.apply(record, at)
        else:
            ended = source.apply(record, at)
            if ended is not None and container_name in self._workers:
                self._note_exit(source, ended.row, ended.progress)
        if not isinstance(record, r.Step):
            self._notes.take(container_name, record, at)

    def _adopt(self, name: str, record: r.Record, at: float) -> Worker | Trainer | None:
        """A container nobody told of: known by its name, else by what it prints (a log file may have any name)."""
        role, slot = c.role_of(name, self._run_id)
        if role == c.OTHER:
            if name.startswith("deepracer-"):
                # Its own services, such as rl_coach, which repeats the trainer's log.
                self._ignored.add(name)
                return None
            if isinstance(record, _OF_BOTH):
                held = self._held.setdefault(name, [])
                held[_MOST_HELD:] = []
                held.append((record, at))
                return None
            trainers = isinstance(record, _OF_TRAINERS) or (
                isinstance(record, r.CheckpointRestored) and record.pretrained
            )
            role = c.TRAINER if trainers else c.ROBOMAKER
        source = self._add(name, role, slot)
        for earlier, when in self._held.pop(name, ()):
            self.apply(name, earlier, when)
        return source

    def _note_exit(self, worker: Worker, row: r.Step, progress: float) -> None:
        self._exits.append(
            s.Exit(self._index(worker), row.x, row.y, row.waypoint, row.status, progress, worker.checkpoint_number)
        )

    # -- what is known ----------------------------------------------------------------------------

    def snapshot(self, now: float) -> s.RunSnapshot:
        """The state at *now* (Unix seconds), as values that do not change any more."""
        trainer = self._trainer()
        policies = trainer.policies if trainer is not None else {}
        workers = [self._worker(worker, now, policies) for worker in self._workers.values()]
        workers.sort(key=lambda w: (w.worker is None, w.worker or 0, w.container))
        run = s.RunSnapshot(
            at=now,
            workers=tuple(workers),
            evaluations=tuple(_evaluation(worker, now) for worker in self._evaluations.values()),
            trainer=trainer.snapshot(now) if trainer is not None else None,
            totals=self._totals(),
            policy=trainer.policy() if trainer is not None else s.PolicySnapshot(0, 0, None, None),
            iterations=self._history.snapshots(self._history, policies) if self._workers else (),
            checkpoints=self._checkpoints(trainer),
            exits=tuple(self._exits),
            faults=tuple(self._notes.faults),
            out_of_memory=tuple(self._notes.out_of_memory),
            settings=MappingProxyType(dict(self._notes.settings)),
            algorithm=self._notes.algorithm,
            world=next((w.world for w in workers if w.world), None),
            verdict="",
        )
        return replace(run, verdict=verdict(run))

    def _worker(self, worker: Worker, now: float, policies: Mapping[int, s.PolicySummary]) -> s.WorkerSnapshot:
        index = self._index(worker)
        return worker.snapshot(now, index, worker.phase(share_done=self._share_done(worker, index)), policies)

    def _index(self, worker: Worker) -> int | None:
        """A single worker prints no index: it is 0."""
        return 0 if worker.index is None and len(self._workers) == 1 else worker.index

    def _share_done(self, worker: Worker, index: int | None) -> bool:
        """Whether a worker drove its episodes of this iteration: N//W, one more for the first N%W workers."""
        episodes = self._notes.settings.get("num_episodes_between_training")
        workers = sum(not w.excess for w in self._workers.values())
        if self._notes.algorithm == "sac":
            episodes = 1
        if episodes and workers and index is not None:
            return worker.episodes_of_iteration >= episodes // workers + (index < episodes % workers)
        return any(trainer.updating for trainer in self._trainers.values())

    def _totals(self) -> s.TotalsSnapshot:
        total = Tally()
        for worker in self._workers.values():
            total.merge(worker.tally)
        return s.TotalsSnapshot(
            workers=len(self._workers),
            episodes_seen=total.episodes_seen,
            episodes_done=total.episodes_done,
            steps=total.steps,
            laps=total.laps,
            best_lap_s=total.best_lap_s,
            mean_reward=total.rewards.value,
            mean_progress=total.progress.value,
            statuses=MappingProxyType(total.statuses),
        )

    def _checkpoints(self, trainer: Trainer | None) -> s.CheckpointsSnapshot:
        saved = tuple(checkpoint.name for checkpoint in trainer.saved) if trainer is not None else ()
        best = self._notes.best
        if best is None and trainer is not None and trainer.best is not None:
            number = trainer.best.best
            best = next((name for name in saved if name.startswith(f"{number}_")), None)
        return s.CheckpointsSnapshot(best, saved[-1] if saved else None, saved)


def _evaluation(worker: Worker, now: float) -> s.WorkerSnapshot:
    phase = worker.phase(share_done=False)
    return worker.snapshot(now, worker.index, s.EVALUATING if phase == s.DRIVING else phase, {})


def _started(source: Worker | Trainer) -> str:
    return source.container.started if source.container is not None else ""
