"""The track map with the cars: on the outline of the track if it is known, else on the line they drove."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Union, cast

from dots_tui.tracks.builtin import track_for
from dots_tui.training.outlook import worst_place
from dots_tui.training.snapshot import EVALUATING
from dots_tui.ui.panes.training.lanes import EVALUATION

if TYPE_CHECKING:
    from dots_tui.app.workspace import Workspace
    from dots_tui.tracks.geometry import Track
    from dots_tui.training.snapshot import RunSnapshot
    from dots_tui.ui.panes.base import Host
    from dots_tui.ui.widgets.track_map import Line, TrackMap

    Shape = Union["Track", "DrivenLine"]

_WIDTHS_AWAY = 1.5
"""A car farther from the center line than this many track widths is on another track."""

_EXITS = 40
"""Number of the newest off-track spots that are shaded: those of the current policy."""

_UNKNOWN = "The shape of this track is not here yet. The track picker fetches it: 1, then T."
_OTHER = "The known shape is not that of the track the cars drive on."
_FORMULA = "made-up shape"
_NO_OUTLINE, _WRONG_OUTLINE = "no outline yet: 1 then T", "known outline is another track"
_FEWEST_POINTS = 8
_DRAWS = 20
"""Number of draws after which a line that changes little is drawn again."""
_CLOSES = 4.0
"""A line is closed if its ends are nearer than this many steps."""


@dataclass(frozen=True)
class DrivenLine:
    """The driven line, drawn in place of a track."""

    centre: Line
    inner: Line = ()
    outer: Line = ()
    source: str = "driven"

    @property
    def closed(self) -> bool:
        """True if the line is closed."""
        steps = [math.dist(a, b) for a, b in zip(self.centre, self.centre[1:])]
        return math.dist(self.centre[0], self.centre[-1]) <= _CLOSES * median(steps)


class TrackOutline:
    """Keeps the geometry of the track of a run: that of a route file, or the formula of the embedded cloud. If cars are
    far away from it, the line they drove is shown instead."""

    def __init__(self) -> None:
        self._shape: Shape | None = None
        self._wrong: Track | None = None
        self._draws = 0

    def draw(self, widget: TrackMap, run: RunSnapshot) -> None:
        """Show the outline, the cars and the off-track spots on `widget`."""
        here = [worker for worker in run.workers if worker.world in (None, run.world)]
        jobs = [job for job in run.evaluations if job.phase == EVALUATING and job.world in (None, run.world)]
        cars = [
            (EVALUATION if worker.job else str(worker.worker if worker.worker is not None else "?"), worker.x, worker.y)
            for worker in (*here, *jobs)
            if worker.x is not None and worker.y is not None
        ]
        track = _shape(run.world, cast("Host", widget.app).workspace) if run.world else None
        if track is not None and any(_elsewhere(track, x, y) for _, x, y in cars):
            self._wrong = track
        wrong = track is not None and track is self._wrong
        self._show(widget, self._driven(run) if track is None or wrong else track)
        shape = self._shape
        what = "driven path" if isinstance(shape, DrivenLine) else "track"
        widget.border_title = f"{what} ─ {run.world}" if run.world else what
        widget.border_subtitle = (_ends(run) if shape is not None else "") or _remark(shape, wrong=wrong)
        if shape is None:
            widget.empty = "" if not run.world else _OTHER if wrong else _UNKNOWN
            return
        widget.set_cars(cars)
        elsewhere = {worker.worker for worker in run.workers} - {worker.worker for worker in here}
        exits = [(ended.x, ended.y) for ended in run.exits if ended.worker not in elsewhere]
        widget.set_exits(exits[-_EXITS:])

    def _driven(self, run: RunSnapshot) -> DrivenLine | None:
        """Return the line the cars drove, or the one on the map if it hardly differs."""
        points = run.driven.get(run.world or "") or run.driven.get("", ())
        if len(points) < _FEWEST_POINTS:
            return None
        self._draws += 1
        drawn = self._shape
        if isinstance(drawn, DrivenLine) and len(drawn.centre) == len(points) and self._draws % _DRAWS:
            return drawn
        return DrivenLine(points) if drawn is None or drawn.centre != points else cast("DrivenLine", drawn)

    def _show(self, widget: TrackMap, shape: Shape | None) -> None:
        """Draw this shape, unless it is drawn already."""
        if shape is self._shape:
            return
        self._shape = shape
        if shape is None:
            widget.set_track((), (), ())
        else:
            widget.set_track(shape.centre, shape.inner, shape.outer, shape.closed)


def _remark(shape: Shape | None, *, wrong: bool) -> str:
    if shape is not None and shape.source == "formula":
        return _FORMULA
    if isinstance(shape, DrivenLine):
        return _WRONG_OUTLINE if wrong else _NO_OUTLINE
    return ""


def _ends(run: RunSnapshot) -> str:
    """Return where most of the shaded episodes ended; "" if no place stands out."""
    place = worst_place(run.exits[-_EXITS:])
    if place is None:
        return ""
    where = f"{place.first}" if place.first == place.last else f"{place.first}–{place.last}"
    return f"{place.share:.0%} of exits at wp {where}"


def _shape(world: str, workspace: Workspace) -> Track | None:
    store = workspace.track_store()
    return store.known(world) if store is not None else track_for(world)


def _elsewhere(track: Track, x: float, y: float) -> bool:
    return abs(track.locate(x, y).offset_m) > _WIDTHS_AWAY * track.width_m
