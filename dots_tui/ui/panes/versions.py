"""Differences from the disk, and earlier saved versions of a file: view and restore them."""

from __future__ import annotations

import time
from typing import Callable

from dots_tui.app.workspace import Workspace
from dots_tui.custom_files.diff import changed_lines, diff_lines
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.history import Version, VersionHistory
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.diff_screen import DiffScreen
from dots_tui.ui.widgets.dialogs import Choose


def history_of(workspace: Workspace) -> VersionHistory:
    """Return the earlier versions of the files, in the state folder."""
    return VersionHistory(workspace.folders.state / "history")


def keep_version(workspace: Workspace, document: Document, data: bytes) -> str:
    """Keep `data` as an earlier version of `document`. Return the reason for a failure, or ""."""
    try:
        history_of(workspace).keep(document.files.root, document.name, data)
    except OSError as error:
        return f"The version before could not be kept: {error.strerror or error}."
    return ""


def show_diff(pane: Pane, document: Document) -> None:
    """Show the effect of saving `document` on the disk."""
    lines = diff_lines(document.saved, document.data)
    if lines:
        pane.app.push_screen(DiffScreen(f"{document.name}: saved → edited, {changed_lines(lines)}", lines))
    else:
        pane.notify(f"{document.name} has no unsaved changes.")


def choose_version(pane: Pane, document: Document, restored: Callable[[], None]) -> None:
    """Choose an earlier version of `document`, show its changes, and restore it unsaved."""
    versions = history_of(pane.workspace).versions(document.files.root, document.name)
    if not versions:
        pane.notify(f"There is no earlier version of {document.name} yet: each save keeps the one before.")
        return

    def chosen(index: str | None) -> None:
        if index is not None:
            _look_at(pane, document, versions[int(index)], restored)

    options = [(str(index), label_of(version)) for index, version in enumerate(versions)]
    pane.app.push_screen(Choose(f"Earlier versions of {document.name}", options), chosen)


def _look_at(pane: Pane, document: Document, version: Version, restored: Callable[[], None]) -> None:
    try:
        data = version.read()
    except OSError as error:
        pane.notify(f"That version cannot be read: {error.strerror or error}.", severity="error")
        return
    lines = diff_lines(document.data, data)
    if not lines:
        pane.notify(f"{document.name} is just like that version.")
        return

    def answered(yes: bool | None) -> None:
        if yes:
            document.edit(data, step=True)
            pane.notify(f"{document.name} is as it was, unsaved. Undo takes that back.")
            restored()

    title = f"{document.name} → {label_of(version)}, {changed_lines(lines)}"
    pane.app.push_screen(DiffScreen(title, lines, yes="brings this version back"), answered)


def label_of(version: Version) -> str:
    """Return the time when a version was saved, in readable form."""
    return time.strftime("%d %b %Y %H:%M:%S", time.localtime(version.made))
