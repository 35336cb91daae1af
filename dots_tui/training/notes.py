"""Output of containers about the run as a whole: configuration, the best checkpoint, fatal errors."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace

from dots_tui.training import records as r
from dots_tui.training import snapshot as s

_MOST_FAULTS = 20
_MOST_NOTICES = 200


class Notes:
    """The notes of all containers of a run."""

    def __init__(self) -> None:
        self.settings: dict[str, int] = {}
        self.hyperparameters: dict[str, float | str] = {}
        self.model: dict[str, str] = {}
        self.notices: dict[tuple[str, str], s.NoticeSnapshot] = {}
        self.algorithm: str | None = None
        self.best: str | None = None
        """Name of the best checkpoint, as chosen by worker 0."""
        self.faults: deque[s.FaultSnapshot] = deque(maxlen=_MOST_FAULTS)
        self.out_of_memory: deque[str] = deque(maxlen=_MOST_FAULTS)

    def take(self, name: str, record: r.Record, at: float) -> None:
        """Add one record of a container, read at `at` (Unix seconds); most records are ignored here."""
        if isinstance(record, r.Setting):
            self.settings[record.name] = record.value
        elif isinstance(record, r.ModelInfo):
            self.algorithm = record.algorithm
            self.model = {
                "sensors": record.sensors,
                "network": record.network,
                "algorithm": record.algorithm,
                "action_space": record.action_space,
            }
        elif isinstance(record, r.HyperParameter):
            self.hyperparameters[record.name] = record.value
        elif isinstance(record, r.Notice):
            self._notice(name, record.kind, record.text, at)
        elif isinstance(record, r.PolicyEpoch):
            if not math.isfinite(record.loss + record.kl + record.entropy):
                self._notice(name, r.LOSS_NAN, f"Surrogate loss={record.loss}, epoch {record.epoch}", at)
        elif isinstance(record, r.BestUpdated):
            self.best = record.new
        elif isinstance(record, r.OutOfMemory):
            self.out_of_memory.append(record.text)
        elif isinstance(record, r.SimulationFault):
            self.faults.append(
                s.FaultSnapshot(name, at, None, record.message, record.function, record.exception, record.user_error)
            )
        elif isinstance(record, r.FaultCode):
            self._code(name, record.code, at)

    def _notice(self, name: str, kind: str, text: str, at: float) -> None:
        known = self.notices.get((name, kind))
        if known is not None or len(self.notices) < _MOST_NOTICES:
            self.notices[name, kind] = s.NoticeSnapshot(name, at, kind, text, known.count + 1 if known else 1)

    def _code(self, name: str, code: int, at: float) -> None:
        """Add a fault code: it is printed on the line after its fault."""
        last = self.faults[-1] if self.faults else None
        if last is not None and last.container == name and last.code is None:
            self.faults[-1] = replace(last, code=code)
        else:
            self.faults.append(s.FaultSnapshot(name, at, code, "", "", "", user_error=False))
