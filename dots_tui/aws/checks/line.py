"""One line of the go/no-go board: what was looked at, what was found, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from dots_tui.aws.checks.facts import Facts
    from dots_tui.custom_files.findings import Finding

SEVERITIES = ("error", "warning", "info", "good")
"""The worst first. An error forbids the launch, a warning and an info are good to know, good is as it should be."""


@dataclass(frozen=True)
class Remedy:
    """Something the program can do about a line. ``label`` says it in a word or three, to be read after a key.

    ``kind``: set (``key`` of run.env gets ``value``), reuse (the model's prefix is meant), type (another instance
    type), base (make a base stack), quota (show how to ask for more), finding (go to the file), name (another name),
    image (another image), bake (make a private image), ttl (another time to live), even-so (launch in spite of the
    rehearsal).
    """

    kind: str
    label: str
    key: str = ""
    value: str = ""


@dataclass(frozen=True)
class Obstacle:
    """What a check found. ``code`` is for programs (kebab-case), ``message`` the evidence."""

    severity: str
    code: str
    message: str
    fix: str = ""
    finding: Finding | None = None
    """The finding in the custom files it comes from, if it does."""
    topic: str = ""
    """Of which check it is."""
    remedies: tuple[Remedy, ...] = ()
    """The first is the one to take."""


@dataclass(frozen=True)
class Check:
    """Something to look at before a launch. ``title`` names it while it is not known yet.

    An ``essential`` one that cannot be looked at forbids the launch; the others are then a warning.
    """

    topic: str
    title: str
    run: Callable[[Facts], Iterable[Obstacle]]
    essential: bool = False


def good(code: str, message: str) -> Obstacle:
    """As it should be."""
    return Obstacle("good", code, message)


def error(code: str, message: str, fix: str = "", *remedies: Remedy) -> Obstacle:
    """What forbids the launch."""
    return Obstacle("error", code, message, fix, remedies=remedies)


def warning(code: str, message: str, fix: str = "", *remedies: Remedy) -> Obstacle:
    """What may go wrong."""
    return Obstacle("warning", code, message, fix, remedies=remedies)
