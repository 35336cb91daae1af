"""Signs of problems in the output of containers, with container and time: the evidence for diagnoses.

A sign of a container that was replaced or restarted is void: DeepRacer on the Spot starts every
training twice, and problems of the first start do not matter in the second.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Union

from dots_tui.training import records as r
from dots_tui.training.failure_kinds import NO_GPU
from dots_tui.training.failure_table import kind_of
from dots_tui.training.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dots_tui.training.sources import Source, Sources
    from dots_tui.training.updates import Trainer

MOST_SIGNS = 200
_FAULTS_EACH = 5

MOST_WORDS = 60
"""Maximum number of last words kept per container."""
_SIGTERM = 26

Sign = Union[
    r.SimulationFault,
    r.FaultCode,
    r.OutOfMemory,
    r.Notice,
    r.PolicyEpoch,
    r.ExcessWorker,
    r.Traceback,
    r.ProcessDied,
    r.FailureLine,
    r.EpisodeEnd,
]
_WORDS = (r.Traceback, r.ProcessDied, r.FailureLine)
_LIFE = (
    r.EpisodeEnd,
    r.EvaluationPhase,
    r.EvaluationMean,
    r.ExtraEvaluation,
    r.PolicyEpoch,
    r.CheckpointSaved,
    r.CheckpointRestored,
    r.CheckpointUploaded,
    r.WaitingForTrainer,
)
"""Records that show that a container continues, whatever it printed before."""
_NO_GPU, _EXTREME = "no-gpu", "reward-extreme"
EXTREME_REWARD = 1e10
"""Total reward of an episode; a reward function within simapp's limits stays far below."""


class Said(NamedTuple):
    """One sign of a problem."""

    source: Source
    starts: int
    """The number of starts of its simulation so far."""
    name: str
    """The name of its container."""
    record: Sign
    at: float | None
    """When it was first printed (Unix seconds)."""
    code: int | None = None
    """FAULT_CODE, printed on the line after the fault."""


class Extra(NamedTuple):
    """Evaluations that worker 0 makes since its last checkpoint only because the trainer is not ready."""

    first_at: float
    last_at: float
    times: int


class Signs:
    """The signs of all containers of a run."""

    def __init__(self) -> None:
        self.extras: dict[str, Extra] = {}
        """By container."""
        self.uploaded: tuple[int, float] | None = None
        """Number of the newest checkpoint in the bucket, and when it arrived."""
        self.trained_at: float | None = None
        """When the trainer last showed progress (an epoch, a checkpoint)."""
        self._words: dict[str, list[Said]] = {}
        self._ending: set[str] = set()
        """Containers whose processes were asked to end."""
        self._said: dict[tuple[str, str], Said] = {}
        self._faults: dict[str, list[Said]] = {}

    def take(self, source: Source, name: str, record: r.Record, at: float | None) -> None:
        """Add one record of a container, printed at `at` (Unix seconds; None: unknown); most records are no
        sign.
        """
        self._last_words(source, name, record, at)
        if isinstance(record, (r.SimulationFault, r.FaultCode)):
            self._fault(source, name, record, at)
        elif isinstance(record, r.Notice):
            self._keep(source, name, record.kind, record, at)
        elif isinstance(record, (r.OutOfMemory, r.ExcessWorker)):
            self._keep(source, name, type(record).__name__, record, at)
        elif isinstance(record, r.PolicyEpoch):
            self._epoch(source, name, record, at)
        elif isinstance(record, (r.CheckpointSaved, r.CheckpointRestored, r.CheckpointUploaded)):
            self._checkpoint(name, record, at)
        elif isinstance(record, r.ExtraEvaluation) and at is not None:
            first, _, times = self.extras.get(name) or Extra(at, at, 0)
            self.extras[name] = Extra(first, at, times + 1)

    def forget(self, name: str) -> None:
        """Forget the signs of a container: its log continues with another start."""
        self._faults.pop(name, None)
        self.drove(name)
        self.extras.pop(name, None)
        for key in [key for key in self._said if key[0] == name]:
            del self._said[key]

    def drove(self, name: str) -> None:
        """Discard the last words of a container, because it continues."""
        self._words.pop(name, None)
        self._ending.discard(name)

    def words(self, sources: Sources) -> Iterator[list[Said]]:
        """Yield the last words of each container that has not been replaced since."""
        for name, said in self._words.items():
            if sources.known(name) is said[-1].source and _starts(said[-1].source) == said[-1].starts:
                yield said

    def _last_words(self, source: Source, name: str, record: r.Record, at: float | None) -> None:
        if isinstance(record, _LIFE):
            self.drove(name)
            if isinstance(record, r.EpisodeEnd) and not abs(record.reward) <= EXTREME_REWARD:
                self._keep(source, name, _EXTREME, record, at)
        elif _told_to_end(record):
            self._ending.add(name)
        elif isinstance(record, _WORDS) and name not in self._ending:
            if isinstance(record, r.FailureLine) and kind_of(record.text) is NO_GPU:
                if not isinstance(source, Worker):
                    self._keep(source, name, _NO_GPU, record, at)
                return
            said = self._words.setdefault(name, [])
            if said and said[-1].source is not source:
                said.clear()
            if len(said) < MOST_WORDS:
                said.append(Said(source, _starts(source), name, record, at))

    def current(self, sources: Sources) -> Iterator[Said]:
        """Yield faults first, then all other signs, each from a container that has not been replaced since."""
        trainer = sources.trainer()
        for said in [*(one for faults in self._faults.values() for one in faults), *self._said.values()]:
            known = sources.known(said.name)
            same = known is said.source and _starts(said.source) == said.starts
            if same and (isinstance(known, Worker) or known is trainer):
                yield said

    def _keep(self, source: Source, name: str, kind: str, record: Sign, at: float | None) -> None:
        known = self._said.get((name, kind))
        if known is not None and known.source is source and known.starts == _starts(source):
            self._said[name, kind] = known._replace(record=record)
        elif known is not None or len(self._said) < MOST_SIGNS:
            self._said[name, kind] = Said(source, _starts(source), name, record, at)

    def _fault(self, source: Source, name: str, record: r.SimulationFault | r.FaultCode, at: float | None) -> None:
        faults = self._faults.setdefault(name, []) if len(self._faults) < MOST_SIGNS else self._faults.get(name, [])
        if faults and faults[-1].source is not source:
            faults.clear()
        last = faults[-1] if faults else None
        if isinstance(record, r.FaultCode) and last is not None and last.code is None:
            faults[-1] = last._replace(code=record.code)
        elif len(faults) < _FAULTS_EACH:
            code = record.code if isinstance(record, r.FaultCode) else None
            faults.append(Said(source, _starts(source), name, record, at, code))

    def _epoch(self, source: Source, name: str, record: r.PolicyEpoch, at: float | None) -> None:
        self.trained_at = at
        if math.isfinite(record.loss + record.kl + record.entropy):
            self._said.pop((name, r.LOSS_NAN), None)
        else:
            self._keep(source, name, r.LOSS_NAN, record, at)

    def _checkpoint(
        self, name: str, record: r.CheckpointSaved | r.CheckpointRestored | r.CheckpointUploaded, at: float | None
    ) -> None:
        self._said.pop((name, r.S3_GIVEN_UP), None)
        if isinstance(record, r.CheckpointRestored):
            self.extras.pop(name, None)
            return
        self.trained_at = at
        if isinstance(record, r.CheckpointUploaded) and at is not None:
            self.uploaded = record.number, at


def _starts(source: Source | Trainer) -> int:
    return source.starts if isinstance(source, Worker) else 1


def _told_to_end(record: r.Record) -> bool:
    if isinstance(record, r.JobEnded):
        return record.well
    return isinstance(record, r.ToldToEnd) or (isinstance(record, r.FaultCode) and record.code == _SIGTERM)
