"""The dialogs for the questions of flows."""

from __future__ import annotations

from typing import Any, Callable, TypeVar, cast

from textual.app import App
from textual.screen import ModalScreen

from dots_tui.app.port import Confirmation, DiffPreview, Question, Selection, TextEntry
from dots_tui.ui.panes.diff_screen import DiffScreen
from dots_tui.ui.widgets.dialogs import Choose, Confirm, Prompt, TypeName

Answer = TypeVar("Answer")
_WIDE = 64
"""A choice with longer labels gets a wider dialog."""


class WideChoice(Choose):
    """Wider than a choice usually is: each line has to say what it is."""

    DEFAULT_CSS = """
    WideChoice #box { width: 110; }
    """


def unchanged(text: str) -> str:
    """Return `text`."""
    return text


async def answer_of(app: App[Any], question: Question[Answer], words: Callable[[str], str] = unchanged) -> Answer:
    """Return the answer to a question of a flow from its dialog. Only in a worker of Textual."""
    return cast("Answer", await app.push_screen_wait(dialog_of(question, words)))


def dialog_of(question: Question[Any], words: Callable[[str], str] = unchanged) -> ModalScreen[Any]:
    """Return the dialog for a question of a flow. `words` adapts its texts to the pane."""
    if isinstance(question, Selection):
        wide = any(len(label) > _WIDE for _, label in question.options)
        kind = WideChoice if wide else Choose
        return kind(question.title, question.options, body=words(question.body))
    if isinstance(question, TextEntry):
        return Prompt(question.title, question.label, question.value, question.problem, yes=question.yes)
    if isinstance(question, DiffPreview):
        return DiffScreen(question.title, question.lines, yes=question.yes)
    assert isinstance(question, Confirmation)
    body = words(question.body)
    if question.typed:
        return TypeName(question.title, body, question.typed, yes=question.yes, no=question.no)
    return Confirm(question.title, body, yes=question.yes, no=question.no, danger=question.danger)
