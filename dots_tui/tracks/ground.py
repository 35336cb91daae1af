"""The track for a rehearsal: its real shape if available, else a made-up shape of the same size."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dots_tui.tracks.builtin import builtin_tracks, track_for
from dots_tui.tracks.catalogue import TRACKS, suggest

if TYPE_CHECKING:
    from dots_tui.tracks.geometry import Track
    from dots_tui.tracks.sources import TrackStore

USUAL = "reinvent_base"
"""The default DR_WORLD_NAME of DRFC."""


class Ground(NamedTuple):
    """A track to drive on."""

    track: Track
    remark: str = ""
    """Assumptions and problems with a file of the track, in words; "" if there are none."""
    wanted: str = ""
    """The track whose real shape could be fetched; "" if there is none to fetch."""
    unknown: str = ""
    """A message that the track name is unknown, with suggestions; "" if it is known."""


def ground_for(name: str, store: TrackStore | None, advice: str = "") -> Ground:
    """Return the ground for the DR_WORLD_NAME `name` ("": none is set). `advice` says how to get the real shape.

    Without a `store` all shapes are made up and no shape counts as missing, as for the cars of the
    embedded cloud.
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
