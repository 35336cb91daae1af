"""Cars on the track map: the outline where it is known, and never a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dots_tui.tracks.builtin import track_for

if TYPE_CHECKING:
    from dots_tui.tracks.geometry import Track
    from dots_tui.training.snapshot import RunSnapshot
    from dots_tui.widgets.track_map import TrackMap

_WIDTHS_AWAY = 1.5
"""A car farther from the centre line than so many track widths is on another track than the one drawn."""

_EXITS = 40
"""So many of the newest ends of episodes are shaded: where it goes wrong now, not where it ever did."""


class TrackOutline:
    """Keeps the geometry of the watched run's world. Built-in geometry is a formula with the world's size, which
    only the embedded cloud drives; when real cars are seen off it, no outline is shown."""

    def __init__(self) -> None:
        self._world: str | None = None
        self._track: Track | None = None

    def draw(self, widget: TrackMap, run: RunSnapshot) -> None:
        """Put the outline, the cars and the places where episodes ended on ``widget``."""
        here = [worker for worker in run.workers if worker.world in (None, run.world)]
        cars = [
            (str(worker.worker if worker.worker is not None else "?"), worker.x, worker.y)
            for worker in here
            if worker.x is not None and worker.y is not None
        ]
        if run.world and run.world != self._world:
            self._world, self._track = run.world, track_for(run.world)
            widget.set_track(self._track.centre, self._track.inner, self._track.outer, self._track.closed)
        if self._track is not None and any(self._elsewhere(x, y) for _, x, y in cars):
            self._track = None
            widget.set_track((), (), ())
        if self._track is None:
            widget.border_title = f"track ─ {self._world}" if self._world else "track"
            widget.empty = "The outline of this track is not known." if self._world else ""
            return
        widget.border_title = f"track ─ {run.world}"
        widget.set_cars(cars)
        elsewhere = {worker.worker for worker in run.workers} - {worker.worker for worker in here}
        exits = [(ended.x, ended.y) for ended in run.exits if ended.worker not in elsewhere]
        widget.set_exits(exits[-_EXITS:])

    def _elsewhere(self, x: float, y: float) -> bool:
        assert self._track is not None
        return abs(self._track.locate(x, y).offset_m) > _WIDTHS_AWAY * self._track.width_m
