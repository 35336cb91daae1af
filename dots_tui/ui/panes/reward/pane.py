"""The Reward pane: the reward function beside the wind tunnel, and the findings of both below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.commands import Command, bindings
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.reward.commands import REWARD_COMMANDS
from dots_tui.ui.panes.reward.document import RewardDocument
from dots_tui.ui.panes.reward.messages import (
    FaultsFound,
    LapLearned,
    LineWanted,
    PictureDrawn,
    RewardShown,
    TunnelWanted,
)
from dots_tui.ui.panes.reward.tunnel_words import fault_findings
from dots_tui.ui.panes.reward.wind_tunnel import WindTunnel
from dots_tui.ui.panes.step_editor import StepEditor
from dots_tui.ui.widgets.findings import FindingsList
from dots_tui.ui.widgets.heat_map import HeatMap

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from dots_tui.custom_files.documents import Document

_HELP = (
    "The reward function. It is checked while you type; a syntax error is marked on its line. Enter edits the "
    "text, esc leaves it. In the text, use the ctrl and function keys.\n"
    "R rehearses the function: it is called for thousands of positions, headings and speeds on the track, and "
    "scripted drivers drive with it, in a separate process. The wind tunnel shows what the function rewards "
    "before you pay for a training. On its map, the arrow keys move a pointer; a click places it."
)
_BOTH = 100
"""Columns from which text and wind tunnel fit side by side."""


class RewardPane(Pane):
    """Editor and wind tunnel, side by side if there is room."""

    TITLE = "Reward"
    HELP_TEXT = _HELP
    PARTS = (RewardDocument, WindTunnel)
    ACTIONS: ClassVar[tuple[Command, ...]] = REWARD_COMMANDS
    BINDINGS = bindings(ACTIONS)

    def compose(self) -> ComposeResult:
        text = RewardDocument(id="reward-body")
        with Horizontal(id="reward-main"):
            yield text
            yield WindTunnel(self.workspace, text.take_typed)
        yield FindingsList(id="reward-findings", classes="box")

    def on_mount(self) -> None:
        self.query_one(FindingsList).empty = "The file is valid Python and defines reward_function(params)."

    def on_resize(self) -> None:
        self.set_class(self.size.width >= _BOTH, "-both")

    @property
    def document(self) -> Document | None:
        """The reward function of the open folder, or None."""
        return self.workspace.documents.get(REWARD_FUNCTION)

    @property
    def editor(self) -> StepEditor:
        """The editor."""
        return self.query_one(StepEditor)

    @property
    def tunnel(self) -> WindTunnel:
        """The wind tunnel."""
        return self.query_one(WindTunnel)

    def shown(self) -> None:
        # Not the editor: a 3 that is meant to go on to pane 3 must not get into the code.
        self.focus()
        self.query_one(RewardDocument).refresh_all()

    def hidden(self) -> None:
        self.tunnel.action_cancel()

    # -- connections ------------------------------------------------------------------------------

    @on(RewardShown)
    @on(FaultsFound)
    def _refresh_findings(self) -> None:
        findings = [finding for finding in self.workspace.findings() if finding.file == REWARD_FUNCTION]
        codes = {finding.code for finding in findings}
        findings += [fault for fault in fault_findings(self.tunnel.results, self.document) if fault.code not in codes]
        listing = self.query_one(FindingsList)
        listing.set_findings(findings)
        listing.border_title = f"findings {len(findings)}"
        if self.document is not None:
            self.query_one(RewardDocument).show_findings(findings)
        self.set_class(self.document is None, "-nothing")
        self.tunnel.show_state()
        self.host.refresh_marks()

    @on(StepEditor.Edited)
    def _edited(self) -> None:
        self.tunnel.automatic.typed()

    @on(FindingsList.FindingChosen)
    def _chosen(self, event: FindingsList.FindingChosen) -> None:
        self.post_message(LineWanted(event.finding.line))

    @on(LineWanted)
    def _go_to(self, event: LineWanted) -> None:
        self.editor.go_to(max(1, event.line))
        self.action_edit()

    @on(LapLearned)
    def _lap_learned(self, event: LapLearned) -> None:
        self.tunnel.take_learned(event.subject, event.learned)

    # -- layout and focus -------------------------------------------------------------------------

    @on(TunnelWanted)
    def _show_tunnel(self) -> None:
        """Show the wind tunnel, without the text if there is no room for both."""
        self.add_class("-tunnel")
        if not (self.editor.has_focus and self.has_class("-both")):
            self.call_after_refresh(self._focus_tunnel)

    @on(PictureDrawn)
    def _picture_drawn(self) -> None:
        if self.has_focus and self.has_class("-tunnel"):
            self.call_after_refresh(self._focus_tunnel)

    def _focus_tunnel(self) -> None:
        if self.has_class("-tunnel"):  # the user may have gone to the text in the meantime
            drawn = self.query_one(HeatMap)
            self.screen.set_focus(drawn if drawn.display and drawn.region.width else self)

    def offers(self, command: Command) -> bool:
        """Offer the key that leaves the text only in the text."""
        return command.action != "leave" or self.editor.has_focus

    def action_edit(self) -> None:
        # At once, not by a message: the next key may already be waiting.
        self.remove_class("-tunnel", "-zoomed")
        self.screen.set_focus(self.editor)

    def action_leave(self) -> None:
        self.screen.set_focus(self.query_one(FindingsList))

    def action_tunnel(self) -> None:
        focused = self.screen.focused
        inside = focused is not None and self.tunnel in focused.ancestors_with_self
        if self.has_class("-tunnel") and (inside or not self.has_class("-both")):
            self.remove_class("-tunnel", "-zoomed")
            self.focus()
        else:
            self._go_to_tunnel()

    def action_zoom(self) -> None:
        self.toggle_class("-zoomed")
        if self.has_class("-zoomed"):
            self._go_to_tunnel()

    def _go_to_tunnel(self) -> None:
        self.add_class("-tunnel")
        self.call_after_refresh(self._focus_tunnel)

    def action_next_problem(self) -> None:
        self.query_one(FindingsList).action_next(1)

    def action_previous_problem(self) -> None:
        self.query_one(FindingsList).action_next(-1)
