"""What is asked before unsaved work would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.custom_files.folder import FolderProblem
from dots_tui.ui.panes.saving import write_document
from dots_tui.ui.widgets.dialogs import Choose

if TYPE_CHECKING:
    from dots_tui.ui.leaving import LeavingApp

_SAVE, _DISCARD, _STAY = "Save all and quit", "Quit without saving", "Stay"


def ask_before_quit(app: LeavingApp, unsaved: list[str]) -> None:
    """Ask what to do with the ``unsaved`` files, then quit or stay."""

    def answered(choice: str | None) -> None:
        documents = [app.workspace.documents[name] for name in unsaved]
        if choice == _SAVE:
            try:
                for document in documents:
                    write_document(app.workspace, document)
            except FolderProblem as problem:
                app.notify(str(problem), title="Not saved", severity="error", timeout=10)
                return
        elif choice == _DISCARD:
            for document in documents:
                document.edit(document.saved)  # nothing unsaved is left, so no draft of it is
        if choice in (_SAVE, _DISCARD):
            app.exit(0)

    names = ", ".join(unsaved)
    options = [(word, word) for word in (_SAVE, _DISCARD, _STAY)]
    app.push_screen(Choose("Unsaved changes", options, body=names), answered)
