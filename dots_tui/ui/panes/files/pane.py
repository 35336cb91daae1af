"""The Files pane: the custom files as forms and as text, checked while they are edited."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from rich.markup import escape
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from dots_tui.app.milestones import Milestone
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.files.commands import FILES_COMMANDS, FileCommands
from dots_tui.ui.panes.files.details import FileDetails
from dots_tui.ui.panes.files.fix_commands import FIX_COMMANDS, FixCommands
from dots_tui.ui.panes.files.folders import ask_for_folder, create_defaults_here, folder_to_create
from dots_tui.ui.panes.files.keeping import FileKeeping
from dots_tui.ui.panes.files.key_details import Details
from dots_tui.ui.panes.files.rows import mark_of
from dots_tui.ui.panes.files.view import FileView
from dots_tui.ui.widgets.findings import FindingsList
from dots_tui.ui.widgets.form_messages import KeyHighlighted, TrackWanted

_FIRST_CHECK_SECONDS = 0.05
_CHECK_SECONDS = 0.2
"""Pause after typing before a check."""


class FilesPane(FileKeeping, FileDetails, FixCommands, FileCommands, Pane):
    """File list, form or text, details of a key, findings."""

    TITLE = "Files"
    HELP_TEXT = (
        "The custom files of a run. Each key is a row; enter changes its value. Findings appear below while you type. "
        "Only the value you change is written: comments and order stay. Drafts survive a closed terminal, and each "
        "save keeps the previous version."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = (*FILES_COMMANDS, *FIX_COMMANDS)
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self.name_shown = ""
        self._check_due = False
        self._checked = False

    def compose(self) -> ComposeResult:
        with Horizontal(id="files-main"):
            yield OptionList(id="files-list", classes="box")
            yield FileView(id="files-view", classes="box")
            yield Details(id="files-details", classes="box")
        yield FindingsList(id="files-findings", classes="box")

    def on_mount(self) -> None:
        self.query_one("#files-list").border_title = "custom files"
        self.query_one(Details).border_title = "details"
        self.query_one(FindingsList).empty = "Checking …"
        self._show_folder()
        # The rules are loaded and run after the first frame is on the screen.
        self.set_timer(_FIRST_CHECK_SECONDS, self._check_at_last)
        self.start_keeping()

    def shown(self) -> None:
        if self.document is None:
            self.query_one("#files-list").focus()
        else:
            # Not the text: a user who passes by must not type the number of the next pane into the
            # file.
            if self.view.shows_text:
                self.query_one("#files-list").focus()
            else:
                self.view.focus_body()
            self.refresh_all()

    def _check_at_last(self) -> None:
        from dots_tui.ui.panes.files.fixing import hint

        self._checked = True
        listing = self.query_one(FindingsList)
        listing.empty, listing.hint = "Nothing is wrong with these files.", hint
        self.refresh_all()

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def findings(self) -> list[Finding]:
        """The findings of the files; none before the first check."""
        return self.workspace.findings() if self._checked else []

    @property
    def view(self) -> FileView:
        """The displayed file."""
        return self.query_one(FileView)

    @property
    def document(self) -> Document | None:
        """The displayed document, or None."""
        return self.workspace.documents.get(self.name_shown)

    def _show_folder(self) -> None:
        names = list(self.workspace.documents)
        if self.workspace.files is None or not names:
            self.refresh_all()
            start = self.workspace.start or Path.cwd()
            reason = self.workspace.problem or f"{start} has no custom files yet."
            self.view.show_message(
                f"{reason}\n\n[b]c[/b] creates the defaults in {folder_to_create(start)}\n[b]o[/b] opens another folder"
            )
            return
        self.query_one("#files-list").border_title = self.workspace.files.root.name or "custom files"
        self.show_file(self.name_shown if self.name_shown in names else names[0])

    def show_file(self, name: str, *, as_text: bool = False) -> None:
        """Show the file `name`, as text or, if it is an env file, as a form."""
        self.name_shown = name
        self.view.show(self.workspace.documents[name], self.findings, as_text=as_text)
        self.refresh_all()

    def refresh_all(self) -> None:
        """Refresh list, marks, findings and tabs after a change."""
        findings = self.findings
        self._fill_list(findings)
        self.view.refresh_marks(findings)
        listing = self.query_one(FindingsList)
        listing.set_findings(findings)
        listing.border_title = f"findings {len(findings)}"
        self.show_details()
        self.host.refresh_marks()

    def _fill_list(self, findings: Sequence[Finding]) -> None:
        listing = self.query_one("#files-list", OptionList)
        names = [*self.workspace.documents, *self.workspace.unreadable]
        with self.prevent(OptionList.OptionHighlighted):
            listing.set_options(
                Option(mark_of(name, self.workspace.documents.get(name), findings if self._checked else None), id=name)
                for name in names
            )
            listing.highlighted = names.index(self.name_shown) if self.name_shown in names else None

    # -- what happens -----------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted, "#files-list")
    def _file_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        name = event.option.id or ""
        if name in self.workspace.unreadable:
            self.name_shown = name
            self.view.show_message(escape(self.workspace.unreadable[name]))
        elif name and name != self.name_shown:
            self.show_file(name)

    @on(OptionList.OptionSelected, "#files-list")
    def _file_selected(self) -> None:
        self.remove_class("-list")
        if self.document is not None:
            self.view.focus_body()

    @on(TrackWanted)
    def _track_wanted(self) -> None:
        self.action_track()

    @on(KeyHighlighted)
    def _key_highlighted(self) -> None:
        self.show_details()

    @on(FileView.FileEdited)
    def _edited(self, event: FileView.FileEdited) -> None:
        self.workspace.milestones.add(Milestone.EDITED)
        if not event.typed:
            self.refresh_all()
        elif not self._check_due:
            self._check_due = True
            self.set_timer(_CHECK_SECONDS, self._check_after_typing)

    def _check_after_typing(self) -> None:
        self._check_due = False
        self.refresh_all()

    @on(FindingsList.FindingChosen)
    def _finding_chosen(self, event: FindingsList.FindingChosen) -> None:
        if isinstance(event.finding, Finding):
            self.go_to(event.finding)

    def go_to(self, finding: Finding) -> None:
        """Show the place of `finding`: its row in the form, or its line in the text."""
        if finding.file not in self.workspace.documents:
            self.query_one(FindingsList).focus()
            return
        if finding.file == REWARD_FUNCTION:
            self.host.show_pane(1)
            return
        self.show_file(finding.file)
        if finding.key is None or not self.view.show_row(finding.key):
            self.show_file(finding.file, as_text=True)
            if finding.line:
                self.view.editor.go_to(finding.line)
        self.view.focus_body()

    def read_again(self) -> None:
        if self.document is not None:
            self.show_file(self.name_shown, as_text=self.view.shows_text)

    # -- commands ---------------------------------------------------------------------------------

    def action_text(self) -> None:
        self.show_file(self.name_shown, as_text=not self.view.shows_text)
        self.view.focus_body()

    def action_filter(self) -> None:
        if self.view.shows_text:
            self.action_find()
        else:
            self.view.start_filter()

    def action_next_problem(self) -> None:
        self.query_one(FindingsList).action_next(1)

    def action_previous_problem(self) -> None:
        self.query_one(FindingsList).action_next(-1)

    def action_leave(self) -> None:
        if not self.view.end_filter():
            self.add_class("-list")
            self.query_one("#files-list").focus()

    def action_details(self) -> None:
        self.toggle_class("-details")
        if self.has_class("-details") and not self.view.display:
            self.query_one(Details).focus()

    def action_open_folder(self) -> None:
        ask_for_folder(self, self.folder_opened)

    def action_create(self) -> None:
        create_defaults_here(self, self.folder_opened)

    def folder_opened(self) -> None:
        """Show a newly opened folder."""
        self.name_shown = ""
        self._show_folder()
        self.shown()
        self.keep_drafts()  # drops those of the previous folder
        self.restore_drafts()
