"""The port of the Stacks pane: flows ask with dialogs, and what they follow and tell is shown in the pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar, cast

from dots_tui.app.blocking import in_thread
from dots_tui.app.port import Confirmation, FlowNote, FlowResult, Operation, Question, Selection, TextEntry
from dots_tui.ui.panes.stacks.view import key_words
from dots_tui.ui.widgets.dialogs import Choose, Confirm, Dialog, Prompt, TypeName

if TYPE_CHECKING:
    from dots_tui.ui.panes.stacks.pane import StacksPane

T = TypeVar("T")
Answer = TypeVar("Answer")
_WIDE = 64
"""A choice with longer labels gets a wider dialog."""


class WideChoice(Choose):
    """Wider than a choice usually is: each line has to say what it is."""

    DEFAULT_CSS = """
    WideChoice #box { width: 110; }
    """


class StacksPort:
    """The port of the flows in `pane`. They must run in a worker of Textual."""

    def __init__(self, pane: StacksPane) -> None:
        self._pane = pane

    async def ask(self, question: Question[Answer]) -> Answer:
        """Return the answer of a dialog."""
        return cast("Answer", await self._pane.app.push_screen_wait(_dialog(question)))

    async def work(self, call: Callable[[], T]) -> T:
        """Return what `call()` returns, from a thread."""
        return await in_thread(call)

    async def follow(self, operation: Operation) -> None:
        """Show the events of `operation` in the pane until it has ended."""
        await self._pane.operate(operation)

    def tell(self, event: FlowNote | FlowResult) -> None:
        """Show a note as a notification; a result stays below the list."""
        if isinstance(event, FlowResult):
            self._pane.say(key_words(event.text))
        else:
            self._pane.notify(key_words(event.text), title=event.title, timeout=8)


def _dialog(question: Question[Any]) -> Dialog[Any]:
    if isinstance(question, Selection):
        wide = any(len(label) > _WIDE for _, label in question.options)
        kind = WideChoice if wide else Choose
        return kind(question.title, question.options, body=key_words(question.body))
    if isinstance(question, TextEntry):
        return Prompt(question.title, question.label, question.value, question.problem, yes=question.yes)
    assert isinstance(question, Confirmation)
    body = key_words(question.body)
    if question.typed:
        return TypeName(question.title, body, question.typed, yes=question.yes, no=question.no)
    return Confirm(question.title, body, yes=question.yes, no=question.no, danger=question.danger)
