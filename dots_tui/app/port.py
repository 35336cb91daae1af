"""The port between a flow and whoever shows it: how a flow asks, works, follows and tells.

A flow is a coroutine that is written once. The app shows dialogs and runs blocking work in threads; a command prints,
honors `--yes` and blocks; a test answers from a list.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Generic, Optional, Protocol, TypeVar

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent

T = TypeVar("T")
Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """A question of a flow. The type parameter is that of its answer."""


@dataclass(frozen=True)
class Confirmation(Question[bool]):
    """Yes or no. With `typed` that name must be typed out for a yes.

    An `offer` is not what the user asked for: nothing but a person says yes to it.
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
    """One of `options` (value, label). None: none of them."""

    title: str
    options: Sequence[tuple[str, str]]
    body: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    """The shell command of a value, for those who are not asked but told what they can do."""


@dataclass(frozen=True)
class Entry(Question[Optional[str]]):
    """A value to type. `problem` returns what is wrong with a text, "" when nothing is. None: cancelled."""

    title: str
    label: str
    value: str
    problem: Callable[[str], str]
    yes: str = "OK"


@dataclass(frozen=True)
class Note:
    """Something that happened on the way, in a sentence."""

    text: str
    title: str = ""


@dataclass(frozen=True)
class Result:
    """What came of a flow, in a sentence that stays in view. "" clears it."""

    text: str


@dataclass(frozen=True)
class Operation:
    """An operation on a stack whose events are followed.

    `what` says it in words ("Launching run-1"), `stack` names the stack. `events(stopped)` does it, blocking; it ends
    early when `stopped()`. `count()` returns how many resources there are, 0 if unknown; it may block too.
    """

    what: str
    stack: str
    events: Callable[[Callable[[], bool]], Iterator[StackEvent]]
    count: Callable[[], int] = lambda: 0


class NobodyToAsk(Exception):
    """A question cannot be asked: there is no terminal."""


class Port(Protocol):
    """What a flow needs of its surroundings."""

    async def ask(self, question: Question[Answer]) -> Answer:
        """Return the answer. Raises NobodyToAsk."""

    async def work(self, call: Callable[[], T]) -> T:
        """Return what the blocking `call()` returns, or raise what it raises."""

    async def follow(self, operation: Operation) -> None:
        """Do `operation` and show its events until it has ended. Raises what it raises."""

    def tell(self, event: Note | Result) -> None:
        """Show what happened."""


def run_blocking(flow: Coroutine[Any, Any, T]) -> T:
    """Return the result of a flow whose port blocks: such a flow never waits for an event loop."""
    try:
        flow.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    flow.close()
    raise RuntimeError("the port of a blocking flow must not wait for an event loop")
