"""Drafts in the Files pane: unsaved changes are stored every few seconds and restored at the next start."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Callable

from dots_tui.app.workspace import Workspace
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.drafts import Draft, Drafts, take_up
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.whose import Sides, ask_which


class DraftKeeper:
    """Stores drafts of unsaved files and removes outdated drafts."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.drafts = Drafts(workspace.folders.state / "drafts")
        self._kept: dict[tuple[Path, str], tuple[bytes, bytes]] = {}
        self._failed = False

    def look(self) -> str:
        """Store the drafts of files changed since the last call. Return, once, why that is impossible, or ""."""
        try:
            self._look()
        except OSError as error:
            failed, self._failed = self._failed, True
            return "" if failed else f"Unsaved changes cannot be kept against a crash: {error.strerror or error}."
        self._failed = False
        return ""

    def _look(self) -> None:
        unsaved = {}
        for name, document in self._workspace.documents.items():
            if document.dirty:
                unsaved[(document.files.root, name)] = (document.saved, document.data)
        for (root, name), (saved, data) in unsaved.items():
            if self._kept.get((root, name)) != (saved, data):
                self.drafts.keep(root, Draft(name, saved, data, time.time()))
                self._kept[(root, name)] = (saved, data)
        for root, name in [place for place in self._kept if place not in unsaved]:
            self.drafts.drop(root, name)
            del self._kept[(root, name)]

    def restore(self, pane: Pane, restored: Callable[[], None]) -> None:
        """Restore the unsaved changes of the folder just opened, and report or ask about each."""
        drafts, undecided = take_up(self.drafts, self._workspace.documents)
        for draft in drafts:
            document = self._workspace.documents[draft.name]
            self._kept[(document.files.root, draft.name)] = (document.saved, document.data)
            pane.notify(
                f"restored unsaved changes of {draft.name} from {draft.when}; r reads the file instead", timeout=10
            )
        if drafts:
            restored()
        self._ask(pane, undecided, restored)

    def _ask(self, pane: Pane, undecided: list[Draft], restored: Callable[[], None]) -> None:
        """Ask about one draft after the other."""
        if not undecided:
            return
        draft, *others = undecided
        document = self._workspace.documents[draft.name]

        def decided(data: bytes | None) -> None:
            self._decide(pane, document, draft, data)
            restored()
            self._ask(pane, others, restored)

        body = (
            f"There are unsaved changes of {draft.name} from {draft.when}, and the file has been changed since by "
            "another program."
        )
        ask_which(pane, Sides(draft.name, draft.base, draft.data, document.data), body, decided)

    def _decide(self, pane: Pane, document: Document, draft: Draft, data: bytes | None) -> None:
        if data is None:
            # Nothing is discarded without a question, and the next draft needs the place.
            from dots_tui.ui.panes.versions import keep_version

            problem = keep_version(self._workspace, document, draft.data)
            if problem:
                pane.notify(problem, severity="error", timeout=10)
                return
            pane.notify(f"Your changes are among the earlier versions of {draft.name} (H).", timeout=10)
        else:
            document.edit(draft.data, step=True)
            document.edit(data, step=True)
        self._kept[(document.files.root, draft.name)] = (draft.base, draft.data)
        self.look()
