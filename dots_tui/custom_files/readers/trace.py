"""What a reader did with a file: the values it ended up with, and what else happened, line by line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

SETS = "sets"
"""A variable was set, or taken away; the detail is its name."""
RUNS = "runs"
"""A command would be run; the detail is its name."""
PRINTS = "prints"
"""All exported variables are printed."""
ABORTS = "aborts"
"""The reading ends here, and nothing below counts; the detail is the reason."""
UNKNOWN = "unknown"
"""What comes from here on is not worked out; the detail is the word that starts it."""
ERROR = "error"
"""The line, or a part of it, is refused; the detail is the reason."""
WRITES, READS = "writes", "reads"
"""A file would be opened; the detail is its name."""
COMPUTES = "computes"
"""What stands there is replaced by something only the machine knows; the detail is what stands there."""
LISTS = "lists"
"""A variable became a list, which no other program sees; the detail is its name."""


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
    absent: str | None = None
    """What the reader says of a key the file does not set."""
    every: str | None = None
    """What the reader says of every key alike: it gave up on the whole file."""

    def value(self, key: str) -> str | None:
        """What the reader says of ``key``."""
        return self.every if self.every is not None else self.values.get(key, self.absent)
