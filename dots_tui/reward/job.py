"""The job of a child process as values for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dots_tui.tracks.geometry import Track


def job_for(source: bytes, track: Track) -> dict[str, Any]:
    """Return the smallest job: a function on a track, for a car with one action, without objects."""
    rows = [(*centre, *inner, *outer) for centre, inner, outer in zip(track.centre, track.inner, track.outer)]
    return {
        "source": source.decode("latin-1"),
        "track": {"name": track.name, "source": track.source, "rows": rows},
        "actions": {"discrete": [(0.0, 1.0)]},
        "simapp": (),
        "against": False,
        "alternating": False,
        "traffic": None,
        "discount": 1.0,
    }
