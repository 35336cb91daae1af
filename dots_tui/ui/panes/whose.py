"""Conflicts: another program changed a file with unsaved changes. The user chooses theirs, mine, or both by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Optional

from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.folder import FolderProblem
from dots_tui.custom_files.merge import Conflict, Merge, merge_env, spoken
from dots_tui.ui.panes.base import Pane
from dots_tui.ui.widgets.dialogs import Choose

_THEIRS, _MINE, _MERGE = "theirs", "mine", "merge"
_MOST_KEYS = 4

Decided = Callable[[Optional[bytes]], None]
"""Callback with the chosen content, or None if nothing was chosen."""


@dataclass(frozen=True)
class Sides:
    """The two versions of the file `name`, and their common base."""

    name: str
    base: bytes
    mine: bytes
    theirs: bytes


def ask_which(pane: Pane, sides: Sides, body: str, decided: Decided) -> None:
    """Ask for one of the versions or a merge; keys that both changed are asked one by one."""
    merge = merge_env(sides.base, sides.mine, sides.theirs) if sides.name.endswith(".env") else None
    options = [(_THEIRS, "Theirs: the file as it is now"), (_MINE, "Mine: my changes, without the other's")]
    if merge is not None and (merge.taken or merge.conflicts):
        what = f"with my {_list(merge.taken)}" if merge.taken else "asking key by key"
        options.insert(0, (_MERGE, f"Merge: the file as it is now, {what}"))
    if merge is not None and merge.conflicts:
        body += f"\n\nBoth changed {_list([one.key for one in merge.conflicts])}; a merge asks about each."

    def answered(choice: str | None) -> None:
        if choice == _MERGE and merge is not None:
            _settle(pane, merge, lambda result: decided(_merged(pane, sides, result)))
        else:
            decided({_THEIRS: sides.theirs, _MINE: sides.mine}.get(choice or ""))

    pane.app.push_screen(Choose(f"Two versions of {sides.name}", options, body=body), answered)


def ask_whose(pane: Pane, document: Document, done: Callable[[], None], mine: Callable[[], None] | None = None) -> None:
    """Ask how to handle the change on the disk, and call `done` with the decision applied.

    `mine` is called instead if the user keeps the unsaved changes. The result remains unsaved.
    """
    try:
        theirs = document.files.read(document.name)
    except FolderProblem as problem:
        pane.notify(f"{problem} Your unsaved changes are still here.", severity="warning", timeout=10)
        return
    sides = Sides(document.name, document.saved, document.data, theirs)

    def decided(data: bytes | None) -> None:
        if data is None:
            return
        try:
            document.rebase()
        except FolderProblem as problem:
            pane.notify(str(problem), title="Not read", severity="error", timeout=10)
            return
        if document.saved != theirs:  # it has changed again while the question was open
            document.saved = sides.base
            ask_whose(pane, document, done, mine)
            return
        document.edit(data, step=True)
        if data == theirs:
            pane.notify(f"{document.name} is as the other program wrote it. Undo brings your changes back.")
        (mine if mine is not None and data == sides.mine else done)()

    if theirs == document.data:
        decided(theirs)
        return
    body = f"{document.name} was changed by another program while you have unsaved changes."
    ask_which(pane, sides, body, decided)


def _settle(pane: Pane, merge: Merge, settled: Callable[[Merge | None], None]) -> None:
    """Ask about the conflicts one by one; escape cancels the merge."""
    if not merge.conflicts:
        settled(merge)
        return
    conflict, *others = merge.conflicts

    def answered(choice: str | None) -> None:
        if choice is None:
            settled(None)
        elif choice == _MINE:
            _settle(pane, merge.take_mine(conflict), settled)
        else:
            _settle(pane, Merge(merge.data, merge.taken, tuple(others), merge.notes_left), settled)

    pane.app.push_screen(_question(conflict), answered)


def _question(conflict: Conflict) -> Choose:
    options = [(_MINE, f"Mine: {spoken(conflict.mine)}"), (_THEIRS, f"Theirs: {spoken(conflict.theirs)}")]
    return Choose(conflict.key, options, body="Both changed this key.")


def _merged(pane: Pane, sides: Sides, merge: Merge | None) -> bytes | None:
    """Report the merge and return its content, or None if the merge was cancelled."""
    if merge is None:
        return None
    yours = f"your {_list(merge.taken)}; the rest" if merge.taken else "all"
    text = f"Merged {sides.name}: {yours} is as the file has it. Undo takes it back."
    if merge.notes_left:
        text += " Your changes to comments, blank lines or the order are not in it."
    pane.notify(text, timeout=10)
    return merge.data


def _list(keys: Sequence[str]) -> str:
    shown = ", ".join(keys[:_MOST_KEYS])
    more = len(keys) - _MOST_KEYS
    return f"{shown} and {more} more" if more > 0 else shown
