"""What the Files pane does by the clock: looking at the disk for what other programs write, and keeping drafts."""

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
"""So often the disk is looked at."""
_DRAFT_SECONDS = 2.0
"""A killed terminal loses the changes of so many seconds at most."""


class FileKeeping(_Pane):
    """Nothing is lost: neither what another program wrote nor what is not saved yet."""

    name_shown: str
    _drafts: DraftKeeper | None = None

    def start_keeping(self) -> None:
        """From now on look and keep; first give back what was unsaved when the program ended last."""
        self.set_interval(_LOOK_SECONDS, self.look_at_folder)
        self.set_interval(_DRAFT_SECONDS, self.keep_drafts)
        self.call_after_refresh(self.restore_drafts)

    def on_unmount(self) -> None:
        self.keep_drafts()

    def look_at_folder(self) -> None:
        """Take over, or ask about, what other programs wrote."""
        reward_in_front = any(pane.display for pane in self.app.query("RewardPane"))
        for name, document in self.workspace.documents.items():
            if name == REWARD_FUNCTION and reward_in_front:
                continue  # that pane looks after it, and has it in its own editor
            if look_at_disk(self, document, self.read_again) and name == self.name_shown:
                self.read_again()
        if self.view.stale:
            self.refresh_all()

    def keep_drafts(self) -> None:
        """Keep what is unsaved; tell once when that cannot be done."""
        if self._drafts is None and not self.workspace.unsaved():
            return
        problem = self._keeper().look()
        if problem:
            self.notify(problem, severity="warning", timeout=10)

    def restore_drafts(self) -> None:
        """Give the documents of a folder just opened their unsaved changes back."""
        if (self.workspace.folders.state / "drafts").is_dir():
            self._keeper().restore(self, self.read_again)

    def _keeper(self) -> DraftKeeper:
        """Made, and its modules imported, when there is the first draft to keep or to look for."""
        if self._drafts is None:
            from dots_tui.ui.panes.files.drafting import DraftKeeper

            self._drafts = DraftKeeper(self.workspace)
        return self._drafts
