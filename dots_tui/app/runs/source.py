"""What a rung opens: a source that is looked at again and again until it is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from dots_tui.app.runs.book import RunBook
    from dots_tui.remote.connection import Output, Target


class Source(Protocol):
    """Something that tells of the run, as long as it works."""

    greeting: str
    """What to say while all is well; begins with "Connected"."""

    @property
    def pause_s(self) -> float:
        """Until the next look."""

    def look(self) -> str:
        """See what is new and tell the book; says what is wrong with the host, if anything.

        Raises an exception whose text is for the racer when the source is lost.
        """

    def run(self, command: str, timeout: float) -> Output:
        """Run a command on the instance. Raises RemoteProblem, also where there is no way to do so."""

    def cut(self) -> None:
        """End what blocks, from any thread."""

    def let_go(self) -> None:
        """End it; waits for its threads, three seconds at most."""


@dataclass(frozen=True)
class Place:
    """Where the run is now: its instance, or why there is none to connect to."""

    target: Target | None
    why: str = ""


@dataclass(frozen=True)
class Why:
    """Why a rung is not possible, and what to do about it."""

    reason: str
    advice: str = ""


class Rung(Protocol):
    """One way to a run."""

    name: str
    title: str
    way: str

    def available(self, place: Place) -> Why | None:
        """Why it cannot even be tried; None when it can."""

    def open(self, place: Place, book: RunBook, cancelled: Callable[[], bool]) -> Source:
        """Try it. Raises RemoteProblem, or whatever AWS's side raises."""
