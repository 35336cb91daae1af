"""What a reader did with a file: the values it ended up with, and what else happened, line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

SETS, RUNS, PRINTS, ABORTS, ERROR, WRITES, READS, LISTS = (
    "sets",
    "runs",
    "prints",
    "aborts",
    "error",
    "writes",
    "reads",
    "lists",
)
"""Kinds of events; the detail is a variable, a command, -, a reason, a reason, a file, a file, a variable."""


class Event(NamedTuple):
    """One thing that happened while a line was read."""

    line: int
    """From 1; the line the command starts on."""
    kind: str
    detail: str


@dataclass
class Trace:
    """What one reader made of one file."""

    values: dict[str, str] = field(default_factory=dict)
    """What the file set, as a program started afterwards sees it."""
    events: list[Event] = field(default_factory=list)
    every: str | None = None
    """What the reader says for every key alike: it gave up on the whole file."""
