"""The track a reward function is rehearsed on: that of DR_WORLD_NAME, in its own shape where that is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dots_tui.custom_files.facts import Facts
from dots_tui.settings import tracks_of
from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.catalogue import TRACKS, suggest

if TYPE_CHECKING:
    from dots_tui.tracks.geometry import Track
    from dots_tui.tracks.sources import TrackStore
    from dots_tui.workspace import Workspace

_NO_NAME = "reinvent_base"
"""DRFC's own DR_WORLD_NAME where a folder has none."""


class Ground(NamedTuple):
    """A track to drive on."""

    track: Track
    remark: str
    """What was assumed, in words; "" when nothing was."""
    wanted: str
    """The track whose own shape could be fetched; "" when there is none to fetch."""


def store_of(workspace: Workspace) -> TrackStore:
    """Where the shapes are."""
    return tracks_of(workspace.folders, workspace.settings)


def ground_of(workspace: Workspace) -> Ground:
    """The track of the files as they are on the screen."""
    name = Facts(workspace.sources()).value("DR_WORLD_NAME") or _NO_NAME
    if workspace.before_aws is not None:  # the cars of the embedded cloud drive formula-made tracks
        return Ground(track_for(name), "", "")
    store = store_of(workspace)
    known = store.known(name)
    if known is not None:
        return Ground(known, "", "")
    if name in TRACKS:
        remark = "A made-up shape of its size: f fetches its own."
        return Ground(track_for(name), " ".join(filter(None, (store.problem(name), remark))), name)
    if name in builtin_tracks():
        return Ground(track_for(name), store.problem(name), "")
    near = suggest(name)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    return Ground(track_for(name), f"No track is called {name}: this is a made-up one of common size.{meant}", "")
