"""The question before unsaved work would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.saved_versions import write_document
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.ui.widgets.dialogs import Choose

if TYPE_CHECKING:
    from textual.app import App

    from dots_tui.app.workspace import Workspace

_SAVE, _DISCARD, _STAY = "Save all and quit", "Quit without saving", "Stay"


async def may_quit(app: App[int], workspace: Workspace, unsaved: list[str]) -> bool:
    """Ask what to do with the `unsaved` files. Return True if the app may end."""
    options = [(word, word) for word in (_SAVE, _DISCARD, _STAY)]
    choice = await app.push_screen_wait(Choose("Unsaved changes", options, body=", ".join(unsaved)))
    documents = [workspace.documents[name] for name in unsaved]
    if choice == _SAVE:
        try:
            for document in documents:
                write_document(workspace, document)
        except FolderProblem as problem:
            app.notify(str(problem), title="Not saved", severity="error", timeout=10)
            return False
    elif choice == _DISCARD:
        for document in documents:
            document.edit(document.saved)  # nothing is unsaved, so no draft remains
    return choice in (_SAVE, _DISCARD)
