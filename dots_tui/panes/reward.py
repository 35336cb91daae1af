"""The Reward pane: the reward function in an editor that knows Python, with what is wrong on its line."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import ContentSwitcher, Static

from dots_tui.commands import Command, bindings
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.text_view import apply_text
from dots_tui.milestones import Milestone
from dots_tui.panes.base import Pane
from dots_tui.panes.saving import look_at_disk, reload_document, save_document
from dots_tui.widgets.code_editor import CodeEditor
from dots_tui.widgets.findings import FindingsList

REWARD_FILE = "reward_function.py"
_CHECK_SECONDS = 0.3


def _needs_file(pane: RewardPane) -> str:
    return "" if pane.document is not None else f"the open folder has no {REWARD_FILE}"


class RewardPane(Pane):
    """Editor above, findings of this file below."""

    TITLE = "Reward"
    HELP_TEXT = (
        "The function that pays the car at every step. It is checked while you type: a syntax error is marked on "
        "its line, so that it is found here and not by an instance you pay for."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("reward.save", "Save", "Save the reward function.", "ctrl+s", "save", needs=_needs_file),
        Command("reward.next-problem", "Next problem", "Go to the next finding.", "f8", "next_problem"),
        Command("reward.reload", "Reload", "Read the file from the disk again.", "f5", "reload", needs=_needs_file),
        Command("reward.edit", "Edit", "Into the editor.", "enter", "edit", needs=_needs_file),
        Command(
            "reward.leave", "Leave editor", "From the editor to the findings, where plain keys work.", "escape", "leave"
        ),
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._loaded: Document | None = None
        self._check_due = False

    def compose(self) -> ComposeResult:
        with ContentSwitcher(id="reward-body", initial="reward-empty"):
            yield Static(
                f"There is no {REWARD_FILE} in the open folder.\n\n[b]1[/b] goes to the files.",
                id="reward-empty",
            )
            yield CodeEditor(id="reward-editor")
        yield FindingsList(id="reward-findings", classes="box")

    def on_mount(self) -> None:
        self.query_one(FindingsList).empty = "Python reads it, and it defines reward_function(params)."
        self.set_interval(1.0, self._look_at_disk)

    @property
    def document(self) -> Document | None:
        """The reward function of the open folder, or None."""
        return self.workspace.documents.get(REWARD_FILE)

    def shown(self) -> None:
        # Not the editor: who only passes by on the way to pane 3 must not type a 3 into the code.
        self.focus()
        self._take_up()

    def _take_up(self) -> None:
        """Show the document as it is now."""
        document = self.document
        self.query_one(ContentSwitcher).current = "reward-editor" if document is not None else "reward-empty"
        if document is not None and (document is not self._loaded or document.text != self.query_one(CodeEditor).text):
            self._load(document)
        self._refresh()

    def _load(self, document: Document) -> None:
        self._loaded = document
        self.query_one(CodeEditor).open_text(document.text, REWARD_FILE)

    def _refresh(self) -> None:
        findings = [finding for finding in self.workspace.findings() if finding.file == REWARD_FILE]
        listing = self.query_one(FindingsList)
        listing.set_findings(findings)
        listing.border_title = f"findings {len(findings)}"
        self.query_one(CodeEditor).set_problems({f.line: f.message for f in findings if f.line > 0})
        document = self.document
        if document is not None:
            star = " *" if document.dirty else ""
            self.query_one(ContentSwitcher).border_title = f"{REWARD_FILE}{star}"
        self.host.refresh_marks()

    @on(CodeEditor.Changed)
    def _typed(self) -> None:
        document = self.document
        if document is None or document is not self._loaded:
            return
        before = document.data
        document.edit(apply_text(before, self.query_one(CodeEditor).text))
        if document.data == before:
            return
        self.workspace.milestones.add(Milestone.EDITED)
        if not self._check_due:
            self._check_due = True
            self.set_timer(_CHECK_SECONDS, self._check)

    def _check(self) -> None:
        self._check_due = False
        self._refresh()

    @on(FindingsList.Chosen)
    def _chosen(self, event: FindingsList.Chosen) -> None:
        editor = self.query_one(CodeEditor)
        editor.go_to(max(1, event.finding.line))
        editor.focus()

    def _look_at_disk(self) -> None:
        document = self.document
        if document is not None and look_at_disk(self, document):
            self._load(document)
            self._refresh()

    def action_save(self) -> None:
        if self.document is not None:
            save_document(self, self.document, self._refresh)

    def action_reload(self) -> None:
        document = self.document
        if document is not None:
            reload_document(self, document, self._take_up)

    def action_next_problem(self) -> None:
        self.query_one(FindingsList).action_next(1)

    def action_edit(self) -> None:
        self.query_one(CodeEditor).focus()

    def action_leave(self) -> None:
        self.query_one(FindingsList).focus()
