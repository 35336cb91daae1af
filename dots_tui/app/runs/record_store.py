"""Records of runs in the state folder, which outlive the program, the instance and the containers."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dots_tui.bounded_files import Damaged, read_regular, replace_file, text_of
from dots_tui.training.kept_runs import KeptRun, NotKept, from_text, kept_run
from dots_tui.training.record_text import kept_at, read_record, record_text
from dots_tui.training.record_view import RecordView

if TYPE_CHECKING:
    from dots_tui.training.run_record import RunRecord

FOLDER = "runs"
MOST_RUNS = 60
FEWEST_ITERATIONS = 2
"""Minimum number of iterations of a run for a comparison."""
KEEP_SECONDS = 20.0
"""Seconds between two saves of the record of a watched run."""
_LARGEST = 16 << 20
"""Maximum size in bytes; dots-tui writes no larger file."""


@dataclass(frozen=True)
class RecordStore:
    """A store with one file per run in the state folder; the oldest are deleted when there are too many."""

    state: Path

    @property
    def folder(self) -> Path:
        """The folder of the records."""
        return self.state / FOLDER

    def read(self, key: str) -> RunRecord | None:
        """Return the record saved under `key`; None if there is no readable one."""
        try:
            return read_record(self._text(self._path(key)))
        except (OSError, UnicodeDecodeError, NotKept):
            return None  # never saved, or damaged: the log and the metrics still describe the run

    def keep(self, key: str, record: RunRecord) -> None:
        """Merge the record with the saved one and write it. Raises OSError."""
        if not record.iterations and not record.metrics:
            return
        kept = self.read(key)
        if kept is not None:
            record.merge(kept)
        self.folder.mkdir(parents=True, exist_ok=True)
        text = record_text(record, time.time())
        replace_file(self._path(key), text.encode("utf-8"), created=0o666, durable=False)
        for older in self._paths()[MOST_RUNS:]:
            older.unlink(missing_ok=True)

    def runs(self, leave_out: str = "") -> list[KeptRun]:
        """Return all runs with a line to draw, newest first, except the one saved as `leave_out`."""
        found = []
        for path in self._paths():
            if path.stem == file_name(leave_out):
                continue
            try:
                run = _kept_run(self._text(path))
            except (OSError, UnicodeDecodeError, NotKept):
                continue  # skip a damaged file; the next save replaces it
            if len(run.iterations) >= FEWEST_ITERATIONS:
                found.append(run)
        return sorted(found, key=lambda run: run.kept_at, reverse=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{file_name(key)}.json"

    def _text(self, path: Path) -> str:
        try:
            return text_of(read_regular(path, _LARGEST))
        except Damaged as error:
            raise NotKept(str(error)) from error

    def _paths(self) -> list[Path]:
        """Return the files, newest first."""
        try:
            known = [(path.stat().st_mtime, path) for path in self.folder.glob("*.json")]
        except OSError:
            return []
        return [path for _, path in sorted(known, reverse=True)]


def _kept_run(text: str) -> KeptRun:
    """Return the run in a file of this version, or of the version that saved iterations only. Raises NotKept."""
    try:
        record = read_record(text)
    except NotKept:
        return from_text(text)
    return kept_run(record.name, record.world, kept_at(text), RecordView(record).iterations(()))


def file_name(key: str) -> str:
    """Return a file name for a stack id or any other key."""
    return re.sub(r"[^\w.-]+", "-", key.rpartition(":")[2]).strip(".-")[:120]


class RecordSource(Protocol):
    """A watcher of a run that has its record."""

    def remember(self, record: RunRecord) -> None:
        """Restore the saved record."""

    def record_text(self) -> str:
        """Return the current record as text."""


@dataclass
class RecordKeeper:
    """Restores the saved record of a watched run once, and saves it at intervals."""

    store: RecordStore
    name: str
    _begun: str = ""
    _kept_at: float = field(default_factory=time.monotonic)

    @property
    def due(self) -> bool:
        """Return true if it is time to save the run."""
        return time.monotonic() - self._kept_at >= KEEP_SECONDS

    def begun(self, key: str) -> bool:
        """Return true if the run was restored from `key`."""
        return self._begun == key

    def begin(self, key: str, run: RecordSource) -> None:
        """Restore the run from `key`."""
        self._begun = key
        kept = self.store.read(key)
        if kept is not None:
            run.remember(kept)

    def update(self, key: str, run: RecordSource, *, last: bool) -> str:
        """Restore the run once, then save it when it is due, or for the `last` time. Return why it cannot be saved."""
        try:
            if not self.begun(key):
                self.begin(key, run)
            if last or self.due:
                self.keep(key, run)
        except OSError as error:
            return f"The record of this run cannot be saved in {self.store.folder}: {error.strerror or error}."
        return ""

    def keep(self, key: str, run: RecordSource) -> None:
        """Save the run now. Raises OSError."""
        self._kept_at = time.monotonic()
        record = read_record(run.record_text())
        record.name = self.name
        self.store.keep(key, record)
