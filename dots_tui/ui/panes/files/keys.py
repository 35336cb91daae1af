"""Other actions on a key of the form, and the files that additional workers need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.custom_files.env_edits import put_state, state
from dots_tui.custom_files.facts import FileFacts
from dots_tui.custom_files.folder import FolderProblem, house_order, parse_env
from dots_tui.custom_files.worker_files import missing_workers, new_worker_file
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.panes.files.form import without
from dots_tui.ui.widgets.dialogs import Confirm

if TYPE_CHECKING:
    from typing import Callable

    from dots_tui.ui.panes.files.view import FileView

_MOST_NAMES = 6


def comment_key(pane: Pane, view: FileView) -> None:
    """Comment out the key under the cursor, or restore it."""
    document, key = view.document, view.form.key
    if document is None or not key:
        return
    env = parse_env(document.name, document.data)
    now = state(env, key)
    if now is None:
        pane.notify(f"{key} is not in {document.name}: its default holds. Enter gives it a value.")
    else:
        view.change((env.uncomment(key) if now == "#" else put_state(env, key, "#")).data)


def remove_key(pane: Pane, view: FileView) -> None:
    """Remove the key under the cursor from the file after a confirmation."""
    document, key = view.document, view.form.key
    if document is None or not key:
        return
    if without(document.name, document.data, key) == document.data:
        pane.notify(f"{key} is not in {document.name}.")
        return

    def answered(yes: bool | None) -> None:
        if yes and view.document is document and not view.no_form_because:
            view.change(without(document.name, document.data, key))

    lines = [entry.line for entry in parse_env(document.name, document.data).entries if entry.key == key]
    where = f"Line {lines[0]} of " if len(lines) == 1 else f"Lines {', '.join(map(str, lines))} of " if lines else ""
    body = f"{where}{document.name}. What the form shows without it holds then; undo brings it back."
    pane.app.push_screen(Confirm(f"Remove {key}?", body, yes="Remove"), answered)


def create_worker_files(pane: Pane, created: Callable[[str], None]) -> None:
    """Write the missing files of additional workers after a confirmation; call `created` with the first name.

    They are written at once, like the default files: a missing file has nothing to lose, and the
    launch uses the files on disk.
    """
    workspace = pane.workspace
    if workspace.files is None:
        return
    files = workspace.files
    facts = FileFacts(workspace.sources(), workspace.unreadable)
    names = {f"worker-{number}.env": new_worker_file(facts, number) for number in missing_workers(facts)}

    def answered(yes: bool | None) -> None:
        if not yes:
            return
        try:
            for name, data in names.items():
                if not files.path(name).exists() and not files.path(name).is_symlink():
                    files.write(name, data)
        except FolderProblem as problem:
            pane.notify(str(problem), title="Not created", severity="error", timeout=10)
        workspace.reload_names()
        workspace.documents = {name: workspace.documents[name] for name in sorted(workspace.documents, key=house_order)}
        there = [name for name in names if name in workspace.documents]
        if there:
            pane.notify(f"{_listed(there)} written: the settings of run.env, to be changed for the worker.")
            created(there[0])

    body = f"{_listed(list(names))} in {files.root}, with the settings of run.env that a worker can have for itself."
    pane.app.push_screen(Confirm("Create the workers' files?", body, yes="Create"), answered)


def _listed(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _MOST_NAMES else f"{names[0]} to {names[-1]}"
