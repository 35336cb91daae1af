"""The editor of a document: what is typed is in the document at once, and undo and redo are the document's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.text_view import apply_text
from dots_tui.ui.widgets.code_editor import SEVERITIES, Problem
from dots_tui.ui.widgets.completing import CompletingEditor


class StepEditor(CompletingEditor):
    """Shows a document, so that form and text, and both panes, share one history."""

    class StepWanted(Message):
        """The user wants a step taken back or, ``forward``, done again."""

        def __init__(self, forward: bool) -> None:
            super().__init__()
            self.forward = forward

    class Edited(Message):
        """What was typed is in the document now."""

        def __init__(self, document: Document) -> None:
            super().__init__()
            self.document = document

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "undo", "Undo")]  # so that the footer shows it

    file: Document | None = None
    """The document shown; what Textual calls ``document`` is its text."""
    _agreed: tuple[bytes, str] = (b"", "")
    """Content and text as they were when both agreed last."""

    def show(self, document: Document) -> None:
        """Show ``document`` as it is now; what is the same stays in its place."""
        if self.file is not document:
            self.take_typed()
            self.file = None  # until the text is the new one's
            self.open_text(document.text, document.name)
        elif self.stale:
            self.put_text(document.text)
        self.file = document
        self._agreed = document.data, self.text

    @property
    def stale(self) -> bool:
        """Whether the document was changed from elsewhere since it was shown."""
        return self.file is not None and self._agreed[0] != self.file.data

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Mark the lines of the document that have findings; the worst of a line is told."""
        name = self.file.name if self.file is not None else ""
        own = [one for one in findings if one.file == name and one.line > 0]
        own.sort(key=lambda one: SEVERITIES.index(one.severity), reverse=True)
        self.set_problems({one.line: Problem(one.message, one.severity) for one in own})

    # -- editing ----------------------------------------------------------------------------------

    def on_text_area_changed(self) -> None:
        self.take_typed()

    def take_typed(self, *, step: bool = False) -> None:
        """Take over what was typed. Looking at a text changes nothing, whatever the editor made of it."""
        document = self.file
        text = self.text
        if document is None or text == self._agreed[1]:
            return
        document.edit(apply_text(document.data, text), step=step)
        self._agreed = document.data, text
        self.post_message(self.Edited(document))

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """What is done inside is one step of the document."""
        self.take_typed()
        yield
        self.take_typed(step=True)

    def action_undo(self) -> None:
        self.post_message(self.StepWanted(forward=False))

    def action_redo(self) -> None:
        self.post_message(self.StepWanted(forward=True))
