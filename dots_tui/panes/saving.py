"""Saving and reading again, with what must be asked first. Both editors use it."""

from __future__ import annotations

from typing import Callable

from dots_tui.custom_files.documents import ChangedOnDisk, Document
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.milestones import Milestone
from dots_tui.panes.base import Pane
from dots_tui.widgets.dialogs import Confirm


def save_document(pane: Pane, document: Document, saved: Callable[[], None], *, force: bool = False) -> None:
    """Save ``document`` and call ``saved``; asks when another program has changed the file meanwhile."""
    try:
        document.save(force=force)
    except ChangedOnDisk as problem:

        def answered(yes: bool | None) -> None:
            if yes:
                save_document(pane, document, saved, force=True)

        dialog = Confirm("Save over the other change?", str(problem), yes="Save mine", danger=True)
        pane.app.push_screen(dialog, answered)
        return
    except FolderProblem as problem:
        pane.notify(str(problem), title="Not saved", severity="error", timeout=10)
        return
    pane.workspace.milestones.add(Milestone.SAVED)
    pane.notify(f"{document.name} saved.")
    saved()


def reload_document(pane: Pane, document: Document, reloaded: Callable[[], None]) -> None:
    """Read ``document`` from the disk again and call ``reloaded``; asks when unsaved changes would be lost."""

    def answered(yes: bool | None) -> None:
        if not yes:
            return
        try:
            document.reload()
        except FolderProblem as problem:
            pane.notify(str(problem), title="Not read", severity="error", timeout=10)
            return
        reloaded()

    if document.dirty:
        body = f"The unsaved changes in {document.name} are lost."
        pane.app.push_screen(
            Confirm("Read the file again?", body, yes="Read again", no="Keep mine", danger=True), answered
        )
    else:
        answered(True)


def look_at_disk(pane: Pane, document: Document) -> bool:
    """Take over what another program wrote, unless there are unsaved changes here. True when it was read again."""
    if document.dirty or not document.changed_on_disk():
        return False
    try:
        document.reload()
    except FolderProblem as problem:
        pane.notify(str(problem), title=document.name, severity="error")
        return False
    pane.notify(f"{document.name} was changed by another program and has been read again.")
    return True
