"""Drafts: unsaved changes are stored every few seconds and restored at the next start."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dots_tui.app.conflict_flow import Sides, choose_side
from dots_tui.app.port import FlowNote
from dots_tui.app.saved_versions import keep_version
from dots_tui.custom_files.drafts import Draft, Drafts, take_up
from dots_tui.custom_files.findings import ERROR

if TYPE_CHECKING:
    from pathlib import Path

    from dots_tui.app.port import Dialogue
    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.documents import Document


class DraftKeeper:
    """Stores drafts of unsaved files and removes outdated drafts."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._drafts = Drafts(workspace.folders.state / "drafts")
        self._kept: dict[tuple[Path, str], tuple[bytes, bytes]] = {}
        self._failed = False

    def keep(self) -> str:
        """Store the drafts of files changed since the last call. Return, once, why that is impossible, or ""."""
        try:
            self._keep()
        except OSError as error:
            failed, self._failed = self._failed, True
            return "" if failed else f"Unsaved changes cannot be stored as drafts: {error.strerror or error}."
        self._failed = False
        return ""

    def _keep(self) -> None:
        unsaved = {}
        for name, document in self._workspace.documents.items():
            if document.dirty:
                unsaved[(document.files.root, name)] = (document.saved, document.data)
        for (root, name), (saved, data) in unsaved.items():
            if self._kept.get((root, name)) != (saved, data):
                self._drafts.keep(root, Draft(name, saved, data, time.time()))
                self._kept[(root, name)] = (saved, data)
        for root, name in [place for place in self._kept if place not in unsaved]:
            self._drafts.drop(root, name)
            del self._kept[(root, name)]

    async def restore(self, dialogue: Dialogue) -> bool:
        """Restore the unsaved changes of the folder just opened; ask about files that have changed since.

        Return True if a document changed.
        """
        drafts, undecided = take_up(self._drafts, self._workspace.documents)
        for draft in drafts:
            document = self._workspace.documents[draft.name]
            self._kept[(document.files.root, draft.name)] = (document.saved, document.data)
            text = f"restored unsaved changes of {draft.name} from {draft.when}; r reloads the file instead"
            dialogue.tell(FlowNote(text))
        for draft in undecided:
            await self._ask(dialogue, draft)
        return bool(drafts or undecided)

    async def _ask(self, dialogue: Dialogue, draft: Draft) -> None:
        document = self._workspace.documents[draft.name]
        body = f"There are unsaved changes of {draft.name} from {draft.when}, but another program has changed the file."
        data = await choose_side(dialogue, Sides(draft.name, draft.base, draft.data, document.data), body)
        if data is None and not self._set_aside(dialogue, document, draft):
            return
        if data is not None:
            document.edit(draft.data, step=True)
            document.edit(data, step=True)
        self._kept[(document.files.root, draft.name)] = (draft.base, draft.data)
        self.keep()

    def _set_aside(self, dialogue: Dialogue, document: Document, draft: Draft) -> bool:
        """Keep an unwanted draft as an earlier version, so that nothing is lost. Return False if that failed."""
        problem = keep_version(self._workspace, document, draft.data)
        text = f"Your changes are among the earlier versions of {draft.name} (H)."
        dialogue.tell(FlowNote(problem or text, severity=ERROR if problem else None))
        return not problem
