"""The editor of a document: typed text goes into the document at once, which also provides undo and redo."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from dots_tui.custom_files.text_view import apply_text
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.code_marks import SEVERITIES, LineProblem
from dots_tui.ui.widgets.completion import Completion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events

    from dots_tui.custom_files.documents import Document
    from dots_tui.custom_files.findings import Finding


class StepWanted(Message, namespace="step_editor"):
    """The user wants to undo a step or, if `forward`, redo it."""

    def __init__(self, forward: bool) -> None:
        super().__init__()
        self.forward = forward


class DocumentEdited(Message, namespace="step_editor"):
    """The typed text is in the document now."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document


class StepEditor(CodeEditor):
    """An editor that shows a document, so that form, text and both panes share one history.

    In a reward function it offers the keys of `params` while the user types.
    """

    StepWanted, Edited = StepWanted, DocumentEdited

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "undo", "Undo")]  # shown in the footer

    file: Document | None = None
    """The displayed document; Textual's `document` is its text."""
    _agreed: tuple[bytes, str] = (b"", "")
    """Content and text when both last agreed."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self.completion = Completion(self)

    def show(self, document: Document) -> None:
        """Show the current content of `document`; unchanged parts keep their place."""
        if self.file is not document:
            self.take_typed()
            self.file = None  # until the text belongs to the new document
            self.open_text(document.text, document.name)
        elif self.stale:
            self.put_text(document.text)
        self.file = document
        self._agreed = document.data, self.text

    @property
    def stale(self) -> bool:
        """True if the document was changed from elsewhere since it was shown."""
        return self.file is not None and self._agreed[0] != self.file.data

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Mark the lines of the document that have findings; show the worst one of each line."""
        name = self.file.name if self.file is not None else ""
        own = [one for one in findings if one.file == name and one.line > 0]
        own.sort(key=lambda one: SEVERITIES.index(one.severity), reverse=True)
        self.set_problems({one.line: LineProblem(one.message, one.severity) for one in own})

    # -- editing ----------------------------------------------------------------------------------

    def on_text_area_changed(self) -> None:
        self.take_typed()

    def take_typed(self, *, step: bool = False) -> None:
        """Move typed text into the document. Viewing a text changes nothing, even if the editor normalizes it."""
        document = self.file
        text = self.text
        if document is None or text == self._agreed[1]:
            return
        document.edit(apply_text(document.data, text), step=step)
        self._agreed = document.data, text
        self.post_message(self.Edited(document))

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Group all changes inside the block into one step of the document."""
        self.take_typed()
        yield
        self.take_typed(step=True)

    def action_undo(self) -> None:
        self.post_message(self.StepWanted(forward=False))

    def action_redo(self) -> None:
        self.post_message(self.StepWanted(forward=True))

    # -- completion -------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Give the keys of an open completion list to that list first."""
        if self.completion.take_key(event.key):
            event.prevent_default().stop()

    def on_text_area_selection_changed(self) -> None:
        self.completion.offer()

    def on_blur(self) -> None:
        self.completion.close()

    def on_unmount(self) -> None:
        self.completion.close()
