"""One file as a form or as text: two views of one document, and the commands on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.markup import escape
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher, Static

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.document_commands import DocumentCommands, document_commands
from dots_tui.ui.panes.files.form import has_form, no_form
from dots_tui.ui.panes.files.form_view import FormView
from dots_tui.ui.panes.files.messages import DocumentsChanged, FileEdited
from dots_tui.ui.panes.files.text import FileText

if TYPE_CHECKING:
    from dots_tui.custom_files.documents import Document
    from dots_tui.custom_files.findings import Finding
    from dots_tui.ui.widgets.form import EnvForm

_LOOK_SECONDS = 1.0
"""Seconds between checks whether another pane has changed the document."""


class FileView(Vertical):
    """A view of a document. Edits change the document at once; `neutral` gets the focus when no view should."""

    def __init__(self, neutral: Widget) -> None:
        super().__init__(classes="box")
        self._neutral = neutral
        self.file_name = ""
        """Name of the displayed file, also of an unreadable one."""
        self.findings: Sequence[Finding] = ()
        self._wants_form = False
        """True if the text is in front only while the content has no form, or while the user types in it."""

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="file-message"):
            yield Static(id="file-message")
            yield FormView(id="file-form")
            yield FileText(id="file-text")

    def on_mount(self) -> None:
        self.set_interval(_LOOK_SECONDS, self._follow_other_panes)

    @property
    def form_view(self) -> FormView:
        """The form with its commands."""
        return self.query_one(FormView)

    @property
    def form(self) -> EnvForm:
        """The form."""
        return self.form_view.form

    @property
    def text(self) -> FileText:
        """The text."""
        return self.query_one(FileText)

    @property
    def document(self) -> Document | None:
        """The displayed document, or None."""
        return self.form_view.document

    @property
    def shows_text(self) -> bool:
        """True if the text is in front, not the form."""
        return self.query_one(ContentSwitcher).current == "file-text"

    def typed(self) -> Document:
        """Return the document with the typed text; the commands need one."""
        self.take_typed()
        assert self.document is not None
        return self.document

    def show_message(self, name: str, text: str) -> None:
        """Show a text instead of the file `name`."""
        self.file_name = name
        self.form_view.set_document(None)
        self.query_one("#file-message", Static).update(text)
        self.query_one(ContentSwitcher).current = "file-message"
        self.border_title = ""

    def show(self, document: Document, findings: Sequence[Finding], *, as_text: bool) -> None:
        """Show `document` as text or as a form; also as text while its content has no form."""
        self.take_typed()
        # A reloaded file that was shown as text for lack of a form gets its form back as soon as
        # possible.
        same = document is self.document and self.shows_text and self._wants_form
        self._wants_form = has_form(document.name) and (same or not as_text)
        self.file_name = document.name
        self.form_view.set_document(document)
        self._put_in_front(form=self._wants_form and not no_form(document))
        self.refresh_marks(findings)

    def _put_in_front(self, *, form: bool) -> None:
        if not form and self.document is not None:
            self.text.editor.show(self.document)
        self.query_one(ContentSwitcher).current = "file-form" if form else "file-text"

    def _change_views(self, *, form: bool) -> None:
        """Switch views. An automatic switch must not send the next key, a command, into the text."""
        asking = self.form.has_focus or self._neutral.has_focus
        self._put_in_front(form=form)
        if asking:
            self.screen.set_focus(self.form if form else self._neutral)

    def on_descendant_blur(self) -> None:
        """Show the form when the focus leaves the text and the content has a form again."""
        self.call_next(self._form_again)

    def _form_again(self) -> None:
        if self._wants_form and self.shows_text and not self.text.typing and not no_form(self.document):
            self.take_typed()
            self._put_in_front(form=True)
            self.refresh_marks(self.findings)

    def _follow_other_panes(self) -> None:
        if self.shows_text and self.text.editor.stale:
            self.post_message(DocumentsChanged())

    def refresh_marks(self, findings: Sequence[Finding]) -> None:
        """Refresh text or rows, problem lines, and the unsaved star after a change, perhaps in another pane."""
        document = self.document
        if document is None:
            return
        self.findings = findings
        self.take_typed()
        reason = no_form(document) if self._wants_form else ""
        if self._wants_form and self.shows_text == (not reason) and not self.text.typing:
            self._change_views(form=not reason)
        if self.shows_text:
            self.text.editor.show(document)
            self.text.editor.show_findings(findings)
        else:
            self.form_view.refresh_rows(findings)
        star = " *" if document.dirty else ""
        self.border_title = f"{document.name}{star} ─ {self._kind()}"
        self.border_subtitle = escape(f"{reason}; then the form comes back") if reason else ""

    def _kind(self) -> str:
        if not self.shows_text:
            return "form (t: text)"
        return "text" if not self._wants_form or no_form(self.document) else "text (esc: form)"

    def go_to(self, finding: Finding, document: Document) -> None:
        """Show the place of `finding` in its `document`: a row of the form, or a line of the text."""
        self.show(document, self.findings, as_text=False)
        if self.shows_text or finding.key is None or not self.form_view.show_finding(finding.key):
            self.show(document, self.findings, as_text=True)
            if finding.line:
                self.text.editor.go_to(finding.line)
        self.focus_body()

    def focus_body(self) -> None:
        """Focus the form or text in front."""
        # At once, not when the queue is empty: the next key may already be waiting.
        self.screen.set_focus(self.text.editor if self.shows_text else self.form)

    def on_step_editor_document_edited(self) -> None:
        """Handle the message by name: importing the editor for a decorator would load it at the start."""
        if self.document is not None:
            self.post_message(FileEdited(typed=True))

    def take_typed(self) -> None:
        """Move typed text into the document."""
        if self.shows_text and self.document is not None:
            self.text.editor.take_typed()


def _needs_file(area: FileArea) -> str:
    return "" if area.document is not None else "no file is open"


def _needs_form(area: FileArea) -> str:
    return no_form(area.document)


AREA_COMMANDS = (
    *document_commands("files", _needs_file),
    Command("files.text", "Text/form", "Show the file as text or as a form.", "t", "text", needs=_needs_form),
    Command(
        "files.filter",
        "Find",
        "Filter the keys of the form by name; find and replace in the text.",
        "slash,ctrl+f",
        "filter",
        needs=_needs_file,
    ),
)


class FileArea(DocumentCommands):
    """The displayed file with the commands of a document."""

    ACTIONS: ClassVar[Sequence[Command]] = AREA_COMMANDS

    def __init__(self, neutral: Widget) -> None:
        super().__init__(id="files-view")
        self.view = FileView(neutral)

    def compose(self) -> ComposeResult:
        yield self.view

    @property
    def document(self) -> Document | None:
        return self.view.document

    def take_typed(self) -> None:
        self.view.take_typed()

    def refresh_all(self) -> None:
        self.post_message(DocumentsChanged())

    def read_again(self) -> None:
        self.post_message(DocumentsChanged(reloaded=True))

    def show_change(self, before: bytes) -> None:
        if not self.view.shows_text:  # in the text the cursor is there already
            self.view.refresh_marks(self.view.findings)
            self.view.form_view.show_change(before)

    def action_text(self) -> None:
        view, document = self.view, self.view.typed()
        view.show(document, view.findings, as_text=not view.shows_text)
        view.focus_body()
        self.refresh_all()

    def action_filter(self) -> None:
        if self.view.shows_text:
            self.view.text.action_find()
        else:
            self.view.form_view.filter.start()
