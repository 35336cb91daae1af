"""Choose the version of a reward function to compare the draft with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dots_tui.app.port import FlowNote, Selection
from dots_tui.app.saved_versions import history_of, label_of
from dots_tui.app.wind_tunnel import OtherVersion
from dots_tui.problems import ERROR

if TYPE_CHECKING:
    from dots_tui.app.port import Dialogue
    from dots_tui.app.workspace import Workspace
    from dots_tui.custom_files.documents import Document

_NOTHING, _DISK = "nothing", "disk"


class ComparisonChoice(NamedTuple):
    """The version to compare with; None ends the comparison."""

    version: OtherVersion | None


async def choose_other(
    dialogue: Dialogue, workspace: Workspace, document: Document, *, comparing: bool
) -> ComparisonChoice | None:
    """Ask for the version to compare `document` with. Return None if the user chose none."""
    versions = history_of(workspace).versions(document.files.root, document.name)
    options = [(_NOTHING, "nothing: this version alone")] if comparing else []
    if document.dirty:
        options.append((_DISK, "the file on the disk"))
    options += [(str(index), f"saved before {label_of(version)}") for index, version in enumerate(versions)]
    if not options:
        text = "There is no other version yet: the file has no unsaved changes, and each save keeps the version before."
        dialogue.tell(FlowNote(text))
        return None
    chosen = await dialogue.ask(Selection("Compare the text in the editor with", options))
    if chosen is None:
        return None
    if chosen == _NOTHING:
        return ComparisonChoice(None)
    if chosen == _DISK:
        return ComparisonChoice(OtherVersion("the file on the disk", document.saved))
    version = versions[int(chosen)]
    try:
        return ComparisonChoice(OtherVersion(f"the version before {label_of(version)}", version.read()))
    except OSError as error:
        dialogue.tell(FlowNote(f"That version cannot be read: {error.strerror or error}.", severity=ERROR))
        return None
