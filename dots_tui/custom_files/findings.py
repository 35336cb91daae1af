"""A finding: one problem in the custom files, with its place, why it matters and what to do."""

from __future__ import annotations

from dataclasses import dataclass

Severity = str
"""One of :data:`SEVERITIES`."""

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)
"""The worst first. An error breaks or wastes the run; a warning may; an info is good to know."""


@dataclass(frozen=True)
class Finding:
    """One problem."""

    file: str
    line: int
    """From 1; 0 means the whole file."""
    key: str | None
    """The key it is about, if it is about one."""
    severity: Severity
    code: str
    """The kind of problem in kebab-case; stable, for scripts."""
    message: str
    """What is wrong and what comes of it."""
    fix: str | None
    """What to do about it."""


def shown(text: str) -> str:
    """``text`` from a file as it may be printed: one line, no control characters, no stray bytes."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


_LONGEST = 120
