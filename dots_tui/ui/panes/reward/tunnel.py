"""The part of the Reward pane that rehearses: when a rehearsal runs, of which text, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widgets import Static

from dots_tui.custom_files.findings import Finding
from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.problems import ERROR, WARNING
from dots_tui.reward.results import FunctionFault
from dots_tui.reward.subject import subject_of
from dots_tui.ui.panes.document_commands import DocumentCommands, TextCommands
from dots_tui.ui.panes.reward.rehearsing import Rehearsing
from dots_tui.ui.panes.reward.tunnel_words import finding_message
from dots_tui.ui.panes.reward.wind_tunnel import BEFORE, NOW, WindTunnel
from dots_tui.ui.panes.track_shapes import Shapes
from dots_tui.ui.panes.tunnel_ground import ground_of, store_of

if TYPE_CHECKING:
    from pathlib import Path

    from textual.timer import Timer

    from dots_tui.reward.lessons import Learned
    from dots_tui.reward.results import Event
    from dots_tui.reward.subject import Subject
    from dots_tui.ui.panes.step_editor import StepEditor

PAUSE_SECONDS = 1.0
"""Seconds after the last key before a rehearsal starts automatically."""
_LEAVING_SECONDS = 1.0


class RewardTunnel(TextCommands, DocumentCommands):
    """A pane with a reward function and a wind tunnel."""

    rehearsing: Rehearsing
    shapes: Shapes | None = None
    """Fetches shapes, once one was wanted."""
    other: bytes | None = None
    """The text of the version to compare with."""
    learned: tuple[Subject, Learned] | None = None
    """The last learned lap and its subject."""
    by_itself = False
    """True if a rehearsal starts when typing pauses."""
    _pause: Timer | None = None
    _root: Path | None = None
    """The folder of the function shown."""

    @property
    def editor(self) -> StepEditor:
        """The editor of the reward function."""
        raise NotImplementedError

    @property
    def tunnel(self) -> WindTunnel:
        """The wind tunnel."""
        return self.query_one(WindTunnel)

    def picture_came(self) -> None:
        """There is something to point at now."""

    # -- running ----------------------------------------------------------------------------------

    def subject_now(self) -> Subject | None:
        """Return the subject of a rehearsal: the files as edited on the screen."""
        self.take_typed()
        if self.document is None:
            return None
        ground = ground_of(self.workspace)
        store = store_of(self.workspace)
        subject = subject_of(
            self.workspace.sources(),
            ground.track,
            store.all_known if store is not None else tuple,
            made_up=None if store is not None else False,
        )
        return replace(subject, remarks=(*subject.remarks, ground.remark)) if ground.remark else subject

    def rehearse(self) -> None:
        """Rehearse the text in the editor, and the other version if its results are missing."""
        subject = self.subject_now()
        if subject is None:
            return
        self.rehearsing.cancel()
        self.tunnel.begin(subject)
        if self.learned is not None and self.learned[0] == subject:
            self.tunnel.take(NOW, self.learned[1])
        parts = [(NOW, subject)]
        before = self.tunnel.before
        if self.other is not None and (before is None or before.ended is None):
            self.tunnel.begin_before(self.tunnel.before_name)
            parts.append((BEFORE, replace(subject, source=self.other)))
        self.rehearsing.start(parts, self._told, self._over)
        self.tell_state()

    def take_learned(self, subject: Subject, learned: Learned) -> None:
        """A lap was learned from `subject`: it stands among the drivers as long as those are of the same."""
        self.learned = subject, learned
        if subject == self.tunnel.subject:
            self.tunnel.take(NOW, learned)
        elif subject == self.subject_now():
            self.rehearse()

    def _told(self, part: str, event: Event) -> None:
        tunnel = self.tunnel
        first = tunnel.report is not None and not tunnel.report.cells
        tunnel.take(part, event)
        if first and tunnel.report is not None and tunnel.report.cells:
            self.picture_came()
        if part == NOW and tunnel.report is not None and tunnel.subject is not None:
            if tunnel.report.ended is not None:
                self.workspace.rehearsals.keep(tunnel.subject, tunnel.report)
            if isinstance(event, FunctionFault):
                self.refresh_all()

    def _over(self) -> None:
        self.tunnel.end()
        self.refresh_all()
        self.picture_came()  # once more: when the first cells came it may not have had its place yet

    def close_tunnel(self) -> None:
        """Stop all work before the pane closes."""
        if self.shapes is not None:
            self.shapes.cancel()
        self.rehearsing.close(_LEAVING_SECONDS)

    def end_rehearsal(self) -> None:
        """Cancel the running rehearsal, if any; keep the results so far."""
        if self._pause is not None:
            self._pause.stop()
        if self.rehearsing.cancel():
            self.tunnel.end()
            self.tell_state()

    def edited_text(self) -> None:
        """Schedule a rehearsal for the next typing pause, if auto-rehearse is on."""
        if self._pause is not None:
            self._pause.stop()
        if self.by_itself:
            self._pause = self.set_timer(PAUSE_SECONDS, self.rehearse_by_itself)

    def rehearse_by_itself(self) -> None:
        unreadable = any(f.file == REWARD_FUNCTION and f.severity == ERROR for f in self.workspace.findings())
        if self.by_itself and not unreadable and self.display and not self._fresh():
            self.rehearse()

    # -- what is told -----------------------------------------------------------------------------

    def _fresh(self) -> bool:
        """Return True if the view shows the current files."""
        return self.tunnel.subject is not None and self.subject_now() == self.tunnel.subject

    def tell_state(self) -> None:
        """Show the state of the results in the frame of the wind tunnel."""
        tunnel = self.tunnel
        root = self.document.files.root if self.document is not None else None
        if root != self._root:  # what was tried is of another folder
            self._root, self.other = root, None
            self.rehearsing.cancel()
            tunnel.forget()
        stale = tunnel.report is not None and not tunnel.running and not self._fresh()
        tunnel.set_class(stale, "-stale")
        notes = [self._note(stale=stale)]
        if self.by_itself:
            notes.append("by itself (t)")
        tunnel.note = "; ".join(filter(None, notes))
        tunnel.draw()
        self.refresh_bindings()
        focused = self.screen.focused
        if focused is not None and not tunnel.picture.display and tunnel in focused.ancestors:
            self.focus()  # what had it is not shown any more
        words = "[b]R[/b] drives this function round the track and shows what it pays for."
        if self.document is not None and ground_of(self.workspace).wanted:
            words += "\n\nThe shape of the track is made up until [b]f[/b] fetches it."
        tunnel.query_one("#tunnel-empty", Static).update(words)

    def _note(self, *, stale: bool) -> str:
        tunnel = self.tunnel
        if self.shapes is not None and self.shapes.fetching:
            return self.shapes.words(self.shapes.fetching)
        if tunnel.running:
            return "trying the other version, x gives up" if self._in_second_part() else "running, x gives up"
        if stale:
            return "of an older text or track, R tries it again"
        return "o shows the drivers" if tunnel.drivers_hidden else ""

    def _in_second_part(self) -> bool:
        report = self.tunnel.report
        return report is not None and report.ended is not None

    def fault_findings(self) -> list[Finding]:
        """The faults of the rehearsal as findings; of an older text they are told without a place."""
        tunnel = self.tunnel
        if tunnel.report is None or tunnel.subject is None or self.document is None:
            return []
        same = tunnel.subject.source == self.document.data
        return [
            Finding(
                REWARD_FUNCTION,
                (fault.line or 0) if same else 0,
                None,
                ERROR if same else WARNING,
                fault.kind,
                finding_message(fault) if same else f"Before the last changes: {fault.message}",
                None,
            )
            for fault in tunnel.report.faults
        ]
