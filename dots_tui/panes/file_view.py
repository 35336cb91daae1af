"""One file as a form or as text: two views of one document, and what a user does to it in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher, Input, Static

from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.text_view import apply_text
from dots_tui.panes.files_rows import rows_of
from dots_tui.widgets.form import EnvForm

if TYPE_CHECKING:
    from dots_tui.widgets.code_editor import CodeEditor

_FILTER_HINT = "part of a name, a group or the help; enter keeps it, esc shows all"


class FileView(Vertical):
    """Shows a document. Edits change it at once; the disk is the pane's business."""

    class Edited(Message):
        """The document was changed; ``before`` are its bytes until now. ``typed`` in the text, else in the form."""

        def __init__(self, document: Document, before: bytes, typed: bool) -> None:
            super().__init__()
            self.document, self.before, self.typed = document, before, typed

    def __init__(self, *, id: str, classes: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self.document: Document | None = None
        self._editor: CodeEditor | None = None
        self._loading = False

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="file-message"):
            yield Static(id="file-message")
            yield EnvForm(id="file-form")
            yield Vertical(id="file-text")
        yield Input(placeholder=_FILTER_HINT, id="file-filter", compact=True)

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def shows_text(self) -> bool:
        """Whether the text is in front, not the form."""
        return self.query_one(ContentSwitcher).current == "file-text"

    @property
    def form(self) -> EnvForm:
        """The form."""
        return self.query_one(EnvForm)

    @property
    def editor(self) -> CodeEditor:
        """The editor, made when text is first looked at: most sessions begin and end with the form."""
        if self._editor is None:
            from dots_tui.widgets.code_editor import CodeEditor

            self._editor = CodeEditor(id="file-editor")
            self.query_one("#file-text").mount(self._editor)
        return self._editor

    def show_message(self, text: str) -> None:
        """Show a text instead of a file."""
        self.document = None
        self.query_one("#file-message", Static).update(text)
        self.query_one(ContentSwitcher).current = "file-message"
        self.border_title = ""

    def show(self, document: Document, findings: Sequence[Finding], *, as_text: bool) -> None:
        """Show ``document`` as text or, when it is an env file, as a form."""
        self.document = document
        form = document.name.endswith(".env") and not as_text
        if not form:
            self._loading = True
            self.editor.open_text(document.text, document.name)
            self._loading = False
        self.query_one(ContentSwitcher).current = "file-form" if form else "file-text"
        self.refresh_marks(findings)

    def refresh_marks(self, findings: Sequence[Finding]) -> None:
        """After a change: rows, problem lines, and the star of unsaved work."""
        document = self.document
        if document is None:
            return
        if self.shows_text:
            own = {one.line: one.message for one in findings if one.file == document.name and one.line > 0}
            self.editor.set_problems(own)
        else:
            self.form.set_rows(rows_of(document.name, EnvFile.parse(document.data), findings))
        star = " *" if document.dirty else ""
        kind = "text" if self.shows_text else "form (t: text)"
        self.border_title = f"{document.name}{star} ─ {kind}"

    def focus_body(self) -> None:
        """Give the keys to what is in front."""
        (self.editor if self.shows_text else self.form).focus()

    # -- editing ----------------------------------------------------------------------------------

    def _edit(self, data: bytes, *, typed: bool) -> None:
        document = self.document
        if document is None or document.data == data:
            return
        before = document.data
        document.edit(data)
        self.post_message(self.Edited(document, before, typed))

    @on(EnvForm.Changed)
    def _value_given(self, event: EnvForm.Changed) -> None:
        if self.document is not None:
            self._edit(EnvFile.parse(self.document.data).set(event.key, event.value).data, typed=False)

    def on_text_area_changed(self) -> None:
        """By name: importing TextArea for a decorator would load it at the start."""
        if self.document is not None and self.shows_text and not self._loading:
            self._edit(apply_text(self.document.data, self.editor.text), typed=True)

    # -- finding a key ----------------------------------------------------------------------------

    def start_filter(self) -> None:
        """Ask for a part of a key's name."""
        self.add_class("-filtering")
        self.query_one("#file-filter").focus()

    def end_filter(self) -> bool:
        """Show all rows again. False when they were all shown."""
        if not self.has_class("-filtering"):
            return False
        self.remove_class("-filtering")
        self.query_one("#file-filter", Input).value = ""
        self.form.focus()
        return True

    @on(Input.Changed, "#file-filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        self.form.set_filter(event.value)

    @on(Input.Submitted, "#file-filter")
    def _filter_kept(self) -> None:
        self.form.focus()
