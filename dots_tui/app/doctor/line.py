"""One line of the doctor's report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["good", "warning", "error"]


@dataclass(frozen=True)
class Line:
    """The result of a check. `code` is for programs (kebab-case), `fix` is the advice ("" if good)."""

    topic: str
    severity: Severity
    code: str
    message: str
    fix: str = ""


def good(topic: str, message: str) -> Line:
    """Return the line of a check that passed."""
    return Line(topic, "good", topic, message)


_WORDS: dict[Severity, str] = {"good": "good", "warning": "WARNING", "error": "ERROR"}


_INDENT = 22


def text(line: Line, columns: int = 0) -> str:
    """Return the line as text, followed by its advice. It is wrapped at `columns`; 0 does not wrap."""
    parts = [line.message, *([line.fix] if line.severity != "good" else [])]
    rows = [row for part in parts for row in _wrapped(part, columns - _INDENT)]
    label = f"{_WORDS[line.severity]:<8} {line.topic:<12} "
    return label + f"\n{'':<{_INDENT}}".join(rows)


def _wrapped(part: str, width: int) -> list[str]:
    """Return the rows of a text of whole words, which must stay whole to be copied."""
    if width < _INDENT:
        return [part] if part else []
    return textwrap.wrap(part, width, break_long_words=False, break_on_hyphens=False)


def document(lines: Iterable[Line]) -> dict[str, Any]:
    """Return the report for a JSON document."""
    rows = list(lines)
    return {
        "checks": [asdict(row) for row in rows],
        "errors": sum(row.severity == "error" for row in rows),
        "warnings": sum(row.severity == "warning" for row in rows),
    }
