"""One file as a form or as text: two views of one document, and the edits in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from rich.markup import escape
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher, Static

from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.findings import Finding
from dots_tui.ui.panes.base import Host, Pane
from dots_tui.ui.panes.files.form import broken, changed_row, content, give, has_form, row_for
from dots_tui.ui.panes.files.form_filter import FormFilter
from dots_tui.ui.widgets.form import EnvForm
from dots_tui.ui.widgets.form_messages import ValueGiven

if TYPE_CHECKING:
    from dots_tui.ui.panes.step_editor import StepEditor
    from dots_tui.ui.widgets.find_bar import FindBar


class FileView(Vertical):
    """A view of a document. Edits change the document at once; the pane handles the disk."""

    class FileEdited(Message):
        """The document was changed: in the text if `typed`, else in the form."""

        def __init__(self, document: Document, typed: bool) -> None:
            super().__init__()
            self.document, self.typed = document, typed

    def __init__(self, *, id: str, classes: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self.document: Document | None = None
        self._editor: StepEditor | None = None
        self._findings: Sequence[Finding] = ()
        self._wants_form = False
        """True if the text is in front only while the content has no form, or while the user types in it."""

    def compose(self) -> ComposeResult:
        form = EnvForm(id="file-form")
        with ContentSwitcher(initial="file-message"):
            yield Static(id="file-message")
            yield form
            yield Vertical(id="file-text")
        yield FormFilter(form, id="file-filter")

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def shows_text(self) -> bool:
        """True if the text is in front, not the form."""
        return self.query_one(ContentSwitcher).current == "file-text"

    @property
    def form(self) -> EnvForm:
        """The form."""
        return self.query_one(EnvForm)

    @property
    def editor(self) -> StepEditor:
        """The editor, created when text is first shown: most sessions only use the form."""
        if self._editor is None:
            from dots_tui.ui.panes.step_editor import StepEditor
            from dots_tui.ui.widgets.find_bar import FindBar

            self._editor = StepEditor(id="file-editor")
            self.query_one("#file-text").mount(self._editor, FindBar(self._editor))
        return self._editor

    @property
    def find_bar(self) -> FindBar:
        """The search line of the text; it exists if the editor exists."""
        from dots_tui.ui.widgets.find_bar import FindBar

        return self.query_one(FindBar)

    def show_message(self, text: str) -> None:
        """Show a text instead of a file."""
        self.document = None
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
        if document is not self.document:
            self.form.start_over()
        self.document = document
        self._put_in_front(form=self._wants_form and not self.no_form_because)
        self.refresh_marks(findings)

    def _put_in_front(self, *, form: bool) -> None:
        if not form and self.document is not None:
            self.editor.show(self.document)
        self.query_one(ContentSwitcher).current = "file-form" if form else "file-text"

    def _change_views(self, *, form: bool) -> None:
        """Switch views. An automatic switch must not send the next key, a command, into the text."""
        pane = self.query_ancestor(Pane)
        asking = self.form.has_focus or pane.has_focus
        self._put_in_front(form=form)
        if asking:
            self.screen.set_focus(self.form if form else pane)

    @property
    def no_form_because(self) -> str:
        """Return why the document has no form right now; "" if it has one."""
        document = self.document
        if document is None or not has_form(document.name):
            return "only env and JSON files have a form"
        return broken(document.name, document.data)

    def on_descendant_blur(self) -> None:
        """Show the form when the focus leaves the text and the content has a form again."""
        self.call_next(self._form_again)

    def _form_again(self) -> None:
        if self._wants_form and self.shows_text and not self._typing and not self.no_form_because:
            self.take_typed()
            self._put_in_front(form=True)
            self.refresh_marks(self._findings)

    @property
    def _typing(self) -> bool:
        """Return True if keys go into the text: it is not replaced while the user types."""
        return self.shows_text and any(widget.has_focus for widget in self.query("#file-text *"))

    @property
    def stale(self) -> bool:
        """True if the document was changed from elsewhere since it was put in the editor."""
        return self.shows_text and self.editor.stale

    def refresh_marks(self, findings: Sequence[Finding]) -> None:
        """Refresh text or rows, problem lines, and the unsaved star after a change, perhaps in another pane."""
        document = self.document
        if document is None:
            return
        self._findings = findings
        if self.shows_text:
            self.take_typed()
        why_not = self.no_form_because if self._wants_form else ""
        if self._wants_form and self.shows_text == (not why_not) and not self._typing:
            self._change_views(form=not why_not)
        if self.shows_text:
            self.editor.show(document)
            self.editor.show_findings(findings)
        else:
            shown = content(document.name, document.data, findings, self._sources())
            self.form.set_rows(shown.rows, shown.free)
        star = " *" if document.dirty else ""
        self.border_title = f"{document.name}{star} ─ {self._kind()}"
        self.border_subtitle = escape(f"{why_not}; then the form comes back") if why_not else ""

    def _kind(self) -> str:
        if not self.shows_text:
            return "form (t: text)"
        return "text" if not self._wants_form or self.no_form_because else "text (esc: form)"

    def _sources(self) -> Mapping[str, bytes]:
        return cast(Host, self.app).workspace.sources()

    def show_change(self, before: bytes) -> None:
        """Show where the document differs from `before`; in the text the cursor is there already."""
        document = self.document
        if document is not None and not self.shows_text and not broken(document.name, before):
            rows = content(document.name, before, (), self._sources()).rows
            self.form.show_key(changed_row(rows, self.form.lines.rows))

    def show_row(self, key: str) -> bool:
        """Move the cursor to the row of `key`, as findings name it; return False if no such row is visible."""
        if self.document is None or self.shows_text:
            return False
        return self.form.show_key(row_for(self.document.name, key))

    def focus_body(self) -> None:
        """Focus the form or text in front."""
        # At once, not when the queue is empty: the next key may already be waiting.
        self.screen.set_focus(self.editor if self.shows_text else self.form)

    # -- editing ----------------------------------------------------------------------------------

    @on(ValueGiven)
    def _value_given(self, event: ValueGiven) -> None:
        self.give(event.key, event.value)

    def give(self, key: str, value: str) -> None:
        """Set `key` to a value as one step; report if that is impossible."""
        document = self.document
        if document is None:
            return
        problem = broken(document.name, document.data)
        try:
            if not problem:
                self.change(give(document.name, document.data, key, value))
        except ValueError as refused:
            problem = str(refused)
        if problem:
            message = f"{key} was not set to {value}: {problem}."
            self.notify(message, severity="error", timeout=10, markup=False)

    def add(self, key: str, value: str) -> None:
        """Add `key` to the file, or find it there; move the cursor to its row."""
        if all(row.name != key or (row.value is None and not row.commented) for row in self.form.lines.rows):
            self.give(key, value)
            self.refresh_marks(self._findings)
        self._show_key(key)

    def ask(self, key: str) -> None:
        """Move the cursor to the row of `key` and ask for its value."""
        self._show_key(key)
        if self.form.key == key:
            self.form.action_choose()

    def _show_key(self, key: str) -> None:
        if not self.form.show_key(key) and self.end_filter():
            self.form.show_key(key)

    def change(self, data: bytes) -> None:
        """Set new content of the document, as one step."""
        document = self.document
        if document is not None and document.data != data:
            document.edit(data, step=True)
            self.post_message(self.FileEdited(document, typed=False))

    def on_step_editor_edited(self) -> None:
        """Handle the message by name: importing the editor for a decorator would load it at the start."""
        if self.document is not None:
            self.post_message(self.FileEdited(self.document, typed=True))

    def take_typed(self) -> None:
        """Move typed text into the document."""
        if self.shows_text and self.document is not None:
            self.editor.take_typed()

    # -- finding a key ----------------------------------------------------------------------------

    def start_filter(self) -> None:
        """Ask for a part of a key's name."""
        self.query_one(FormFilter).start()

    def end_filter(self) -> bool:
        """Show all rows again. Return False if all rows were shown already."""
        return self.query_one(FormFilter).end()
