"""The reward function of the open folder: the commands of a document, and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.widgets import ContentSwitcher, Static

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.panes.document_commands import DocumentCommands
from dots_tui.ui.panes.notification_port import NotificationPort
from dots_tui.ui.panes.reward.commands import DOCUMENT_COMMANDS
from dots_tui.ui.panes.reward.messages import RewardShown
from dots_tui.ui.panes.reward.text import RewardText
from dots_tui.ui.panes.step_editor import StepEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from dots_tui.custom_files.documents import Document
    from dots_tui.custom_files.findings import Finding
    from dots_tui.ui.commands import Command

_CHECK_SECONDS = 0.3
"""Seconds after an edit before the text is checked."""


class RewardDocument(DocumentCommands):
    """The text of the reward function, or the sentence that there is none."""

    PARTS = (RewardText,)
    ACTIONS: ClassVar[Sequence[Command]] = (*DOCUMENT_COMMANDS, *RewardText.ACTIONS)

    _check_due = False

    def compose(self) -> ComposeResult:
        with ContentSwitcher(initial="reward-empty"):
            yield Static(
                f"There is no {REWARD_FUNCTION} in the open folder.\n\n[b]1[/b] goes to the files.", id="reward-empty"
            )
            yield RewardText(id="reward-text")

    def on_mount(self) -> None:
        self.set_interval(1.0, self._look_at_disk)

    @property
    def document(self) -> Document | None:
        return self.workspace.documents.get(REWARD_FUNCTION)

    @property
    def editor(self) -> StepEditor:
        """The editor."""
        return self.query_one(StepEditor)

    def take_typed(self) -> None:
        self.editor.take_typed()

    def show(self) -> None:
        """Show the current content of the document."""
        document = self.document
        self.query_one(ContentSwitcher).current = "reward-text" if document is not None else "reward-empty"
        if document is not None:
            if self.editor.file is document:
                self.editor.take_typed()
            self.editor.show(document)
            self.border_title = f"{REWARD_FUNCTION}{' *' if document.dirty else ''}"
        self._show_place()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Mark the lines of these findings."""
        self.editor.show_findings(findings)
        self._show_place()

    def refresh_all(self) -> None:
        self.show()
        self.post_message(RewardShown())

    @on(StepEditor.SelectionChanged)
    def _show_place(self) -> None:
        status = self.editor.status() if self.document is not None else ""
        self.border_subtitle = status.replace("[", r"\[")

    @on(StepEditor.Edited)
    def _edited(self) -> None:
        if not self._check_due:
            self._check_due = True
            self.set_timer(_CHECK_SECONDS, self._check)

    def _check(self) -> None:
        self._check_due = False
        self.refresh_all()

    def _look_at_disk(self) -> None:
        if self.document is not None and self.is_on_screen:
            self.take_typed()
            self._follow_disk(self.document)

    @work
    async def _follow_disk(self, document: Document) -> None:
        from dots_tui.app.document_flow import follow_disk

        changed = await follow_disk(NotificationPort(self), document, may_ask=len(self.app.screen_stack) == 1)
        if changed or self.editor.stale:
            self.refresh_all()
