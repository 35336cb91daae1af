"""Conflicts: another program changed a file with unsaved changes. The user chooses theirs, mine, or both by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from dots_tui.app.port import FlowNote, Selection
from dots_tui.custom_files.findings import ERROR, WARNING
from dots_tui.custom_files.folder import FolderProblem, is_env_file
from dots_tui.custom_files.merge import Conflict, Merge, merge_env, spoken

if TYPE_CHECKING:
    from dots_tui.app.port import Dialogue
    from dots_tui.custom_files.documents import Document

_THEIRS, _MINE, _MERGE = "theirs", "mine", "merge"
_MOST_KEYS = 4


class Decision(Enum):
    """The outcome of a conflict."""

    MINE = "the unsaved content is unchanged"
    OTHER = "the content of the other program, or a merge"


@dataclass(frozen=True)
class Sides:
    """The two versions of the file `name`, and their common base."""

    name: str
    base: bytes
    mine: bytes
    theirs: bytes


async def settle_change(dialogue: Dialogue, document: Document) -> Decision | None:
    """Ask how to handle a change on disk, and apply the decision, unsaved. Return None if nothing was decided."""
    while True:
        sides = _sides(dialogue, document)
        if sides is None:
            return None
        data = await _content(dialogue, sides)
        if data is None:
            return None
        try:
            document.rebase()
        except FolderProblem as problem:
            dialogue.tell(FlowNote(str(problem), "Not read", ERROR))
            return None
        if document.saved == sides.theirs:
            break
        document.saved = sides.base  # the file has changed again while the question was open
    document.edit(data, step=True)
    if data == sides.theirs:
        dialogue.tell(FlowNote(f"{document.name} is as the other program wrote it. Undo restores your changes."))
    return Decision.MINE if data == sides.mine else Decision.OTHER


def _sides(dialogue: Dialogue, document: Document) -> Sides | None:
    try:
        theirs = document.files.read(document.name)
    except FolderProblem as problem:
        dialogue.tell(FlowNote(f"{problem} Your unsaved changes are still here.", severity=WARNING))
        return None
    return Sides(document.name, document.saved, document.data, theirs)


async def _content(dialogue: Dialogue, sides: Sides) -> bytes | None:
    if sides.theirs == sides.mine:
        return sides.theirs
    body = f"{sides.name} was changed by another program while you have unsaved changes."
    return await choose_side(dialogue, sides, body)


async def choose_side(dialogue: Dialogue, sides: Sides, body: str) -> bytes | None:
    """Ask for one of the versions or a merge; keys that both changed are asked one by one. None if canceled."""
    merge = merge_env(sides.base, sides.mine, sides.theirs) if is_env_file(sides.name) else None
    options = [(_THEIRS, "Theirs: the file as it is now"), (_MINE, "Mine: my changes, without theirs")]
    if merge is not None and (merge.taken or merge.conflicts):
        what = f"with my {_list(merge.taken)}" if merge.taken else "asking about each key"
        options.insert(0, (_MERGE, f"Merge: the file as it is now, {what}"))
    if merge is not None and merge.conflicts:
        keys = _list([one.key for one in merge.conflicts])
        body += f"\n\nBoth versions change {keys}; a merge asks about each."
    choice = await dialogue.ask(Selection(f"Two versions of {sides.name}", options, body))
    if choice == _MERGE and merge is not None:
        return await _merge(dialogue, sides, merge)
    return {_THEIRS: sides.theirs, _MINE: sides.mine}.get(choice or "")


async def _merge(dialogue: Dialogue, sides: Sides, merge: Merge) -> bytes | None:
    """Ask about the conflicts one by one, and report the merge. Return None if canceled."""
    for conflict in merge.conflicts:
        choice = await dialogue.ask(_question(conflict))
        if choice is None:
            return None
        if choice == _MINE:
            merge = merge.take_mine(conflict)
    yours = f"your {_list(merge.taken)}; the rest" if merge.taken else "everything"
    text = f"Merged {sides.name}: {yours} is as in the file. Undo takes it back."
    if merge.notes_left:
        text += " Your changes to comments, blank lines or the order are not in it."
    dialogue.tell(FlowNote(text))
    return merge.data


def _question(conflict: Conflict) -> Selection:
    options = [(_MINE, f"Mine: {spoken(conflict.mine)}"), (_THEIRS, f"Theirs: {spoken(conflict.theirs)}")]
    return Selection(conflict.key, options, "Both versions change this key.")


def _list(keys: Sequence[str]) -> str:
    shown = ", ".join(keys[:_MOST_KEYS])
    more = len(keys) - _MOST_KEYS
    return f"{shown} and {more} more" if more > 0 else shown
