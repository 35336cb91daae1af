"""Recorded logs: the kind and the worker of a log by its content, or by its name if the content is unclear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.training import records as r
from dots_tui.training.containers import EVALUATION, OTHER, ROBOMAKER, TRAINER, is_swarm_name, role_of
from dots_tui.training.parser import Parser
from dots_tui.training.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable

STAMPED = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.?\d{0,9}(?:Z|[+-]00:00) ")
"""The prefix of each line from `docker logs --timestamps`; the first group is the second, in UTC."""
_COPY = re.compile(
    rb"^(?:[-\w:.]+Z )?(?:\x1b\[[\d;]*m)?\S*algo-\d+-\w+(?:_\d+)?\s*(?:\x1b\[[\d;]*m)?\s*\|", re.MULTILINE
)
"""rl_coach repeats the trainer's log with the trainer's name before each line."""
_RUN = re.compile(r"deepracer-(?:eval-)?(\d+)[-_]robomaker")

_TELLS_TRAINER = (r.PolicyEpoch, r.CheckpointSaved, r.CheckpointUploaded, r.BestCheckpoint, r.TrainerReady)
_TELLS_SIMULATION = (
    r.Step,
    Rows,
    r.EvaluationPhase,
    r.EvaluationScores,
    r.EvaluationMean,
    r.BestUpdated,
    r.ExtraEvaluation,
    r.WorkerStarted,
    r.WaitingForTrainer,
    r.ExcessWorker,
)


@dataclass
class Origin:
    """The origin of a log, as far as its beginning shows it."""

    role: str = OTHER
    worker: int | None = None
    """None if the log does not contain it."""
    worker_by_name: int | None = None
    """A guess by the number in the name; exact in swarm mode."""
    whole: bool = False
    """True if the log includes the start of its container, where workers print their number."""
    copy: bool = False
    """True for rl_coach's copy of a trainer's log."""
    stamped: bool = False
    """True if the lines have Docker's timestamps."""
    began_at: float | None = None
    """Unix seconds of its first row, if rows carry a clock."""
    checkpoint: int | None = None
    """The first checkpoint it loads or saves."""


class Look:
    """The examination of the beginning of a log. Feed it chunks until it is `clear`, or the log ends (`close`)."""

    def __init__(self, name: str) -> None:
        self.origin = Origin()
        self.records = 0
        self._parser = Parser()
        self._first = True
        self._drove = False
        self._launches = False
        role, slot = _by_name(name)
        self._role_by_name = role
        if slot is not None:
            self.origin.worker_by_name = slot - 1
            if is_swarm_name(name):
                self.origin.worker = slot - 1

    @property
    def clear(self) -> bool:
        """True if reading more of the log cannot change the result."""
        origin = self.origin
        return origin.role == TRAINER or (origin.role != OTHER and origin.checkpoint is not None and self._drove)

    def feed(self, chunk: bytes) -> None:
        """Add the next chunk."""
        if self._first:
            self._first = False
            self.origin.copy = _COPY.search(chunk[:65536]) is not None
            self.origin.stamped = STAMPED.match(chunk) is not None
        self._take(self._parser.batches(chunk))

    def close(self) -> None:
        """End the log."""
        self._take(self._parser.rest())
        if self.origin.role == OTHER and self.records:
            # Both kinds print these lines: use the name, else assume a simulation.
            other = TRAINER if self._launches else ROBOMAKER
            self.origin.role = self._role_by_name if self._role_by_name != OTHER else other

    def _take(self, records: Iterable[r.Record | Rows]) -> None:
        origin = self.origin
        for record in records:
            self.records += 1
            if isinstance(record, r.TrainerLaunched):
                self._launches = True
            if isinstance(record, (r.ModelInfo, r.WaitingForTrainer, r.JobType)):
                origin.whole = True
            if isinstance(record, r.JobType) and record.evaluation:
                origin.role = EVALUATION
            elif isinstance(record, r.WorkerStarted) and origin.worker is None:
                origin.worker, origin.whole = record.worker, True
            if isinstance(record, (r.CheckpointRestored, r.CheckpointSaved)) and origin.checkpoint is None:
                origin.checkpoint = record.number
            if isinstance(record, Rows) and not self._drove:
                self._drove = True
                origin.began_at = record.row(0).wall_clock
            if origin.role == OTHER:
                self._recognise(record)

    def _recognise(self, record: r.Record | Rows) -> None:
        if isinstance(record, _TELLS_TRAINER) or (isinstance(record, r.CheckpointRestored) and record.pretrained):
            self.origin.role = TRAINER
        elif isinstance(record, (*_TELLS_SIMULATION, r.CheckpointRestored)):
            self.origin.role = EVALUATION if self._role_by_name == EVALUATION else ROBOMAKER


def _by_name(name: str) -> tuple[str, int | None]:
    run = _RUN.match(name)
    return role_of(name, int(run[1]) if run else 0)


def workers(origins: Iterable[Origin]) -> list[int]:
    """Return the worker of each simulation log.

    The log itself (or its swarm name) decides. A log with the start of its container and no worker
    number belongs to a training with one worker: 0. A cut log uses the number in its name, else its
    position.
    """
    listed = list(origins)
    taken = {origin.worker for origin in listed if origin.worker is not None}
    found: list[int] = []
    for origin in listed:
        index = origin.worker
        if index is None and origin.whole:
            index = 0
        if index is None and origin.worker_by_name is not None and origin.worker_by_name not in taken:
            index = origin.worker_by_name
        if index is None:
            index = next(number for number in range(len(listed) + 1) if number not in taken)
        taken.add(index)
        found.append(index)
    return found
