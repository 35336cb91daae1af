"""A port that answers from a list, for the tests of flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Callable, TypeVar, cast

from dots_tui.app.port import Answer, FlowNote, FlowResult, Operation, Question

if TYPE_CHECKING:
    from dots_tui.aws.events import StackEvent

T = TypeVar("T")


class AnsweringPort:
    """Each question gets the next of `answers`: a value, or a function that is called then and returns it."""

    def __init__(self, answers: Sequence[Any] = ()) -> None:
        self._answers = list(answers)
        self.asked: list[Any] = []
        self.told: list[FlowNote | FlowResult] = []
        self.events: list[StackEvent] = []

    async def ask(self, question: Question[Answer]) -> Answer:
        self.asked.append(question)
        answer = self._answers.pop(0)
        return cast("Answer", answer() if callable(answer) else answer)

    async def work(self, call: Callable[[], T]) -> T:
        return call()

    async def follow(self, operation: Operation) -> None:
        self.events += operation.events(lambda: False)

    def tell(self, event: FlowNote | FlowResult) -> None:
        self.told.append(event)
