"""The port of the commands: flows ask at the terminal, honor `--yes`, and report on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar, cast

from dots_tui.app.port import Confirmation, FlowNote, FlowResult, NobodyToAsk, Operation, Question, Selection
from dots_tui.aws.events import Progress
from dots_tui.cli.telling import agreed, say, shown

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent

T = TypeVar("T")
Answer = TypeVar("Answer")


class ConsolePort:
    """A port whose methods all block, so a flow runs with `run_blocking`. `yes` agrees to everything except
    offers.
    """

    def __init__(self, *, yes: bool, seen: Callable[[StackEvent], object] = lambda _: None) -> None:
        self._yes, self._seen = yes, seen
        self.status: str | None = None
        """The status of the last followed stack; None before that."""

    async def ask(self, question: Question[Answer]) -> Answer:
        """Return the answer from the terminal. Raise NobodyToAsk."""
        return cast("Answer", self._answer(question))

    def _answer(self, question: Question[Any]) -> Any:
        if isinstance(question, Selection):
            for value, label in question.options:
                if value in question.commands:
                    say(f"{label}: {question.commands[value]}")
            return None
        if not isinstance(question, Confirmation):
            raise NobodyToAsk
        say(question.body)
        if question.offer and (self._yes or not sys.stdin.isatty()):
            return False
        asked = f"{question.title} Type {question.typed}:" if question.typed else question.title
        answer = agreed(self._yes, asked, wanted=question.typed)
        if answer is None:
            raise NobodyToAsk
        return answer

    async def work(self, call: Callable[[], T]) -> T:
        """Return what `call()` returns."""
        return call()

    async def follow(self, operation: Operation) -> None:
        """Report the events of `operation` until it has ended."""
        progress = Progress(operation.count())
        for event in shown(operation.events(_never), progress):
            self._seen(event)
        self.status = progress.status

    def tell(self, event: FlowNote | FlowResult) -> None:
        """Print the event."""
        if event.text:
            say(event.text)


def _never() -> bool:
    return False
