"""The port of the Stacks pane: flows ask with dialogs, and the pane shows what they follow and tell."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from dots_tui.app.blocking import in_thread
from dots_tui.app.port import FlowNote, FlowResult, Operation, Question
from dots_tui.ui.panes.question_dialogs import answer_of
from dots_tui.ui.panes.stacks.notice import key_words

if TYPE_CHECKING:
    from textual.widget import Widget

T = TypeVar("T")
Answer = TypeVar("Answer")
POLL_SECONDS = 1.0
"""Seconds between two requests for new events."""


class StacksPort:
    """The port of the flows that `widget` starts. `follow`, `say` and `blame` show operations, results, problems."""

    def __init__(
        self,
        widget: Widget,
        follow: Callable[[Operation], Awaitable[None]],
        say: Callable[[str], None],
        blame: Callable[[Exception], None],
    ) -> None:
        self._widget, self._follow, self.say, self.blame = widget, follow, say, blame

    def start(self, flow: Coroutine[Any, Any, object], *, group: str = "default", exclusive: bool = False) -> None:
        """Run a flow in a worker; it shows the problem that ends the flow. `exclusive` cancels its group first."""
        self._widget.run_worker(self._run(flow), group=group, exclusive=exclusive)

    async def _run(self, flow: Coroutine[Any, Any, object]) -> None:
        from dots_tui.aws.problems import AwsProblem

        try:
            await flow
        except AwsProblem as problem:
            self.blame(problem)

    async def ask(self, question: Question[Answer]) -> Answer:
        """Return the answer of a dialog."""
        return await answer_of(self._widget.app, question, key_words)

    async def work(self, call: Callable[[], T]) -> T:
        """Return the result of `call()` from a thread."""
        return await in_thread(call)

    async def follow(self, operation: Operation) -> None:
        """Show the events of `operation` until it ends."""
        await self._follow(operation)

    def tell(self, event: FlowNote | FlowResult) -> None:
        """Show a note as a notification; a result stays below the list."""
        if isinstance(event, FlowResult):
            self.say(key_words(event.text))
        else:
            self._widget.notify(key_words(event.text), title=event.title, timeout=8)
