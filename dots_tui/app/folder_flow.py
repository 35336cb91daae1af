"""Open a custom-files folder, and create the files that are missing in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dots_tui.app.port import Confirmation, FlowNote, TextEntry
from dots_tui.custom_files.defaults import create_defaults, default_files
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.findings import ERROR
from dots_tui.custom_files.folder import FolderProblem, house_order
from dots_tui.custom_files.worker_files import missing_workers, new_worker_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dots_tui.app.port import Dialogue
    from dots_tui.app.workspace import Workspace

_MOST_NAMES = 6


async def ask_for_folder(dialogue: Dialogue, workspace: Workspace) -> bool:
    """Ask for a folder and open it; ask about unsaved changes first. Return True if it was opened."""
    unsaved = workspace.unsaved()
    if unsaved:
        body = f"{', '.join(unsaved)} would lose unsaved changes."
        yes, no = "Open and lose them", "Stay"
        if not await dialogue.ask(Confirmation("Open another folder?", body, yes=yes, no=no, danger=True)):
            return False
    at = str(workspace.files.root if workspace.files else workspace.start or Path.cwd())
    path = await dialogue.ask(TextEntry("Open a folder", "Path of a custom-files folder", at, lambda _: ""))
    return bool(path) and open_folder(dialogue, workspace, Path(path or ""))


def open_folder(dialogue: Dialogue, workspace: Workspace, path: Path) -> bool:
    """Open `path` and remember it. Return False, and report why, if that is impossible."""
    path = path.expanduser()
    try:
        workspace.open_folder(path)
    except FolderProblem as problem:
        dialogue.tell(FlowNote(str(problem), "Not opened", ERROR))
        return False
    workspace.start = path
    workspace.settings_file.update(folder=str(path.resolve()))
    return True


def folder_to_create(start: Path) -> Path:
    """Return where to create the default custom files if `start` has none."""
    return start if start.name == "custom-files" else start / "custom-files"


def create_folder(dialogue: Dialogue, workspace: Workspace) -> bool:
    """Create the default custom files in the start folder and open them. Return False if that failed."""
    target = folder_to_create(workspace.start or Path.cwd())
    try:
        create_defaults(target)
    except (FolderProblem, OSError) as problem:
        dialogue.tell(FlowNote(str(problem), "Not created", ERROR))
        return False
    return open_folder(dialogue, workspace, target)


async def create_default(dialogue: Dialogue, workspace: Workspace, name: str) -> str:
    """Create the default file `name` after a confirmation. Return its name if it exists then, else ""."""
    assert workspace.files is not None
    body = f"The default {name} in {workspace.files.root}. An existing file is not changed."
    if not await dialogue.ask(Confirmation(f"Create the default {name}?", body, yes="Create")):
        return ""
    _write_new(dialogue, workspace, {name: default_files()[name]})
    return name if name in workspace.documents else ""


async def create_workers(dialogue: Dialogue, workspace: Workspace) -> str:
    """Create the missing files of additional workers after a confirmation. Return the first name, or "".

    They are written at once, like the default files: a missing file has nothing to lose, and the launch uses the
    files on disk.
    """
    assert workspace.files is not None
    facts = FileFacts(workspace.sources(), workspace.unreadable)
    new = {f"worker-{number}.env": new_worker_file(facts, number) for number in missing_workers(facts)}
    where = workspace.files.root
    body = f"{_listed(list(new))} in {where}, with the settings of run.env that a worker can have for itself."
    if not await dialogue.ask(Confirmation("Create the worker files?", body, yes="Create")):
        return ""
    _write_new(dialogue, workspace, new)
    there = [name for name in new if name in workspace.documents]
    if there:
        dialogue.tell(FlowNote(f"Created {_listed(there)} with the settings of run.env. Change them for the worker."))
    return there[0] if there else ""


def _write_new(dialogue: Dialogue, workspace: Workspace, new: Mapping[str, bytes]) -> None:
    """Write files that do not exist, load them, and report a failure."""
    files = workspace.files
    assert files is not None
    try:
        for name, data in new.items():
            if not files.path(name).exists() and not files.path(name).is_symlink():
                files.write(name, data)
    except FolderProblem as problem:
        dialogue.tell(FlowNote(str(problem), "Not created", ERROR))
    workspace.reload_names()
    workspace.documents = {name: workspace.documents[name] for name in sorted(workspace.documents, key=house_order)}


def _listed(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _MOST_NAMES else f"{names[0]} to {names[-1]}"
