"""The track a reward function is rehearsed on: its own shape where that is at hand, else a made-up one of its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.catalogue import TRACKS, suggest

if TYPE_CHECKING:
    from dots_tui.tracks.geometry import Track
    from dots_tui.tracks.sources import TrackStore

USUAL = "reinvent_base"
"""DRFC's own DR_WORLD_NAME where a folder has none."""


class Ground(NamedTuple):
    """A track to drive on."""

    track: Track
    remark: str = ""
    """What was assumed and what is wrong with a file of it, in words; "" when there is nothing to say."""
    wanted: str = ""
    """The track whose own shape could be fetched; "" when there is none to fetch."""
    unknown: str = ""
    """That there is no track of this name, and which may be meant; "" when there is one."""


def ground_for(name: str, store: TrackStore | None, advice: str = "") -> Ground:
    """The ground for the DR_WORLD_NAME *name* ("": none is set). *advice* says how its own shape can be had.

    Without a *store* all shapes are made up and nothing is missing: so do the cars of the embedded cloud drive.
    """
    name = name or USUAL
    if store is None:
        return Ground(track_for(name))
    shape = store.known(name)
    if shape is not None:
        return Ground(shape)
    problem = store.problem(name)
    if name in TRACKS:
        made_up = f"The shape of {name} is not available: this is a made-up shape of the same length and width."
        return Ground(track_for(name), " ".join(filter(None, (problem, made_up, advice))), wanted=name)
    if name in builtin_tracks():
        return Ground(track_for(name), problem)
    near = suggest(name)
    unknown = f"No track is called {name}." + (f" Did you mean {' or '.join(near)}?" if near else "")
    made_up = f"{unknown} This is a made-up one of common size."
    return Ground(track_for(name), " ".join(filter(None, (problem, made_up))), unknown=unknown)
