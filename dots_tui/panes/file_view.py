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
    from dots_tui.panes.step_editor import StepEditor

_FILTER_HINT = "part of a name, a group or the help; enter keeps it, esc shows all"


class FileView(Vertical):
    """Shows a document. Edits change it at once; the disk is the pane's business."""

    class Edited(Message):
        """The document was changed: ``typed`` in the text, else in the form."""

        def __init__(self, document: Document, typed: bool) -> None:
            super().__init__()
            self.document, self.typed = document, typed

    def __init__(self, *, id: str, classes: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self.document: Document | None = None
        self._editor: StepEditor | None = None
        self._in_editor: tuple[Document, bytes, str] | None = None
        """The document in the editor, its content and the text as they were when both agreed last."""

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
    def editor(self) -> StepEditor:
        """The editor, made when text is first looked at: most sessions begin and end with the form."""
        if self._editor is None:
            from dots_tui.panes.step_editor import StepEditor

            self._editor = StepEditor(id="file-editor")
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
            self._fill_editor(document)
        self.query_one(ContentSwitcher).current = "file-form" if form else "file-text"
        self.refresh_marks(findings)

    def _fill_editor(self, document: Document) -> None:
        """Put the document in the editor, unless it is there as it is."""
        if self._in_editor is None or self._in_editor[0] is not document:
            self.editor.open_text(document.text, document.name)
        elif self._in_editor[1] != document.data:
            self.editor.put_text(document.text)
        self._in_editor = (document, document.data, self.editor.text)

    @property
    def stale(self) -> bool:
        """Whether the document was changed from elsewhere since it was put in the editor."""
        return self.shows_text and self._in_editor is not None and self._in_editor[1] != self._in_editor[0].data

    def refresh_marks(self, findings: Sequence[Finding]) -> None:
        """After a change, maybe of another pane: text or rows, problem lines, and the star of unsaved work."""
        document = self.document
        if document is None:
            return
        if self.shows_text:
            self.take_typed()
            self._fill_editor(document)
            own = {one.line: one.message for one in findings if one.file == document.name and one.line > 0}
            self.editor.set_problems(own)
        else:
            self.form.set_rows(rows_of(document.name, EnvFile.parse(document.data), findings))
        star = " *" if document.dirty else ""
        kind = "text" if self.shows_text else "form (t: text)"
        self.border_title = f"{document.name}{star} ─ {kind}"

    def show_change(self, before: bytes) -> None:
        """Show where the document differs from ``before``; in the text the cursor is there already."""
        if self.document is not None and not self.shows_text:
            self.form.show_key(changed_key(before, self.document.data))

    def focus_body(self) -> None:
        """Give the keys to what is in front."""
        (self.editor if self.shows_text else self.form).focus()

    # -- editing ----------------------------------------------------------------------------------

    def _edit(self, data: bytes, *, typed: bool) -> None:
        document = self.document
        if document is None or document.data == data:
            return
        document.edit(data, step=not typed)
        self.post_message(self.Edited(document, typed))

    @on(EnvForm.Changed)
    def _value_given(self, event: EnvForm.Changed) -> None:
        if self.document is not None:
            self.change(EnvFile.parse(self.document.data).set(event.key, event.value).data)

    def change(self, data: bytes) -> None:
        """Give the document new content, as one step."""
        self._edit(data, typed=False)

    def on_text_area_changed(self) -> None:
        """By name: importing TextArea for a decorator would load it at the start."""
        self.take_typed()

    def take_typed(self) -> None:
        """Take over what was typed into the text. Looking at a text changes nothing, whatever the editor made of it."""
        document = self.document
        if document is None or not self.shows_text or self._in_editor is None or self._in_editor[0] is not document:
            return
        text = self.editor.text
        if text != self._in_editor[2]:
            self._edit(apply_text(document.data, text), typed=True)
            self._in_editor = (document, document.data, text)

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
        # By way of the form: what it posts while a handler of this widget runs would go no further than here.
        self.form.call_later(self.form.set_filter, event.value)

    @on(Input.Submitted, "#file-filter")
    def _filter_kept(self) -> None:
        self.form.focus()


def changed_key(before: bytes, after: bytes) -> str:
    """The first key that two versions of an env file do not have in common; "" when there is none."""
    old, new = (
        {(entry.key, entry.commented): entry.raw for entry in EnvFile.parse(data).entries} for data in (before, after)
    )
    changed = (key for key, commented in {**new, **old} if old.get((key, commented)) != new.get((key, commented)))
    return next(changed, "")
