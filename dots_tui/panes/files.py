"""The Files pane: the custom files as forms and as text, checked while they are edited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Input, OptionList, Static
from textual.widgets.option_list import Option

from dots_tui.commands import Command, bindings
from dots_tui.custom_files.catalogue import KEYS
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.text_view import apply_text
from dots_tui.milestones import Milestone
from dots_tui.panes.base import Pane
from dots_tui.panes.files_rows import details_of, mark_of, rows_of
from dots_tui.panes.folders import ask_for_folder, create_defaults_here
from dots_tui.panes.saving import look_at_disk, reload_document, save_document
from dots_tui.widgets.findings import FindingsList
from dots_tui.widgets.form import EnvForm

if TYPE_CHECKING:
    from dots_tui.widgets.code_editor import CodeEditor

_CHECK_SECONDS = 0.2
"""Typing is followed by a check after this pause."""


def _needs_file(pane: FilesPane) -> str:
    return "" if pane.document is not None else "no file is open"


def _needs_form(pane: FilesPane) -> str:
    return "" if pane.name_shown.endswith(".env") else "only env files have a form"


class FilesPane(Pane):
    """File list, form or text, details of a key, findings."""

    TITLE = "Files"
    HELP_TEXT = (
        "The files of a run. Every key of run.env and system.env is a row: enter changes it, and what is wrong "
        "is listed below while you type. Only the value you change is written; notes and order stay as they are."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("files.save", "Save", "Save the file shown.", "s,ctrl+s", "save", needs=_needs_file),
        Command("files.text", "Text/form", "Show the file as text or as a form.", "t", "text", needs=_needs_form),
        Command("files.undo", "Undo", "Take back the last change of the form.", "u", "undo", needs=_needs_form),
        Command("files.filter", "Find", "Find a key by a part of its name.", "slash", "filter", needs=_needs_form),
        Command("files.next-problem", "Next problem", "Go to the next finding.", "e", "next_problem", show=False),
        Command("files.last-problem", "Last problem", "Go to the finding before.", "E", "previous_problem", show=False),
        Command("files.reload", "Reload", "Read the file again.", "r", "reload", show=False, needs=_needs_file),
        Command("files.open", "Open folder", "Open another custom-files folder.", "o", "open_folder", show=False),
        Command(
            "files.leave", "Leave", "From the text or a field back to the list of files.", "escape", "leave", show=False
        ),
        Command("files.details", "Details", "Details of the key, in a narrow terminal.", "i", "details", show=False),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self.name_shown = ""
        self._undo: list[tuple[str, bytes]] = []
        self._check_timer_running = False
        self._loading_text = False
        self._editor: CodeEditor | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="files-main"):
            yield OptionList(id="files-list", classes="box")
            with ContentSwitcher(id="files-body", classes="box", initial="files-empty"):
                yield Static(id="files-empty")
                yield EnvForm(id="files-form")
                yield Vertical(id="files-text")
            yield Static(id="files-details", classes="box")
        yield Input(
            placeholder="part of a name, group or help; enter keeps, esc shows all", id="files-filter", compact=True
        )
        yield FindingsList(id="files-findings", classes="box")

    def on_mount(self) -> None:
        self.query_one("#files-list").border_title = "custom files"
        self.query_one("#files-details").border_title = "details"
        self.query_one(FindingsList).border_title = "findings"
        self._show_folder()
        self.set_interval(1.0, self._look_at_disk)

    def shown(self) -> None:
        if self.workspace.files is None:
            self.query_one("#files-list").focus()
        else:
            self._body().focus()
        self._refresh_findings()

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def document(self) -> Document | None:
        """The document shown, or None."""
        return self.workspace.documents.get(self.name_shown)

    def _body(self) -> EnvForm | CodeEditor:
        return self._text() if self._shows_text else self.query_one(EnvForm)

    @property
    def _shows_text(self) -> bool:
        return self.query_one(ContentSwitcher).current == "files-text"

    def _text(self) -> CodeEditor:
        """The editor, made when text is first looked at: most sessions begin and end with the form."""
        if self._editor is None:
            from dots_tui.widgets.code_editor import CodeEditor

            self._editor = CodeEditor(id="files-editor")
            self.query_one("#files-text").mount(self._editor)
        return self._editor

    def _show_folder(self) -> None:
        self._fill_list()
        names = list(self.workspace.documents)
        if self.workspace.files is None or not names:
            self._show_empty()
            return
        self.query_one("#files-list").border_title = self.workspace.files.root.name or "custom files"
        self._show(self.name_shown if self.name_shown in names else names[0])

    def _show_empty(self) -> None:
        start = self.workspace.start or Path.cwd()
        reason = self.workspace.problem or f"{start} has no custom files yet."
        self.query_one("#files-empty", Static).update(
            f"{reason}\n\n[b]c[/b] creates the defaults in {start / 'custom-files'}\n[b]o[/b] opens another folder"
        )
        self.query_one(ContentSwitcher).current = "files-empty"

    def _fill_list(self) -> None:
        listing = self.query_one("#files-list", OptionList)
        findings = self.workspace.findings()
        listing.clear_options()
        for name in [*self.workspace.documents, *self.workspace.unreadable]:
            listing.add_option(Option(mark_of(name, self.workspace.documents.get(name), findings), id=name))
        if self.name_shown in self.workspace.documents:
            listing.highlighted = list(self.workspace.documents).index(self.name_shown)

    def _show(self, name: str, *, as_text: bool | None = None) -> None:
        self.name_shown = name
        document = self.workspace.documents[name]
        switcher = self.query_one(ContentSwitcher)
        form = name.endswith(".env") and not as_text
        if form:
            self._fill_form(document)
        else:
            self._loading_text = True
            self._text().open_text(document.text, name)
            self._loading_text = False
        switcher.current = "files-form" if form else "files-text"
        switcher.border_title = f"{name}{' *' if document.dirty else ''} ─ {'form (t: text)' if form else 'text'}"
        self._refresh_findings()

    def _fill_form(self, document: Document) -> None:
        findings = self.workspace.findings()
        self.query_one(EnvForm).set_rows(rows_of(self.name_shown, EnvFile.parse(document.data), findings))

    def _refresh_findings(self) -> None:
        findings = self.workspace.findings()
        listing = self.query_one(FindingsList)
        listing.set_findings(findings)
        listing.border_title = f"findings {len(findings)}"
        if self._editor is not None:
            own = {f.line: f.message for f in findings if f.file == self.name_shown and f.line > 0}
            self._editor.set_problems(own)

    def _refresh_all(self) -> None:
        """After a change of the document shown: list, title, form marks and findings."""
        self._fill_list()
        document = self.document
        if document is not None:
            switcher = self.query_one(ContentSwitcher)
            form = switcher.current == "files-form"
            if form:
                self._fill_form(document)
            star = " *" if document.dirty else ""
            switcher.border_title = f"{self.name_shown}{star} ─ {'form (t: text)' if form else 'text'}"
        self._refresh_findings()
        self.host.refresh_marks()

    # -- what happens -----------------------------------------------------------------------------

    @on(OptionList.OptionHighlighted, "#files-list")
    def _file_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        name = event.option.id or ""
        if name in self.workspace.unreadable:
            self.query_one("#files-empty", Static).update(self.workspace.unreadable[name])
            self.query_one(ContentSwitcher).current = "files-empty"
            self.name_shown = name
        elif name and name != self.name_shown:
            self._show(name)

    @on(OptionList.OptionSelected, "#files-list")
    def _file_selected(self) -> None:
        self.remove_class("-list")
        if self.document is not None:
            self._body().focus()

    @on(EnvForm.Highlighted)
    def _key_highlighted(self, event: EnvForm.Highlighted) -> None:
        key = KEYS.get(event.key)
        findings = [finding for finding in self.workspace.findings() if finding.key == event.key]
        self.query_one("#files-details", Static).update(details_of(event.key, key, findings))

    @on(EnvForm.Changed)
    def _value_changed(self, event: EnvForm.Changed) -> None:
        document = self.document
        if document is None:
            return
        before = document.data
        document.edit(EnvFile.parse(before).set(event.key, event.value).data)
        if document.data != before:
            self._undo.append((self.name_shown, before))
            self.workspace.milestones.add(Milestone.EDITED)
        self._refresh_all()

    def on_text_area_changed(self) -> None:
        """By name: importing TextArea for a decorator would load it at the start."""
        document = self.document
        if document is None or self._loading_text or not self._shows_text:
            return
        before = document.data
        document.edit(apply_text(before, self._text().text))
        if document.data != before:
            self.workspace.milestones.add(Milestone.EDITED)
            if not self._check_timer_running:
                self._check_timer_running = True
                self.set_timer(_CHECK_SECONDS, self._check_after_typing)

    def _check_after_typing(self) -> None:
        self._check_timer_running = False
        self._refresh_all()

    @on(FindingsList.Chosen)
    def _finding_chosen(self, event: FindingsList.Chosen) -> None:
        if isinstance(event.finding, Finding):
            self.go_to(event.finding)

    def go_to(self, finding: Finding) -> None:
        """Show the place of ``finding``: its row in the form, or its line in the text."""
        if finding.file == "reward_function.py":
            self.host.show_pane(1)
            return
        if finding.file not in self.workspace.documents:
            return
        has_row = finding.key is not None and finding.key in KEYS and finding.file.endswith(".env")
        self._show(finding.file, as_text=not has_row)
        self._fill_list()
        if has_row and finding.key is not None:
            self.query_one(EnvForm).show_key(finding.key)
        elif finding.line:
            self._text().go_to(finding.line)
        self._body().focus()

    def _look_at_disk(self) -> None:
        for name, document in self.workspace.documents.items():
            if look_at_disk(self, document) and name == self.name_shown:
                self._reloaded()

    # -- commands ---------------------------------------------------------------------------------

    def action_save(self) -> None:
        if self.document is not None:
            save_document(self, self.document, self._refresh_all)

    def action_text(self) -> None:
        text = self._shows_text
        self._show(self.name_shown, as_text=not text)
        self._body().focus()

    def action_undo(self) -> None:
        if not self._undo:
            self.notify("Nothing to take back.")
            return
        name, data = self._undo.pop()
        self.workspace.documents[name].edit(data)
        self._show(name)
        self._refresh_all()

    def action_filter(self) -> None:
        self.add_class("-filtering")
        self.query_one("#files-filter").focus()

    def action_next_problem(self) -> None:
        self.query_one(FindingsList).action_next(1)

    def action_previous_problem(self) -> None:
        self.query_one(FindingsList).action_next(-1)

    @on(Input.Changed, "#files-filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        self.query_one(EnvForm).set_filter(event.value)

    @on(Input.Submitted, "#files-filter")
    def _filter_kept(self) -> None:
        self.query_one(EnvForm).focus()

    def action_leave(self) -> None:
        if self.has_class("-filtering"):
            self.remove_class("-filtering")
            self.query_one("#files-filter", Input).value = ""
            self.query_one(EnvForm).focus()
            return
        self.add_class("-list")
        self.query_one("#files-list").focus()

    def action_details(self) -> None:
        self.toggle_class("-details")

    def action_reload(self) -> None:
        if self.document is not None:
            reload_document(self, self.document, self._reloaded)

    def _reloaded(self) -> None:
        self._show(self.name_shown, as_text=self._shows_text)
        self._refresh_all()

    def action_open_folder(self) -> None:
        ask_for_folder(self, self.folder_opened)

    def key_c(self) -> None:
        """Where there is nothing, c creates the defaults."""
        if self.workspace.files is not None and self.workspace.documents:
            return
        create_defaults_here(self, self.folder_opened)

    def folder_opened(self) -> None:
        """Another folder is open: show it."""
        self._undo.clear()
        self.name_shown = ""
        self._show_folder()
        self.shown()
