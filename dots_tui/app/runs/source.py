"""The source that a transport opens; it is polled until it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.runs.book import RunBook
    from dots_tui.remote.connection import Output, Target


class Source(Protocol):
    """A source of facts about the run."""

    greeting: str
    """Message while the source works; begins with "Connected"."""

    @property
    def pause_s(self) -> float:
        """Return the seconds until the next look."""

    def look(self) -> str:
        """Read new data into the book; return the host's problem, if any.

        Raises an exception with a message for the racer if the source is lost.
        """

    def run(self, command: str, timeout: float) -> Output:
        """Run a command on the instance. Raises RemoteProblem, also if commands are not possible."""

    def cut(self) -> None:
        """Interrupt blocking calls, from any thread."""

    def let_go(self) -> None:
        """Close the source; wait at most three seconds for its threads."""


@dataclass(frozen=True)
class InstanceLocation:
    """The location of the run: its instance, or the reason there is none."""

    target: Target | None
    why: str = ""


@dataclass(frozen=True)
class Why:
    """The reason a transport is not possible, and advice."""

    reason: str
    advice: str = ""


class Rung(Protocol):
    """One transport to a run."""

    name: str
    title: str
    way: str

    def available(self, place: InstanceLocation) -> Why | None:
        """Return why it cannot be tried; None if it can."""

    def open(self, place: InstanceLocation, book: RunBook, cancelled: Callable[[], bool]) -> Source:
        """Open the transport. Raises RemoteProblem, or exceptions of AWS calls."""
