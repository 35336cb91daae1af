"""The result of a preflight check, with its evidence and remedies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.custom_files.findings import Finding

SEVERITIES = ("error", "warning", "info", "good")
"""Severities, worst first. An error blocks the launch, a warning and an info do not, good means ok."""


@dataclass(frozen=True)
class CheckRemedy:
    """An action that the program offers for a check. `label` has one to three words and follows a key.

    `kind`: set (give `key` of run.env the `value`), reuse (the model's prefix is intended), type (another instance
    type), base (create a base stack), quota (show how to request more), finding (go to the file), name (another name),
    image (another image), bake (create a private image), ttl (another time to live), even-so (launch despite the
    rehearsal).
    """

    kind: str
    label: str
    key: str = ""
    value: str = ""


@dataclass(frozen=True)
class CheckResult:
    """The result of a check. `code` is for programs (kebab-case), `message` the evidence."""

    severity: str
    code: str
    message: str
    fix: str = ""
    finding: Finding | None = None
    """The finding in the custom files that caused it, if any."""
    topic: str = ""
    """The topic of its check."""
    remedies: tuple[CheckRemedy, ...] = ()
    """The remedies, the recommended one first."""


def good(code: str, message: str) -> CheckResult:
    """Return the result of a check that passed."""
    return CheckResult("good", code, message)


def error(code: str, message: str, fix: str = "", *remedies: CheckRemedy) -> CheckResult:
    """Return a result that blocks the launch."""
    return CheckResult("error", code, message, fix, remedies=remedies)


def warning(code: str, message: str, fix: str = "", *remedies: CheckRemedy) -> CheckResult:
    """Return a result about something that may fail."""
    return CheckResult("warning", code, message, fix, remedies=remedies)
