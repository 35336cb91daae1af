"""One line of the doctor's report."""

from __future__ import annotations

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


def text(line: Line) -> str:
    """Return the line as text, followed by its advice."""
    told = f"{_WORDS[line.severity]:<7}  {line.topic:<12} {line.message}"
    return told if not line.fix or line.severity == "good" else f"{told}\n{'':<7}  {'':<12} {line.fix}"


def document(lines: Iterable[Line]) -> dict[str, Any]:
    """Return the report for a JSON document."""
    rows = list(lines)
    return {
        "checks": [asdict(row) for row in rows],
        "errors": sum(row.severity == "error" for row in rows),
        "warnings": sum(row.severity == "warning" for row in rows),
    }
