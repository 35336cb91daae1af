"""Runs that were watched, kept in the state folder to be laid under the charts of later ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.training.kept_runs import KeptRun, NotKept, from_text, to_text

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "runs"
MOST_RUNS = 60
FEWEST_ITERATIONS = 2
"""A run with fewer has no line to compare with."""
_LARGEST = 1 << 20
"""Bytes; what is larger was not written by us."""


@dataclass(frozen=True)
class History:
    """The kept runs below the state folder; one small file each, the oldest go when there are too many."""

    state: Path

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.state / FOLDER

    def keep(self, key: str, run: KeptRun) -> None:
        """Write the run, over what was written of it before. Raises OSError."""
        if len(run.iterations) < FEWEST_ITERATIONS:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{file_name(key)}.json"
        temporary = path.with_suffix(".tmp")
        temporary.write_text(to_text(run), encoding="utf-8")
        temporary.replace(path)
        for older in self._paths()[MOST_RUNS:]:
            older.unlink(missing_ok=True)

    def runs(self, leave_out: str = "") -> list[KeptRun]:
        """All that can be read, the newest first, without the one kept as *leave_out*."""
        found = []
        for path in self._paths():
            if path.stem == file_name(leave_out):
                continue
            try:
                if path.stat().st_size <= _LARGEST:
                    found.append(from_text(path.read_text(encoding="utf-8")))
            except (OSError, UnicodeDecodeError, NotKept):
                continue  # a damaged file is one run fewer to compare with; the next keeping replaces it
        return sorted(found, key=lambda run: run.kept_at, reverse=True)

    def _paths(self) -> list[Path]:
        """The files, the newest first."""
        try:
            known = [(path.stat().st_mtime, path) for path in self.folder.glob("*.json")]
        except OSError:
            return []
        return [path for _, path in sorted(known, reverse=True)]


def file_name(key: str) -> str:
    """A name for a file made of a stack's id, or of any other key."""
    return re.sub(r"[^\w.-]+", "-", key.rpartition(":")[2]).strip(".-")[:120]
