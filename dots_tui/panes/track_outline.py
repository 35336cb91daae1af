"""Cars on the track map: the outline where it is known, and never a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dots_tui.panes.tunnel_ground import store_of
from dots_tui.tracks.builtin import track_for
from dots_tui.training.outlook import worst_place

if TYPE_CHECKING:
    from dots_tui.panes.base import Host
    from dots_tui.tracks.geometry import Track
    from dots_tui.training.snapshot import RunSnapshot
    from dots_tui.widgets.track_map import TrackMap
    from dots_tui.workspace import Workspace

_WIDTHS_AWAY = 1.5
"""A car farther from the centre line than so many track widths is on another track than the one drawn."""

_EXITS = 40
"""So many of the newest ends of episodes are shaded: where it goes wrong now, not where it ever did."""

_UNKNOWN = "The shape of this track is not here yet. The track picker fetches it: 1, then T."
_OTHER = "The shape at hand is not that of the track these cars drive on."
_FORMULA = "made-up shape"


class TrackOutline:
    """Keeps the geometry of the watched run's world: that of a route file, or on the embedded cloud the formula it
    drives on. When cars are seen off it, no outline is shown."""

    def __init__(self) -> None:
        self._track: Track | None = None
        self._wrong: Track | None = None

    def draw(self, widget: TrackMap, run: RunSnapshot) -> None:
        """Put the outline, the cars and the places where episodes ended on ``widget``."""
        here = [worker for worker in run.workers if worker.world in (None, run.world)]
        cars = [
            (str(worker.worker if worker.worker is not None else "?"), worker.x, worker.y)
            for worker in here
            if worker.x is not None and worker.y is not None
        ]
        shape = _shape(run.world, cast("Host", widget.app).workspace) if run.world else None
        if shape is not None and any(_elsewhere(shape, x, y) for _, x, y in cars):
            self._wrong = shape
        self._show(widget, shape if shape is not self._wrong else None)
        widget.border_title = f"track ─ {run.world}" if run.world else "track"
        formula = self._track is not None and self._track.source == "formula"
        ends = _ends(run) if self._track is not None else ""
        widget.border_subtitle = ends or (_FORMULA if formula else "")
        if self._track is None:
            widget.empty = "" if not run.world else _UNKNOWN if shape is None else _OTHER
            return
        widget.set_cars(cars)
        elsewhere = {worker.worker for worker in run.workers} - {worker.worker for worker in here}
        exits = [(ended.x, ended.y) for ended in run.exits if ended.worker not in elsewhere]
        widget.set_exits(exits[-_EXITS:])

    def _show(self, widget: TrackMap, track: Track | None) -> None:
        """Draw this outline when it is another one than is drawn."""
        if track is self._track:
            return
        self._track = track
        if track is None:
            widget.set_track((), (), ())
        else:
            widget.set_track(track.centre, track.inner, track.outer, track.closed)


def _ends(run: RunSnapshot) -> str:
    """Where most of the shaded episodes ended, in words; "" when no place stands out."""
    place = worst_place(run.exits[-_EXITS:])
    if place is None:
        return ""
    where = f"{place.first}" if place.first == place.last else f"{place.first}–{place.last}"
    return f"{place.share:.0%} of exits at wp {where}"


def _shape(world: str, workspace: Workspace) -> Track | None:
    store = store_of(workspace)
    return store.known(world) if store is not None else track_for(world)


def _elsewhere(track: Track, x: float, y: float) -> bool:
    return abs(track.locate(x, y).offset_m) > _WIDTHS_AWAY * track.width_m
