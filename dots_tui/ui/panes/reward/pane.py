"""The Reward pane: the reward function in an editor that knows Python, with what is wrong on its line."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher, Static

from dots_tui.app.milestones import Milestone
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.notification_port import NotificationPort
from dots_tui.ui.panes.reward.commands import REWARD_COMMANDS
from dots_tui.ui.panes.reward.editing import RewardEditing
from dots_tui.ui.panes.reward.rehearsing import Rehearsing
from dots_tui.ui.panes.reward.tunnel_actions import TunnelActions
from dots_tui.ui.panes.reward.wind_tunnel import WindTunnel
from dots_tui.ui.panes.step_editor import StepEditor
from dots_tui.ui.widgets.find_bar import FindBar
from dots_tui.ui.widgets.findings import FindingsList

_CHECK_SECONDS = 0.3
_BOTH = 100
"""Columns in which text and wind tunnel stand side by side."""


class RewardPane(RewardEditing, TunnelActions, Pane, can_focus=True):
    """Editor and wind tunnel, side by side where there is room; findings of this file below."""

    TITLE = "Reward"
    HELP_TEXT = (
        "The reward function. It is checked while you type; a syntax error is marked on its line. Enter edits the "
        "text, esc leaves it. In the text, use the ctrl and function keys.\n"
        "R rehearses the function: it is called for thousands of positions, headings and speeds on the track, and "
        "scripted drivers drive with it, in a separate process. The wind tunnel shows what the function rewards "
        "before you pay for a training. On its map, the arrow keys move a pointer; a click places it."
    )
    ACTIONS: ClassVar[tuple[Command, ...]] = REWARD_COMMANDS
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._check_due = False
        self.rehearsing = Rehearsing(self)

    def compose(self) -> ComposeResult:
        editor = StepEditor(id="reward-editor")
        with Horizontal(id="reward-main"):
            with ContentSwitcher(id="reward-body", initial="reward-empty"):
                yield Static(
                    f"There is no {REWARD_FUNCTION} in the open folder.\n\n[b]1[/b] goes to the files.",
                    id="reward-empty",
                )
                with Vertical(id="reward-text"):
                    yield editor
                    yield FindBar(editor)
            yield WindTunnel()
        yield FindingsList(id="reward-findings", classes="box")

    def on_mount(self) -> None:
        self.query_one(FindingsList).empty = "Python reads it, and it defines reward_function(params)."
        self.set_interval(1.0, self._look_at_disk)

    def on_resize(self) -> None:
        self.set_class(self.size.width >= _BOTH, "-both")

    def on_unmount(self) -> None:
        self.close_tunnel()

    def hidden(self) -> None:
        self.end_rehearsal()

    # -- what is shown ----------------------------------------------------------------------------

    @property
    def editor(self) -> StepEditor:
        """The editor."""
        return self.query_one(StepEditor)

    @property
    def document(self) -> Document | None:
        """The reward function of the open folder, or None."""
        return self.workspace.documents.get(REWARD_FUNCTION)

    @property
    def text_editor(self) -> StepEditor | None:
        return self.editor if self.document is not None else None

    @property
    def find_bar(self) -> FindBar:
        return self.query_one(FindBar)

    def shown(self) -> None:
        # Not the editor: who only passes by on the way to pane 3 must not type a 3 into the code.
        self.focus()
        self.refresh_all()

    def refresh_all(self) -> None:
        """Show the document as it is now, and what is wrong with it."""
        document = self.document
        self.query_one(ContentSwitcher).current = "reward-text" if document is not None else "reward-empty"
        findings = [finding for finding in self.workspace.findings() if finding.file == REWARD_FUNCTION]
        codes = {finding.code for finding in findings}
        findings += [fault for fault in self.fault_findings() if fault.code not in codes]
        listing = self.query_one(FindingsList)
        listing.set_findings(findings)
        listing.border_title = f"findings {len(findings)}"
        if document is not None:
            if self.editor.file is document:
                self.editor.take_typed()
            self.editor.show(document)
            self.editor.show_findings(findings)
            star = " *" if document.dirty else ""
            self.query_one(ContentSwitcher).border_title = f"{REWARD_FUNCTION}{star}"
        self.set_class(document is None, "-nothing")
        self.tell_state()
        self._tell_place()
        self.host.refresh_marks()

    @on(StepEditor.SelectionChanged)
    def _tell_place(self) -> None:
        status = self.editor.status() if self.document is not None else ""
        self.query_one(ContentSwitcher).border_subtitle = status.replace("[", r"\[")

    # -- what happens -----------------------------------------------------------------------------

    @on(StepEditor.Edited)
    def _edited(self) -> None:
        self.workspace.milestones.add(Milestone.EDITED)
        self.edited_text()
        if not self._check_due:
            self._check_due = True
            self.set_timer(_CHECK_SECONDS, self._check)

    def _check(self) -> None:
        self._check_due = False
        self.refresh_all()

    @on(FindingsList.FindingChosen)
    def _chosen(self, event: FindingsList.FindingChosen) -> None:
        self.remove_class("-tunnel", "-zoomed")
        self.editor.go_to(max(1, event.finding.line))
        self.editor.focus()

    def _look_at_disk(self) -> None:
        document = self.document
        if document is not None and self.display:
            self.take_typed()
            self._follow_disk(document)

    @work
    async def _follow_disk(self, document: Document) -> None:
        from dots_tui.app.document_flow import follow_disk

        changed = await follow_disk(NotificationPort(self), document, may_ask=len(self.app.screen_stack) == 1)
        if changed or self.editor.stale:
            self.refresh_all()

    def take_typed(self) -> None:
        if self.text_editor is not None:
            self.text_editor.take_typed()

    # -- commands ---------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key that leaves the text is there in the text only; that which gives up, while there is something to."""
        if parameters == ("reward.leave",):
            return self.editor.has_focus
        if parameters == ("reward.cancel",):
            return self.rehearsing.running and not self.editor.has_focus
        return super().check_action(action, parameters)

    def action_next_problem(self) -> None:
        self.query_one(FindingsList).action_next(1)

    def action_previous_problem(self) -> None:
        self.query_one(FindingsList).action_next(-1)

    def action_edit(self) -> None:
        # At once, not when the queue is empty: the next key may be there already.
        self.remove_class("-tunnel", "-zoomed")
        self.screen.set_focus(self.editor)

    def action_leave(self) -> None:
        self.screen.set_focus(self.query_one(FindingsList))
