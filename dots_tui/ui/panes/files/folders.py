"""Commands to open a custom-files folder and to create one."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

from dots_tui.custom_files.defaults import create_defaults
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.widgets.dialogs import Confirm, Prompt


def ask_for_folder(pane: Pane, opened: Callable[[], None]) -> None:
    """Ask for a folder and open it; ask about unsaved work first."""
    workspace = pane.workspace

    def answered(path: str | None) -> None:
        if path:
            open_folder(pane, Path(path).expanduser(), opened)

    def ask(yes: bool | None) -> None:
        if yes:
            at = str(workspace.files.root if workspace.files else workspace.start or Path.cwd())
            pane.app.push_screen(Prompt("Open a folder", "Path of a custom-files folder", at, None), answered)

    unsaved = workspace.unsaved()
    if unsaved:
        body = f"{', '.join(unsaved)} would lose unsaved changes."
        pane.app.push_screen(
            Confirm("Open another folder?", body, yes="Open and lose them", no="Stay", danger=True), ask
        )
    else:
        ask(True)


def open_folder(pane: Pane, path: Path, opened: Callable[[], None]) -> None:
    """Open `path`, remember it, and call `opened`; report a folder that cannot be opened."""
    try:
        pane.workspace.open_folder(path)
    except FolderProblem as problem:
        pane.notify(str(problem), title="Not opened", severity="error", timeout=10)
        return
    pane.workspace.start = path
    pane.workspace.settings_file.update(folder=str(path.resolve()))
    opened()


def folder_to_create(start: Path) -> Path:
    """Return where to create the default custom files if `start` has none."""
    return start if start.name == "custom-files" else start / "custom-files"


def create_defaults_here(pane: Pane, opened: Callable[[], None]) -> None:
    """Create the default custom files in the start folder and open them."""
    target = folder_to_create(pane.workspace.start or Path.cwd())
    try:
        create_defaults(target)
    except (FolderProblem, OSError) as problem:
        pane.notify(str(problem), title="Not created", severity="error", timeout=10)
        return
    open_folder(pane, target, opened)
