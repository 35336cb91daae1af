"""Fixes of the launch board: other choices for the launch, or another value in run.env."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dots_tui.app import launch_flow
from dots_tui.app.saved_versions import write_document
from dots_tui.custom_files.env_edits import put
from dots_tui.custom_files.env_file import EnvFile
from dots_tui.custom_files.folder import RUN_ENV, FolderProblem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from dots_tui.app.workspace import Workspace
    from dots_tui.aws.checks.result import CheckRemedy
    from dots_tui.aws.launch_plan import LaunchChoices


def fixed_choices(choices: LaunchChoices, remedy: CheckRemedy, taken: Collection[str]) -> LaunchChoices | None:
    """Return the choices after a remedy; None if it does not change them. `taken` are the names of the stacks."""
    if remedy.kind == "ttl":
        return replace(choices, ttl_minutes=int(remedy.value))
    if remedy.kind == "name":
        return replace(choices, name=launch_flow.suggest_name(choices.name, {choices.name, *taken}))
    if remedy.kind == "image":
        return replace(choices, image=remedy.value)
    if remedy.kind == "even-so":
        return replace(choices, even_so=True)
    return None


def save_setting(workspace: Workspace, key: str, value: str) -> str:
    """Write a value into run.env as one step that undo reverts. Return why that is not possible, "" if it is done."""
    document = workspace.documents.get(RUN_ENV)
    if document is None:
        return f"{RUN_ENV} is not open."
    if document.dirty:
        return f"{RUN_ENV} has unsaved changes: save it first, then this can be fixed here."
    document.edit(put(EnvFile.parse(document.data), key, value).data, step=True)
    try:
        write_document(workspace, document)
    except FolderProblem as problem:
        document.undo()
        return str(problem)
    return ""


def save_files(workspace: Workspace, names: Sequence[str]) -> str:
    """Save these files. Return why one cannot be saved, "" if all are."""
    try:
        for name in names:
            write_document(workspace, workspace.documents[name])
    except FolderProblem as problem:
        return str(problem)
    return ""
