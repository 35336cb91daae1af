"""What a diagnosis is: one thing that is wrong with a run, in words, with its cause and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)
"""The worst first. An error ends or stalls the run; a warning may, or wastes something; an info is good to know."""

RESTART, STOP, SAVE, REWARD, FILES = (
    "restart-from-checkpoint",
    "stop-safely",
    "save-model",
    "open-reward",
    "open-files",
)
ACTIONS = (RESTART, STOP, SAVE, REWARD, FILES)
"""What a pane can offer to do about a diagnosis."""


@dataclass(frozen=True)
class Diagnosis:
    """One thing that is wrong. Values do not change while nothing changes, except those that count seconds."""

    code: str
    """The kind of problem in kebab-case; stable, for scripts."""
    severity: str
    """One of SEVERITIES."""
    word: str
    """For the eye, in capitals: STALLED, FAULT, OUT OF MEMORY ..."""
    title: str
    """What happened, as a sentence without an end: ``worker 2 gone for 95 s (...); the trainer waits for it``."""
    cause: str
    """Why, in sentences."""
    advice: str
    """What to do, in sentences."""
    container: str = ""
    """Whose log or end tells it; empty when it is about all of them."""
    worker: int | None = None
    """None for the trainer, and while it is not known."""
    evidence: str = ""
    """The line of the log that says so, or what Docker says of the container."""
    at: float | None = None
    """When that was printed first, or since when it lasts (Unix seconds by the instance's clock; None: not known)."""
    actions: tuple[str, ...] = ()
    """Of ACTIONS, the first one first."""
    fault: int | None = None
    """simapp's FAULT_CODE."""
    line: int | None = None
    """In reward_function.py, where the message tells it."""

    @property
    def sentence(self) -> str:
        """For the verdict line: the word and what happened."""
        return f"{self.word}: {self.title}{'' if self.title.endswith('.') else '.'}"


def ranked(found: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """The worst first, each problem of a container once. What is as bad keeps its order: causes come before effects."""
    kept: dict[tuple[str, str], Diagnosis] = {}
    for one in found:
        kept.setdefault((one.code, one.container), one)
    return tuple(sorted(kept.values(), key=lambda one: SEVERITIES.index(one.severity)))


def name_of(worker: int | None, container: str) -> str:
    """A worker in words, in the middle of a sentence; a container whose number is not known by its name."""
    return f"worker {worker}" if worker is not None else container


def seconds(count: float) -> str:
    """A duration in words: ``95 s``, ``12 min``."""
    return f"{count:.0f} s" if count < 600 else f"{count / 60:.0f} min"
