"""Periodic work of the Files pane: check the disk for changes by other programs, and store drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.ui.panes.saving import look_at_disk

if TYPE_CHECKING:
    from dots_tui.ui.panes.files.commands import FileCommands as _Pane
    from dots_tui.ui.panes.files.drafting import DraftKeeper
else:
    _Pane = object

_LOOK_SECONDS = 1.0
"""Seconds between checks of the disk."""
_DRAFT_SECONDS = 2.0
"""Seconds between drafts: a killed terminal loses at most this much work."""


class FileKeeping(_Pane):
    """Protection against loss of changes by other programs and of unsaved changes."""

    name_shown: str
    _drafts: DraftKeeper | None = None

    def start_keeping(self) -> None:
        """Start the periodic work; first restore the unsaved changes of the last session."""
        self.set_interval(_LOOK_SECONDS, self.look_at_folder)
        self.set_interval(_DRAFT_SECONDS, self.keep_drafts)
        self.call_after_refresh(self.restore_drafts)

    def on_unmount(self) -> None:
        self.keep_drafts()

    def look_at_folder(self) -> None:
        """Load, or ask about, changes by other programs."""
        reward_in_front = any(pane.display for pane in self.app.query("RewardPane"))
        for name, document in self.workspace.documents.items():
            if name == REWARD_FUNCTION and reward_in_front:
                continue  # the Reward pane handles this file in its own editor
            if look_at_disk(self, document, self.read_again) and name == self.name_shown:
                self.read_again()
        if self.view.stale:
            self.refresh_all()

    def keep_drafts(self) -> None:
        """Store drafts of unsaved changes; report once if that is impossible."""
        if self._drafts is None and not self.workspace.unsaved():
            return
        problem = self._keeper().look()
        if problem:
            self.notify(problem, severity="warning", timeout=10)

    def restore_drafts(self) -> None:
        """Restore the unsaved changes of a folder just opened."""
        if (self.workspace.folders.state / "drafts").is_dir():
            self._keeper().restore(self, self.read_again)

    def _keeper(self) -> DraftKeeper:
        """Return the draft keeper; it is created, and its modules imported, on first use."""
        if self._drafts is None:
            from dots_tui.ui.panes.files.drafting import DraftKeeper

            self._drafts = DraftKeeper(self.workspace)
        return self._drafts
