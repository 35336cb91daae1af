"""One line of the doctor's report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["good", "warning", "error"]


@dataclass(frozen=True)
class Line:
    """What was found about a topic. `code` is for programs (kebab-case), `fix` says what to do ("" when good)."""

    topic: str
    severity: Severity
    code: str
    message: str
    fix: str = ""


def good(topic: str, message: str) -> Line:
    """Return a line about something that is as it should be."""
    return Line(topic, "good", topic, message)


_WORDS: dict[Severity, str] = {"good": "good", "warning": "WARNING", "error": "ERROR"}


def text(line: Line) -> str:
    """Return the line for people, with what to do in a line below it."""
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
