"""What containers print about the run as a whole: settings, the best checkpoint, fatal errors."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from dots_tui.training import records as r
from dots_tui.training import snapshot as s

_MOST_FAULTS = 20


class Notes:
    """Collects them over all containers of a run."""

    def __init__(self) -> None:
        self.settings: dict[str, int] = {}
        self.algorithm: str | None = None
        self.best: str | None = None
        """Name of the best checkpoint, as worker 0 chose it."""
        self.faults: deque[s.FaultSnapshot] = deque(maxlen=_MOST_FAULTS)
        self.out_of_memory: deque[str] = deque(maxlen=_MOST_FAULTS)

    def take(self, name: str, record: r.Record, at: float) -> None:
        """Take in one record of a container, read at *at* (Unix seconds); most are of no interest here."""
        if isinstance(record, r.Setting):
            self.settings[record.name] = record.value
        elif isinstance(record, r.ModelInfo):
            self.algorithm = record.algorithm
        elif isinstance(record, r.BestUpdated):
            self.best = record.new
        elif isinstance(record, r.OutOfMemory):
            self.out_of_memory.append(record.text)
        elif isinstance(record, r.Fault):
            self.faults.append(
                s.FaultSnapshot(name, at, None, record.message, record.function, record.exception, record.user_error)
            )
        elif isinstance(record, r.FaultCode):
            self._code(name, record.code, at)

    def _code(self, name: str, code: int, at: float) -> None:
        """The code is a line of its own, after that of the fault."""
        last = self.faults[-1] if self.faults else None
        if last is not None and last.container == name and last.code is None:
            self.faults[-1] = replace(last, code=code)
        else:
            self.faults.append(s.FaultSnapshot(name, at, code, "", "", "", user_error=False))
