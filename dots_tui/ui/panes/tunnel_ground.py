"""The track for rehearsals in the Reward pane: that of DR_WORLD_NAME."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.custom_files.facts import FileFacts
from dots_tui.tracks.ground import Ground, ground_for

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace
    from dots_tui.tracks.sources import TrackStore


def store_of(workspace: Workspace) -> TrackStore | None:
    """Return the store of shapes; None on the embedded cloud, whose cars drive formula-made tracks."""
    return workspace.track_store()


def ground_of(workspace: Workspace) -> Ground:
    """Return the track of the files in their current, perhaps unsaved, state."""
    name = FileFacts(workspace.sources()).value("DR_WORLD_NAME") or ""
    return ground_for(name, store_of(workspace), "f fetches its own.")
