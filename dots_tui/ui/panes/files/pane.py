"""The Files pane: the custom files as forms and as text, checked while they are edited."""

from __future__ import annotations

from typing import ClassVar

from rich.markup import escape
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from dots_tui.custom_files.findings import Finding
from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.files.details import KeyFacts
from dots_tui.ui.panes.files.file_list import FileList
from dots_tui.ui.panes.files.findings import FileFindings
from dots_tui.ui.panes.files.form_view import FormView
from dots_tui.ui.panes.files.key_details import Details
from dots_tui.ui.panes.files.messages import (
    DocumentsChanged,
    FileEdited,
    FileEntered,
    FileHighlighted,
    FolderOpened,
)
from dots_tui.ui.panes.files.text import FileText
from dots_tui.ui.panes.files.view import FileArea
from dots_tui.ui.widgets.form_messages import KeyHighlighted

_FIRST_CHECK_SECONDS = 0.05
_CHECK_SECONDS = 0.2
"""Pause after typing before a check."""

PANE_COMMANDS = (
    Command("files.leave", "Leave", "Return from a text or field to the list of files.", "escape", "leave", show=False),
    Command("files.details", "Details", "Show details of the key in a narrow terminal.", "i", "details", show=False),
)


class FilesPane(Pane):
    """File list, form or text, details of a key, findings."""

    TITLE = "Files"
    HELP_TEXT = (
        "The custom files of a run. Each key is a row; enter changes its value. Findings appear below while you type. "
        "Only the value you change is written: comments and order stay. Drafts survive a closed terminal, and each "
        "save keeps the previous version."
    )
    PARTS = (FileArea, FileText, FileFindings, FormView, FileList)
    ACTIONS: ClassVar[tuple[Command, ...]] = (*(command for part in PARTS for command in part.ACTIONS), *PANE_COMMANDS)
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._area = FileArea(self)
        self.view = self._area.view
        self._check_due = self._checked = False

    def compose(self) -> ComposeResult:
        files = FileList()
        with Horizontal(id="files-main"):
            yield files
            yield self._area
            yield Details(id="files-details", classes="box")
        yield FileFindings(self.view, files)

    def on_mount(self) -> None:
        details = self.query_one(Details)
        details.border_title = "details"
        self._facts = KeyFacts(self.workspace, self.view, details)
        self._show_folder()
        # The rules are loaded and run after the first frame is on the screen.
        self.set_timer(_FIRST_CHECK_SECONDS, self._first_check)

    def shown(self) -> None:
        # Not the text: a user who passes by must not type the number of the next pane into the file.
        if self.view.document is None or self.view.shows_text:
            self.query_one(FileList).focus()
        else:
            self.view.focus_body()
        self.refresh_all()

    def _first_check(self) -> None:
        self._checked = True
        self.refresh_all()

    def _show_folder(self) -> None:
        names = list(self.workspace.documents)
        if names:
            self.show_file(self.view.file_name if self.view.file_name in names else names[0])
        else:
            self.view.show_message("", self.query_one(FileList).nothing_here)
            self.refresh_all()

    def show_file(self, name: str, *, as_text: bool = False) -> None:
        """Show the file `name`, as text or, if it is an env or JSON file, as a form."""
        self.view.show(self.workspace.documents[name], self._findings() or (), as_text=as_text)
        self.refresh_all()

    def _findings(self) -> list[Finding] | None:
        return self.workspace.findings() if self._checked else None

    def refresh_all(self) -> None:
        """Refresh list, marks, findings and tabs after a change."""
        self._check_due = False
        findings = self._findings()
        self.query_one(FileList).fill(self.view.file_name, findings)
        self.view.refresh_marks(findings or ())
        self.query_one(FileFindings).show(findings)
        self._facts.show()
        self.host.refresh_marks()

    @on(KeyHighlighted)
    def _key_highlighted(self) -> None:
        self._facts.show()

    def on_text_area_selection_changed(self) -> None:
        """Handle the message by name: importing TextArea for a decorator would load it at the start."""
        self._facts.show_soon()

    @on(FileHighlighted)
    def _file_highlighted(self, event: FileHighlighted) -> None:
        if event.name in self.workspace.unreadable:
            self.view.show_message(event.name, escape(self.workspace.unreadable[event.name]))
        elif event.name in self.workspace.documents and event.name != self.view.file_name:
            self.show_file(event.name)

    @on(FileEntered)
    def _file_entered(self) -> None:
        self.remove_class("-list")
        if self.view.document is not None:
            self.view.focus_body()

    @on(FolderOpened)
    def _folder_opened(self) -> None:
        self.view.file_name = ""
        self._show_folder()
        self.shown()

    @on(DocumentsChanged)
    def _files_changed(self, event: DocumentsChanged) -> None:
        view = self.view
        if event.show in self.workspace.documents and event.show != view.file_name:
            self.show_file(event.show)
        elif event.reloaded and view.document is not None:
            self.show_file(view.file_name, as_text=view.shows_text)
        else:
            self.refresh_all()

    @on(FileEdited)
    def _edited(self, event: FileEdited) -> None:
        if not event.typed:
            self.refresh_all()
        elif not self._check_due:
            self._check_due = True
            self.set_timer(_CHECK_SECONDS, self.refresh_all)

    def action_leave(self) -> None:
        if not self.view.form_view.filter.end():
            self.add_class("-list")
            self.query_one(FileList).focus()

    def action_details(self) -> None:
        self.toggle_class("-details")
        if self.has_class("-details") and not self._area.display:
            self.query_one(Details).focus()
