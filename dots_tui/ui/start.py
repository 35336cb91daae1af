"""The start of the app from the command line."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Callable

# Garbage collection finds nothing during imports and widget construction; the app turns it on
# again.
gc.disable()

from dots_tui.app.workspace import Workspace  # noqa: E402
from dots_tui.aws import read_only  # noqa: E402
from dots_tui.config.settings import Folders, SettingsFile  # noqa: E402
from dots_tui.custom_files.folder import FolderProblem, find_folder  # noqa: E402
from dots_tui.ui.shell import DotsApp  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence


def make_workspace(folder: str | None = None) -> Workspace:
    """Return a workspace on `folder`, or on the folder found from here, or on the last opened folder."""
    folders = Folders.of_user()
    workspace = Workspace(folders, SettingsFile.load(folders))
    if workspace.settings.read_only:
        read_only.switch_on()
    last = workspace.settings.folder
    candidates = [Path(folder)] if folder else [find_folder(Path.cwd()), *([Path(last)] if last else [])]
    for candidate in candidates:
        workspace.start = workspace.start or candidate
        try:
            workspace.open_folder(candidate)
        except FolderProblem as problem:
            workspace.problem = workspace.problem or str(problem)
        else:
            workspace.start = candidate
            break
    return workspace


def run_app(folder: str | None = None) -> int:
    """Run the app on `folder` until it ends. Return the exit code."""
    return run_workspace(make_workspace(folder))


def run_recorded(logs: Sequence[str], *, play: bool = False) -> int:
    """Run the app with the run of recorded `logs` in the Training pane, playing at once with `play`.

    Return the exit code.
    """
    workspace = make_workspace()
    workspace.watch_logs(logs, plays=play)
    return run_workspace(workspace)


def run_workspace(workspace: Workspace, guide: Callable[[DotsApp], str] | None = None) -> int:
    """Run the app on `workspace` until it ends. `guide` returns the demo's line of guidance."""
    app = DotsApp(workspace, guide)
    result = app.run()
    if app.left is not None:
        app.left()
    return result if result is not None else app.return_code or 0
