"""The port of the flows of the Models pane: dialogs, threads, and one line that says what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, TypeVar

from dots_tui.app.blocking import in_thread, stream
from dots_tui.app.port import FlowNote, FlowResult, Operation, Question
from dots_tui.ui.panes.question_dialogs import answer_of

if TYPE_CHECKING:
    from textual.app import App

T = TypeVar("T")
Answer = TypeVar("Answer")


class DialogPort:
    """A port for flows in a worker of Textual. `say` shows a text until the next one."""

    def __init__(self, app: App[int], say: Callable[[str], None]) -> None:
        self._app, self._say = app, say

    async def ask(self, question: Question[Answer]) -> Answer:
        """Return the answer of a dialog."""
        return await answer_of(self._app, question)

    async def work(self, call: Callable[[], T]) -> T:
        """Return what `call()` returns, from a thread."""
        return await in_thread(call)

    async def follow(self, operation: Operation) -> None:
        """Show the events of `operation`, one at a time."""
        async for event in stream(operation.events):
            self._say(f"{operation.what}: {event.resource} {event.status}")

    def tell(self, event: FlowNote | FlowResult) -> None:
        """Show a note or a result."""
        self._say(event.text)
