"""The diagnosis: one problem of a run in words, with its cause and advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.problems import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dots_tui.problems import Severity

RESTART, STOP, SAVE, REWARD, FILES = (
    "restart-from-checkpoint",
    "stop-safely",
    "save-model",
    "open-reward",
    "open-files",
)
ACTIONS = (RESTART, STOP, SAVE, REWARD, FILES)
"""The actions a pane can offer for a diagnosis."""


@dataclass(frozen=True)
class Diagnosis:
    """One problem of a run.

    Values do not change while the problem stays the same, except values that count seconds.
    """

    code: str
    """The kind of problem in kebab-case; stable, for scripts."""
    severity: Severity
    """An error ends or stalls the run; a warning may do so, or wastes something; an info is good to know."""
    word: str
    """The heading, in capitals: STALLED, FAULT, OUT OF MEMORY ..."""
    title: str
    """The event, as a sentence without a period: `worker 2 gone for 95 s (...); the trainer waits for it`."""
    cause: str
    """The cause, in sentences."""
    advice: str
    """The advice, in sentences."""
    container: str = ""
    """The container whose log or exit shows the problem; empty if all containers are affected."""
    worker: int | None = None
    """None for the trainer, and while the worker is unknown."""
    evidence: str = ""
    """The line of the log that shows the problem, or Docker's description of the container."""
    at: float | None = None
    """When the line was first printed or the problem began (Unix seconds by the instance's clock; None:
    unknown).
    """
    actions: tuple[str, ...] = ()
    """A subset of ACTIONS, the most useful first."""
    fault: int | None = None
    """The FAULT_CODE of simapp."""
    line: int | None = None
    """The line in reward_function.py, if the message contains it."""

    @property
    def sentence(self) -> str:
        """Heading and title, for the verdict line."""
        return f"{self.word}: {self.title}{'' if self.title.endswith('.') else '.'}"


def ranked(found: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Return the worst first, and each problem of a container once.

    Equal severities keep their order: causes come before effects.
    """
    kept: dict[tuple[str, str], Diagnosis] = {}
    for one in found:
        kept.setdefault((one.code, one.container), one)
    return tuple(sorted(kept.values(), key=lambda one: SEVERITIES.index(one.severity)))


def name_of(worker: int | None, container: str) -> str:
    """Return the name of a worker for the middle of a sentence; an unnumbered container by its name."""
    return f"worker {worker}" if worker is not None else container


def seconds(count: float) -> str:
    """Return a duration in words: `95 s`, `12 min`."""
    return f"{count:.0f} s" if count < 600 else f"{count / 60:.0f} min"
