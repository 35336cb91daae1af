"""One check of the preflight board: its subject, its result, and a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import Facts
    from dots_tui.custom_files.findings import Finding

SEVERITIES = ("error", "warning", "info", "good")
"""Severities, worst first. An error blocks the launch, a warning and an info do not, good means ok."""


@dataclass(frozen=True)
class Remedy:
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
class Obstacle:
    """The result of a check. `code` is for programs (kebab-case), `message` the evidence."""

    severity: str
    code: str
    message: str
    fix: str = ""
    finding: Finding | None = None
    """The finding in the custom files that caused it, if any."""
    topic: str = ""
    """The topic of its check."""
    remedies: tuple[Remedy, ...] = ()
    """The remedies, the recommended one first."""


@dataclass(frozen=True)
class Check:
    """A check before a launch. `title` is shown while the result is unknown.

    If an `essential` check cannot be made, it blocks the launch; for other checks that is a warning.
    """

    topic: str
    title: str
    run: Callable[[Facts], Iterable[Obstacle]]
    essential: bool = False


def good(code: str, message: str) -> Obstacle:
    """Return the result of a check that passed."""
    return Obstacle("good", code, message)


def error(code: str, message: str, fix: str = "", *remedies: Remedy) -> Obstacle:
    """Return a result that blocks the launch."""
    return Obstacle("error", code, message, fix, remedies=remedies)


def warning(code: str, message: str, fix: str = "", *remedies: Remedy) -> Obstacle:
    """Return a result about something that may fail."""
    return Obstacle("warning", code, message, fix, remedies=remedies)
