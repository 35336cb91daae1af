"""The interface between a flow and its user interface: ask, work, follow and tell.

A flow is a coroutine that is written once. The app shows dialogs and runs blocking work in threads; a command prints,
honors `--yes` and blocks; a test answers from a list.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Generic, Optional, Protocol, TypeVar

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent
    from dots_tui.custom_files.diff import DiffLine
    from dots_tui.custom_files.findings import Severity

T = TypeVar("T")
Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """A question of a flow. The type parameter is the type of its answer."""


@dataclass(frozen=True)
class Confirmation(Question[bool]):
    """A yes-or-no question. If `typed` is set, the user must type that name to confirm.

    An `offer` is not requested by the user: only a person can accept it, not `--yes`.
    """

    title: str
    body: str
    yes: str = "OK"
    no: str = "Cancel"
    typed: str = ""
    danger: bool = False
    offer: bool = False


@dataclass(frozen=True)
class Selection(Question[Optional[str]]):
    """A choice of one of `options` (value, label). The answer None means no choice."""

    title: str
    options: Sequence[tuple[str, str]]
    body: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    """The shell command of each value, shown when nobody can answer."""


@dataclass(frozen=True)
class TextEntry(Question[Optional[str]]):
    """A value to type. `problem` returns the problem of a text, "" if none. The answer None means canceled."""

    title: str
    label: str
    value: str
    problem: Callable[[str], str]
    yes: str = "OK"


@dataclass(frozen=True)
class DiffPreview(Question[bool]):
    """The lines of a difference to look at. `yes` completes "enter ..." if the user may apply it."""

    title: str
    lines: Sequence[DiffLine]
    yes: str = ""


@dataclass(frozen=True)
class FlowNote:
    """An intermediate event, as a sentence."""

    text: str
    title: str = ""
    severity: Severity | None = None
    """WARNING or ERROR if something went wrong."""


@dataclass(frozen=True)
class FlowResult:
    """The result of a flow, as a sentence that stays visible. "" clears it."""

    text: str


@dataclass(frozen=True)
class Operation:
    """An operation on a stack whose events are followed.

    `what` describes it ("Launching run-1"), `stack` names the stack. `events(stopped)` runs it, blocking, and ends
    early if `stopped()` is true. `count()` returns the number of resources, 0 if unknown; it may block too.
    """

    what: str
    stack: str
    events: Callable[[Callable[[], bool]], Iterator[StackEvent]]
    count: Callable[[], int] = lambda: 0


class NobodyToAsk(Exception):
    """A question cannot be asked because there is no terminal."""


class Dialogue(Protocol):
    """The operations of a flow without blocking work."""

    async def ask(self, question: Question[Answer]) -> Answer:
        """Return the answer. Raises NobodyToAsk."""

    def tell(self, event: FlowNote | FlowResult) -> None:
        """Show an event."""


class Port(Dialogue, Protocol):
    """The operations that a flow needs from its environment."""

    async def work(self, call: Callable[[], T]) -> T:
        """Return the result of the blocking `call()`, or raise its exception."""

    async def follow(self, operation: Operation) -> None:
        """Run `operation` and show its events until it ends. Raises its exceptions."""


def run_blocking(flow: Coroutine[Any, Any, T]) -> T:
    """Return the result of a flow whose port blocks: such a flow never waits for an event loop."""
    try:
        flow.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    flow.close()
    raise RuntimeError("the port of a blocking flow must not wait for an event loop")
