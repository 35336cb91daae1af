"""The wind tunnel of the Reward pane: rehearsals of the draft, and what the function pays in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, ClassVar

from textual import on, work
from textual.containers import Vertical

from dots_tui.app.wind_tunnel import DRAFT, RehearsedVersion, TunnelResults, draft_subject, ground_of
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.problems import ERROR
from dots_tui.reward.results import FunctionFault
from dots_tui.ui.panes.base import Pane, Part
from dots_tui.ui.panes.notification_port import NotificationPort
from dots_tui.ui.panes.reward import tunnel_words as words
from dots_tui.ui.panes.reward.commands import REHEARSAL_COMMANDS, TUNNEL_COMMANDS
from dots_tui.ui.panes.reward.messages import FaultsFound, PictureDrawn, TunnelWanted, ViewChanged
from dots_tui.ui.panes.reward.missing_shape import MissingShape
from dots_tui.ui.panes.reward.rehearsal_job import AutoRehearsal, RehearsalJob
from dots_tui.ui.panes.reward.tunnel_report import TunnelReport
from dots_tui.ui.panes.step_editor import StepEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.documents import Document
    from dots_tui.reward.lessons import Learned
    from dots_tui.reward.report import Report
    from dots_tui.reward.results import Event
    from dots_tui.reward.subject import Subject
    from dots_tui.ui.commands import Command

_LEAVING_SECONDS = 1.0
_FRAME = 6
"""The columns of the frame that its text cannot use."""


class WindTunnel(Part, Vertical):
    """Rehearses the draft. `take_typed` moves typed text into it."""

    PARTS = (TunnelReport,)
    ACTIONS: ClassVar[Sequence[Command]] = (
        *REHEARSAL_COMMANDS,
        *TUNNEL_COMMANDS,
        *TunnelReport.ACTIONS,
    )

    def __init__(self, workspace: Workspace, take_typed: Callable[[], None]) -> None:
        super().__init__(id="reward-tunnel", classes="-empty")
        self._take_typed = take_typed
        self.results = TunnelResults()
        self.job = RehearsalJob(self, self._came, self._over)
        self.shape = MissingShape(self, workspace, self._shape_changed)
        self.note = ""
        """The note in the frame: results are stale, or the key that cancels."""
        self.automatic = AutoRehearsal(self, self._rehearse_automatically)

    def compose(self) -> ComposeResult:
        yield TunnelReport(self.results)

    def on_unmount(self) -> None:
        self.shape.cancel()
        self.job.close(_LEAVING_SECONDS)

    @property
    def document(self) -> Document | None:
        """The reward function of the open folder, or None."""
        return self.workspace.documents.get(REWARD_FUNCTION)

    @property
    def report(self) -> Report | None:
        """The results of the draft."""
        return self.results.report

    @property
    def running(self) -> bool:
        """True while a rehearsal runs."""
        return self.job.running

    @property
    def view(self) -> TunnelReport:
        """The results on the screen."""
        return self.query_one(TunnelReport)

    # -- rehearsals -------------------------------------------------------------------------------

    def _draft(self) -> Subject | None:
        self._take_typed()
        return draft_subject(self.workspace)

    def rehearse(self) -> None:
        """Rehearse the text in the editor, and the other version if its results are missing."""
        subject = self._draft()
        if subject is not None:
            self.job.cancel()
            self.view.begin(subject)
            self.job.start(self.results.begin(subject))
            self.show_state()

    def _came(self, version: RehearsedVersion, event: Event) -> None:
        results, empty = self.results, self.report is not None and not self.report.cells
        results.take(version, event)
        self._draw()
        if empty and results.report is not None and results.report.cells:
            self.post_message(PictureDrawn())
        if version == DRAFT and results.report is not None and results.subject is not None:
            if results.report.ended is not None:
                self.workspace.rehearsals.keep(results.subject, results.report)
            if isinstance(event, FunctionFault):
                self.post_message(FaultsFound())

    def _over(self) -> None:
        self.results.running = False
        self.post_message(FaultsFound())
        self.post_message(PictureDrawn())  # again: the first picture may not have had its place yet

    def action_cancel(self) -> None:
        """Cancel the running rehearsal, if any; keep the results so far."""
        self.automatic.stop()
        if self.job.cancel():
            self.results.running = False
            self.show_state()

    def _rehearse_automatically(self) -> None:
        unreadable = any(f.file == REWARD_FUNCTION and f.severity == ERROR for f in self.workspace.findings())
        if not unreadable and self.query_ancestor(Pane).display and not self._fresh():
            self.rehearse()

    # -- what is shown ----------------------------------------------------------------------------

    def _fresh(self) -> bool:
        """Return True if the results belong to the current files."""
        return self.results.subject is not None and self._draft() == self.results.subject

    def take_learned(self, subject: Subject, learned: Learned) -> None:
        """Add the lap learned from `subject` to the drivers; rehearse first if they are of another text."""
        if self.results.take_learned(subject, learned):
            self._draw()
        elif subject == self._draft():
            self.rehearse()

    @on(ViewChanged)
    def show_state(self) -> None:
        """Show the results and their state."""
        if self.results.forget_other_folder(self.document.files.root if self.document is not None else None):
            self.job.cancel()
        stale = self.report is not None and not self.results.running and not self._fresh()
        self.set_class(stale, "-stale")
        note = self.shape.progress or words.state(self.results, stale=stale, hidden=self.view.drivers_hidden)
        self.note = "; ".join(filter(None, (note, "auto-rehearse (t)" if self.automatic.on else "")))
        self.view.explain(words.empty(made_up=self.document is not None and bool(ground_of(self.workspace).wanted)))
        self._draw()
        self.refresh_bindings()
        focused = self.screen.focused
        if focused is not None and not self.view.picture.display and self in focused.ancestors:
            self.query_ancestor(Pane).focus()  # the widget with the focus is hidden now

    def _draw(self) -> None:
        report = self.report
        self.border_title = words.title(report.track) if report is not None else "wind tunnel"
        self.border_subtitle = words.subtitle(report, self.note, self.size.width - _FRAME).replace("[", r"\[")
        self.view.draw()

    def on_resize(self) -> None:
        self._draw()

    # -- commands ---------------------------------------------------------------------------------

    def offers(self, command: Command) -> bool:
        """Offer the key that cancels only during a rehearsal, outside the text."""
        return command.action != "cancel" or (self.running and not isinstance(self.screen.focused, StepEditor))

    def action_rehearse(self) -> None:
        self.post_message(TunnelWanted())
        self.rehearse()

    def action_by_itself(self) -> None:
        self.automatic.toggle()
        self.notify("Rehearsals start when typing pauses." if self.automatic.on else "Rehearsals start with R only.")
        self.show_state()

    def action_fetch_shape(self) -> None:
        nothing = self.shape.fetch()
        if nothing:
            self.notify(nothing)

    def _shape_changed(self) -> None:
        if not self.shape.fetching:
            problem = self.shape.problem
            if problem:
                self.notify(problem, severity="warning", timeout=10)
            elif self.report is not None:
                self.rehearse()
        self.show_state()

    @work
    async def action_compare(self) -> None:
        from dots_tui.app.compare_flow import choose_other

        self._take_typed()
        assert self.document is not None  # the command needs it
        comparing = self.results.other is not None
        chosen = await choose_other(NotificationPort(self), self.workspace, self.document, comparing=comparing)
        if chosen is not None:
            self.results.compare_with(chosen.version)
            if chosen.version is not None or self.results.running:
                self.action_rehearse()
            self._draw()
