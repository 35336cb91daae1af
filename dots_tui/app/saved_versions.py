"""Saving a custom file, and its earlier versions in the state folder."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dots_tui.custom_files.history import Version, VersionHistory

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.documents import Document


def write_document(workspace: Workspace, document: Document, *, force: bool = False) -> str:
    """Save `document` and keep the previous version. Return why that version could not be kept, or "".

    Raise FolderProblem, and ChangedOnDisk unless `force`, as `Document.save` does.
    """
    before = document.saved
    document.save(force=force)
    return keep_version(workspace, document, before) if before != document.saved else ""


def keep_version(workspace: Workspace, document: Document, data: bytes) -> str:
    """Keep `data` as an earlier version of `document`. Return the reason for a failure, or ""."""
    try:
        history_of(workspace).keep(document.files.root, document.name, data)
    except OSError as error:
        return f"The previous version could not be kept: {error.strerror or error}."
    return ""


def history_of(workspace: Workspace) -> VersionHistory:
    """Return the earlier versions of the files, in the state folder."""
    return VersionHistory(workspace.folders.state / "history")


def label_of(version: Version) -> str:
    """Return the time when a version was saved, in readable form."""
    return time.strftime("%d %b %Y %H:%M:%S", time.localtime(version.made))
