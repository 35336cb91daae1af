"""The relevant containers of a run: simulations, evaluation jobs, trainers, and their replacements."""

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
    r.SimulationFault,
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
    """The containers of a run with the given `run_id` (`DR_RUN_ID`).

    Learned from `docker ps`, or from the output of a container that no listing has mentioned.
    """

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
        """All containers that count."""
        return [*self.workers.values(), *self.evaluations.values(), *self.trainers.values()]

    def known(self, name: str) -> Source | None:
        """Return the container with this name."""
        return self.workers.get(name) or self.evaluations.get(name) or self.trainers.get(name)

    def ignores(self, name: str) -> bool:
        """Return True if the output of this container is ignored."""
        return name in self._ignored

    def trainer(self) -> Trainer | None:
        """The newest trainer; among equally new ones, the last one seen."""
        return max(reversed(list(self.trainers.values())), key=_started, default=None)

    def index(self, worker: Worker) -> int | None:
        """Return the index of a worker. A single worker prints no index: it is 0."""
        if worker.index is None and worker.container is not None and self._elected:
            host = worker.container.id[: c.HOST_NAME_LENGTH]
            worker.index = self._elected.get(host)
        return 0 if worker.index is None and len(self.workers) == 1 else worker.index

    def elected(self, text: str) -> None:
        """Add the comms file of a compose run (`tmp/comms.<run>/workers`): one host name per line, worker 0
        first.
        """
        self._elected = c.elected(text)

    # -- listings ---------------------------------------------------------------------------------

    def containers(self, listed: Iterable[c.Container]) -> None:
        """Set all existing containers. Known containers that are not among them are gone."""
        names = set()
        for container in listed:
            names.add(container.name)
            self.container(container)
        for known in self.all():
            known.listed = known.name in names

    def container(self, container: c.Container) -> None:
        """Add or update one container. A container with a known name and a new id replaces the old one."""
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
            # A rescheduled swarm task has the slot of the old task and its own name.
            if started < _started(replaced):
                self._ignored.add(name)
                return Worker(name, slot, History())
            del self.workers[replaced.name]
            self._ignored.add(replaced.name)
        worker = self.workers[name] = Worker(name, slot, self._history, replaced)
        return worker

    def _of_slot(self, slot: int | None) -> Worker | None:
        return next((w for w in self.workers.values() if slot is not None and w.slot == slot), None)

    # -- unlisted names ---------------------------------------------------------------------------

    def adopt(
        self, name: str, record: r.Record | Rows, at: float | None
    ) -> list[tuple[r.Record | Rows, float | None]] | None:
        """Add a container that is known only by its output; its name determines the role, else the record.

        Return None while the role is unknown or irrelevant; else return the records held back so
        far, to be applied first.
        """
        role, slot = c.role_of(name, self._run_id)
        if role == c.OTHER:
            if name.startswith("deepracer-"):
                # A service of the run itself, such as rl_coach, which repeats the trainer's log.
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
