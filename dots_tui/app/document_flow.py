"""Save, reload, restore and follow a custom file on disk: flows with the questions that this takes.

Each flow returns True if the document changed or was saved, so that what shows it must be refreshed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.app.conflict_flow import Decision, settle_change
from dots_tui.app.port import Confirmation, DiffPreview, FlowNote, Selection
from dots_tui.app.saved_versions import history_of, label_of, write_document
from dots_tui.custom_files.diff import changed_lines, diff_lines
from dots_tui.custom_files.documents import ChangedOnDisk
from dots_tui.custom_files.findings import ERROR, WARNING
from dots_tui.custom_files.folder import FolderProblem

if TYPE_CHECKING:
    from dots_tui.app.port import Dialogue
    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.documents import Document
    from dots_tui.custom_files.history import Version


async def save(dialogue: Dialogue, workspace: Workspace, document: Document, *, force: bool = False) -> bool:
    """Save `document`; ask if another program has changed the file in the meantime."""
    try:
        problem = write_document(workspace, document, force=force)
    except ChangedOnDisk as changed:
        return await _save_over(dialogue, workspace, document, changed)
    except FolderProblem as failed:
        dialogue.tell(FlowNote(str(failed), "Not saved", ERROR))
        return False
    dialogue.tell(FlowNote(f"{document.name} saved. {problem}".strip(), severity=WARNING if problem else None))
    return True


async def _save_over(dialogue: Dialogue, workspace: Workspace, document: Document, changed: ChangedOnDisk) -> bool:
    if document.files.path(document.name).is_file():
        decision = await settle_change(dialogue, document)
        mine = decision is Decision.MINE
    else:
        decision = None
        question = Confirmation("Write the file again?", str(changed), yes="Save mine", danger=True)
        mine = await dialogue.ask(question)
    if mine:
        return await save(dialogue, workspace, document, force=True)
    return decision is not None


async def reload(dialogue: Dialogue, document: Document) -> bool:
    """Read `document` from disk; ask if there are unsaved changes."""
    if document.dirty:
        body = f"The unsaved changes in {document.name} are dropped. Undo restores them."
        question = Confirmation("Reload the file?", body, yes="Reload", no="Keep mine", danger=True)
        if not await dialogue.ask(question):
            return False
    return _read(dialogue, document)


def _read(dialogue: Dialogue, document: Document) -> bool:
    try:
        document.reload()
    except FolderProblem as problem:
        dialogue.tell(FlowNote(str(problem), "Not read", ERROR))
        return False
    return True


async def follow_disk(dialogue: Dialogue, document: Document, *, may_ask: bool) -> bool:
    """Read `document` if another program has changed the file; ask if there are unsaved changes.

    Without `may_ask` the question waits for a later call.
    """
    if document.dirty:
        return may_ask and document.news_on_disk() and await settle_change(dialogue, document) is not None
    if not document.news_on_disk() or not _read(dialogue, document):
        return False
    dialogue.tell(FlowNote(f"{document.name} was changed by another program and has been reloaded."))
    return True


async def show_changes(dialogue: Dialogue, document: Document) -> None:
    """Show what saving `document` would change on disk."""
    lines = diff_lines(document.saved, document.data)
    if lines:
        await dialogue.ask(DiffPreview(f"{document.name}: saved → edited, {changed_lines(lines)}", lines))
    else:
        dialogue.tell(FlowNote(f"{document.name} has no unsaved changes."))


async def restore_version(dialogue: Dialogue, workspace: Workspace, document: Document) -> bool:
    """Choose an earlier version of `document`, show its differences, and restore it as an unsaved change."""
    versions = history_of(workspace).versions(document.files.root, document.name)
    if not versions:
        dialogue.tell(FlowNote(f"{document.name} has no earlier version yet. Each save keeps the previous one."))
        return False
    options = [(str(index), label_of(version)) for index, version in enumerate(versions)]
    index = await dialogue.ask(Selection(f"Earlier versions of {document.name}", options))
    return index is not None and await _restore(dialogue, document, versions[int(index)])


async def _restore(dialogue: Dialogue, document: Document, version: Version) -> bool:
    try:
        data = version.read()
    except OSError as error:
        dialogue.tell(FlowNote(f"That version cannot be read: {error.strerror or error}.", severity=ERROR))
        return False
    lines = diff_lines(document.data, data)
    if not lines:
        dialogue.tell(FlowNote(f"{document.name} is identical to that version."))
        return False
    title = f"{document.name} → {label_of(version)}, {changed_lines(lines)}"
    if not await dialogue.ask(DiffPreview(title, lines, yes="restores this version")):
        return False
    document.edit(data, step=True)
    dialogue.tell(FlowNote(f"The earlier version of {document.name} is restored, unsaved. Undo takes it back."))
    return True
