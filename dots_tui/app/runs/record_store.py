"""Records of runs in the state folder: what was seen of a run outlives the program, its instance and its containers."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dots_tui.bounded_files import Damaged, read_regular, text_of
from dots_tui.training.kept_runs import KeptRun, NotKept, from_text, kept_run
from dots_tui.training.record_text import kept_at, read_record, record_text
from dots_tui.training.record_view import RecordView

if TYPE_CHECKING:
    from dots_tui.training.run_record import RunRecord

FOLDER = "runs"
MOST_RUNS = 60
FEWEST_ITERATIONS = 2
"""A run with fewer has no line to compare with."""
KEEP_SECONDS = 20.0
"""How often the record of a watched run is kept while it goes on."""
_LARGEST = 16 << 20
"""Bytes; what is larger was not written by us."""


@dataclass(frozen=True)
class RecordStore:
    """One file a run below the state folder; the oldest go when there are too many."""

    state: Path

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.state / FOLDER

    def read(self, key: str) -> RunRecord | None:
        """Return the record kept as `key`; None when there is none that can be read."""
        try:
            return read_record(self._text(self._path(key)))
        except (OSError, UnicodeDecodeError, NotKept):
            return None  # a run that was never kept, or a damaged file: the log and the metrics still tell the run

    def keep(self, key: str, record: RunRecord) -> None:
        """Write the record, merged with what is kept of the run already. Raises OSError."""
        if not record.iterations and not record.metrics:
            return
        kept = self.read(key)
        if kept is not None:
            record.merge(kept)
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(record_text(record, time.time()), encoding="utf-8")
        temporary.replace(path)
        for older in self._paths()[MOST_RUNS:]:
            older.unlink(missing_ok=True)

    def runs(self, leave_out: str = "") -> list[KeptRun]:
        """Return all runs with a line to draw, the newest first, without the one kept as `leave_out`."""
        found = []
        for path in self._paths():
            if path.stem == file_name(leave_out):
                continue
            try:
                run = _kept_run(self._text(path))
            except (OSError, UnicodeDecodeError, NotKept):
                continue  # a damaged file is one run fewer to compare with; the next keeping replaces it
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
        """The files, the newest first."""
        try:
            known = [(path.stat().st_mtime, path) for path in self.folder.glob("*.json")]
        except OSError:
            return []
        return [path for _, path in sorted(known, reverse=True)]


def _kept_run(text: str) -> KeptRun:
    """The run in a file of this version, or of the one that kept iterations only. Raises NotKept."""
    try:
        record = read_record(text)
    except NotKept:
        return from_text(text)
    return kept_run(record.name, record.world, kept_at(text), RecordView(record).iterations(()))


def file_name(key: str) -> str:
    """A name for a file made of a stack's id, or of any other key."""
    return re.sub(r"[^\w.-]+", "-", key.rpartition(":")[2]).strip(".-")[:120]


class Recorded(Protocol):
    """What watches a run and has its record."""

    def remember(self, record: RunRecord) -> None:
        """Take in what was kept before."""

    def record_text(self) -> str:
        """The record as it is now."""


@dataclass
class RecordKeeper:
    """Seeds a watched run with what was kept of it, once, and keeps it at intervals."""

    store: RecordStore
    name: str
    _begun: str = ""
    _kept_at: float = field(default_factory=time.monotonic)

    @property
    def due(self) -> bool:
        """Whether it is time to keep the run again."""
        return time.monotonic() - self._kept_at >= KEEP_SECONDS

    def begun(self, key: str) -> bool:
        """Whether the run was seeded with what is kept as `key`."""
        return self._begun == key

    def claim(self, key: str) -> None:
        """Note that the run is about to be seeded, in another thread."""
        self._begun = key

    def begin(self, key: str, run: Recorded) -> None:
        """Seed the run with what is kept as `key`."""
        self._begun = key
        kept = self.store.read(key)
        if kept is not None:
            run.remember(kept)

    def keep(self, key: str, run: Recorded) -> None:
        """Keep the run now. Raises OSError."""
        self._kept_at = time.monotonic()
        record = read_record(run.record_text())
        record.name = self.name
        self.store.keep(key, record)
