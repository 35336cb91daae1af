"""The port of flows about files: questions are dialogs, and notes are notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from dots_tui.app.port import FlowNote, FlowResult, Question
from dots_tui.ui.panes.question_dialogs import answer_of

if TYPE_CHECKING:
    from textual.widget import Widget

Answer = TypeVar("Answer")
_LONG_SECONDS = 10
_LONG_TEXT = 80
"""A longer text stays longer, as a problem does."""


class NotificationPort:
    """Asks and tells in the app of `widget`. The flows must run in a worker of Textual."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget

    async def ask(self, question: Question[Answer]) -> Answer:
        """Return the answer of a dialog."""
        return await answer_of(self._widget.app, question)

    def tell(self, event: FlowNote | FlowResult) -> None:
        """Show a notification."""
        title = event.title if isinstance(event, FlowNote) else ""
        severity = event.severity if isinstance(event, FlowNote) else None
        self._widget.notify(
            event.text,
            title=title,
            severity="information" if severity is None else str(severity),  # type: ignore[arg-type]
            timeout=_LONG_SECONDS if severity is not None or len(event.text) > _LONG_TEXT else None,
            markup=False,
        )
