"""The containers of a run that matter: simulations, evaluation jobs, trainers; and who takes over from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

from dots_tui.training import containers as c
from dots_tui.training import records as r
from dots_tui.training.history import History
from dots_tui.training.rows import Rows
from dots_tui.training.updates import Trainer
from dots_tui.training.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable

    Source = Union[Worker, Trainer]


_MOST_HELD = 200

_OF_TRAINERS = (r.PolicyEpoch, r.CheckpointSaved, r.CheckpointUploaded, r.BestCheckpoint, r.TrainerReady)
_OF_BOTH = (
    r.EpisodeEnd,
    r.ModelInfo,
    r.Setting,
    r.HyperParameter,
    r.Notice,
    r.Fault,
    r.FaultCode,
    r.Traceback,
    r.ProcessDied,
    r.FailureLine,
    r.ToldToEnd,
    r.TrainerLaunched,
    r.OutOfMemory,
    r.JobEnded,
)


class Sources:
    """Told by listings of containers, or by what is printed under a name nobody told of. *run_id* is ``DR_RUN_ID``."""

    def __init__(self, run_id: int, history: History) -> None:
        self.workers: dict[str, Worker] = {}
        self.evaluations: dict[str, Worker] = {}
        self.trainers: dict[str, Trainer] = {}
        self._run_id = run_id
        self._history = history
        self._ignored: set[str] = set()
        self._held: dict[str, list[tuple[r.Record | Rows, float | None]]] = {}
        self._elected: dict[str, int] = {}

    def all(self) -> list[Source]:
        """Every one that counts."""
        return [*self.workers.values(), *self.evaluations.values(), *self.trainers.values()]

    def known(self, name: str) -> Source | None:
        """The one of this name."""
        return self.workers.get(name) or self.evaluations.get(name) or self.trainers.get(name)

    def ignores(self, name: str) -> bool:
        """Whether what it prints is of no interest."""
        return name in self._ignored

    def trainer(self) -> Trainer | None:
        """The newest; of those as new as each other the one that was seen last."""
        return max(reversed(list(self.trainers.values())), key=_started, default=None)

    def index(self, worker: Worker) -> int | None:
        """Which worker it is. A single one prints no index: it is 0."""
        if worker.index is None and worker.container is not None and self._elected:
            host = worker.container.id[: c.HOST_NAME_LENGTH]
            worker.index = self._elected.get(host)
        return 0 if worker.index is None and len(self.workers) == 1 else worker.index

    def elected(self, text: str) -> None:
        """The comms file of a compose run (``tmp/comms.<run>/workers``): one host name a line, worker 0 first."""
        self._elected = c.elected(text)

    # -- listings ---------------------------------------------------------------------------------

    def containers(self, listed: Iterable[c.Container]) -> None:
        """All containers there are. Those known before and not among them are gone."""
        names = set()
        for container in listed:
            names.add(container.name)
            self.container(container)
        for known in self.all():
            known.listed = known.name in names

    def container(self, container: c.Container) -> None:
        """One container exists, or has changed. One with the name but not the id of another replaces it."""
        name = container.name
        if container.role == c.OTHER:
            self._ignored.add(name)
            return
        known = self.known(name)
        if known is None or (known.container is not None and container.id and known.container.id != container.id):
            known = self._add(name, container.role, container.slot, container.started)
        known.container = container
        known.listed = True
        if container.worker is not None and isinstance(known, Worker):
            known.index = container.worker

    def _add(self, name: str, role: str, slot: int | None, started: str = "") -> Source:
        if role == c.TRAINER:
            older = self.trainer()
            if older is not None and started < _started(older):
                older = None
            trainer = self.trainers[name] = Trainer(name, replaces=older)
            return trainer
        if role == c.EVALUATION:
            worker = self.evaluations[name] = Worker(name, slot, History())
            worker.job = True
            return worker
        replaced = self.workers.pop(name, None) or self._of_slot(slot)
        if replaced is not None and replaced.name != name:
            # A swarm task that was scheduled again has the slot of the old one and a name of its own.
            if started < _started(replaced):
                self._ignored.add(name)
                return Worker(name, slot, History())
            del self.workers[replaced.name]
            self._ignored.add(replaced.name)
        worker = self.workers[name] = Worker(name, slot, self._history, replaced)
        return worker

    def _of_slot(self, slot: int | None) -> Worker | None:
        return next((w for w in self.workers.values() if slot is not None and w.slot == slot), None)

    # -- names nobody told of ---------------------------------------------------------------------

    def adopt(
        self, name: str, record: r.Record | Rows, at: float | None
    ) -> list[tuple[r.Record | Rows, float | None]] | None:
        """Take in a container known only by what it prints: what it is tells its name, else the record.

        None while that is not clear or it does not matter; else what was held back until now, to be applied first.
        """
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
        self._add(name, role, slot)
        return self._held.pop(name, [])


def _started(source: Source) -> str:
    return source.container.started if source.container is not None else ""
