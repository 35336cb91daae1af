"""Saving and reloading with the required questions. Both editors use it."""

from __future__ import annotations

from typing import Callable

from dots_tui.app.milestones import Milestone
from dots_tui.app.workspace import Workspace
from dots_tui.custom_files.documents import ChangedOnDisk, Document
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.widgets.dialogs import Confirm


def write_document(workspace: Workspace, document: Document, *, force: bool = False) -> str:
    """Save `document` and keep the previous version. Return why that version could not be kept, or "".

    Raise FolderProblem, and ChangedOnDisk unless `force`, as `Document.save` does.
    """
    before = document.saved
    document.save(force=force)
    if before == document.saved:
        return ""
    from dots_tui.ui.panes.versions import keep_version

    return keep_version(workspace, document, before)


def save_document(pane: Pane, document: Document, saved: Callable[[], None], *, force: bool = False) -> None:
    """Save `document` and call `saved`; ask if another program has changed the file in the meantime."""
    try:
        problem = write_document(pane.workspace, document, force=force)
    except ChangedOnDisk as changed:
        _ask_before_saving(pane, document, saved, changed)
        return
    except FolderProblem as failed:
        pane.notify(str(failed), title="Not saved", severity="error", timeout=10)
        return
    pane.workspace.milestones.add(Milestone.SAVED)
    pane.notify(f"{document.name} saved. {problem}".strip(), severity="warning" if problem else "information")
    saved()


def _ask_before_saving(pane: Pane, document: Document, saved: Callable[[], None], changed: ChangedOnDisk) -> None:
    def save_mine(yes: bool | None = True) -> None:
        if yes:
            save_document(pane, document, saved, force=True)

    if document.files.path(document.name).is_file():
        from dots_tui.ui.panes.whose import ask_whose

        ask_whose(pane, document, saved, save_mine)
    else:
        pane.app.push_screen(Confirm("Write the file again?", str(changed), yes="Save mine", danger=True), save_mine)


def reload_document(pane: Pane, document: Document, reloaded: Callable[[], None]) -> None:
    """Reload `document` from disk and call `reloaded`; ask if there are unsaved changes."""

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
        body = f"The unsaved changes in {document.name} are dropped; undo brings them back."
        pane.app.push_screen(
            Confirm("Read the file again?", body, yes="Read again", no="Keep mine", danger=True), answered
        )
    else:
        answered(True)


def look_at_disk(pane: Pane, document: Document, decided: Callable[[], None]) -> bool:
    """Load a change by another program; ask if there are unsaved changes. Return True if it was reloaded.

    `decided` is called after the user has answered.
    """
    if document.dirty:
        # A question on top of another could be answered by mistake: it waits for the next check.
        if len(pane.app.screen_stack) == 1 and document.news_on_disk():
            from dots_tui.ui.panes.whose import ask_whose

            ask_whose(pane, document, decided)
        return False
    if not document.news_on_disk():
        return False
    try:
        document.reload()
    except FolderProblem as problem:
        pane.notify(str(problem), title=document.name, severity="error")
        return False
    pane.notify(f"{document.name} was changed by another program and has been read again.")
    return True
