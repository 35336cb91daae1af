"""The picture in the wind tunnel: the heat map, the state under the pointer, and the profile along the lap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from dots_tui.reward.probe import Probe
from dots_tui.reward.sweep import OFFSETS, POSITIONS, Knot
from dots_tui.ui.panes.base import Part
from dots_tui.ui.panes.reward import tunnel_words as words
from dots_tui.ui.panes.reward.commands import PICTURE_COMMANDS
from dots_tui.ui.widgets.glyphs import ascii_only
from dots_tui.ui.widgets.heat import Scale, filled
from dots_tui.ui.widgets.heat_map import HERE, LEAST, MOST, HeatMap, colours_of
from dots_tui.ui.widgets.lap_profile import LapProfile, ProfilePoint

if TYPE_CHECKING:
    from dots_tui.reward.comparison import Comparison
    from dots_tui.reward.report import Report
    from dots_tui.reward.results import Cell
    from dots_tui.reward.subject import Subject
    from dots_tui.ui.commands import Command

Rows = Mapping[int, Sequence["float | None"]]
_ROOM = 17
"""Rows from which there is room for a profile."""
_WORDY = 66
"""Columns from which the signs of the legend are explained."""


class TunnelPicture(Part, Vertical):
    """A picture of a report, or of its difference from another. Its pointer is on one of the tried states."""

    ACTIONS: ClassVar[Sequence[Command]] = PICTURE_COMMANDS

    probe: Probe | None = None
    knot = Knot(0, 0, 0, 0)
    """The pointer, and with its heading and speed the cars of the map."""
    _subject: Subject | None = None
    report: Report | None = None
    _comparison: Comparison | None = None
    _shows_learned = True
    """True if the learned lap is drawn."""

    def compose(self) -> ComposeResult:
        yield HeatMap(id="tunnel-map")
        yield Static(id="tunnel-legend")
        yield LapProfile(id="tunnel-profile")

    def set_subject(self, subject: Subject) -> bool:
        """Prepare for results of `subject`. Return True if its states differ from before; else the pointer stays."""
        same = self._subject is not None and replace(self._subject, source=subject.source) == subject
        self._subject = subject
        if not same:
            self.probe = Probe(subject)
            self.knot = self.probe.start()
            self.query_one(HeatMap).set_track(self.probe.track, OFFSETS)
        return not same

    def show(self, report: Report, comparison: Comparison | None) -> None:
        """Draw `comparison` if there is one, else `report`."""
        self.report, self._comparison = report, comparison
        if self.probe is not None and report.cells:
            self._draw_map(self.probe, report)
            self._draw_profile(self.probe, report)

    def on_resize(self) -> None:
        """Hide the profile if there is little room."""
        self.query_one(LapProfile).display = self.size.height >= _ROOM

    # -- the pointer ------------------------------------------------------------------------------

    @on(HeatMap.PointerMoved)
    def _moved(self, event: HeatMap.PointerMoved) -> None:
        event.stop()
        self.move(along=event.along, left=event.left)

    @on(HeatMap.PointerPlaced)
    def _put(self, event: HeatMap.PointerPlaced) -> None:
        event.stop()
        if self.probe is not None:
            self._look_at(self.probe.nearest(*event.point, self.knot))

    @on(LapProfile.DistanceChosen)
    def _chosen(self, event: LapProfile.DistanceChosen) -> None:
        event.stop()
        if self.probe is not None:
            position = int(event.distance_m / self.probe.track.length_m * POSITIONS)
            self._look_at(self.knot._replace(position=min(max(position, 0), POSITIONS - 1)))

    def move(self, along: int = 0, left: int = 0, turn: int = 0, faster: int = 0) -> None:
        """Move the pointer by steps, or to cars with another heading or speed; the slowest follow the fastest."""
        if self.probe is None:
            return
        if faster and self.knot.speed + faster >= len(self.probe.speeds):
            faster = -self.knot.speed
        self._look_at(self.probe.moved(self.knot, along, left, turn, faster))

    def _look_at(self, knot: Knot) -> None:
        self.knot = knot
        if self.report is not None:
            self.show(self.report, self._comparison)

    def params(self) -> tuple[str, Mapping[str, Any]] | None:
        """Return a heading and the parameters at the pointer; None without a picture."""
        if self.probe is None or self.report is None or not self.report.cells:
            return None
        reading = self.probe.read(self.knot, self.report)
        return f"{words.here(reading, None)}, {words.direction(reading.heading)}", self.probe.params(self.knot)

    def action_heading(self) -> None:
        self.move(turn=1)

    def action_speed(self) -> None:
        self.move(faster=1)

    def action_learned_way(self) -> None:
        self._shows_learned = not self._shows_learned
        if self.report is not None:
            self.show(self.report, self._comparison)

    # -- drawing ----------------------------------------------------------------------------------

    def _draw_map(self, probe: Probe, report: Report) -> None:
        heading, speed = self.knot.heading, self.knot.speed
        rows: Rows = {cell.index: [headings[heading][speed] for headings in cell.rewards] for cell in report.cells}
        comparison, plain = self._comparison, ascii_only(self.app)
        if comparison is not None:
            rows = comparison.differences(heading, speed)
        values = filled(rows, POSITIONS, len(OFFSETS))
        scale = Scale.of_differences(values) if comparison is not None else Scale.of(values)
        drawn = self.query_one(HeatMap)
        drawn.set_values(values, scale)
        reading, muted = probe.read(self.knot, report), drawn.tint("muted")
        marks = [(HERE[plain], reading)]
        change = None
        if comparison is not None and self.knot.position in rows:
            change = rows[self.knot.position][self.knot.offset]
        lines = [
            words.legend(scale, reading, scale.bar(plain, colours_of(self.app)), muted, keys=self.size.width >= _WORDY),
            Text(f"{HERE[plain]} {words.here(reading, change)}"),
        ]
        if scale.low < scale.high and comparison is None:
            ends = []
            for sign, word, best in ((MOST[plain], "most", scale.high), (LEAST[plain], "least", scale.low)):
                spot = probe.read(_where(rows, best, self.knot), report)
                marks.append((sign, spot))
                ends.append(f"{sign} {words.extreme(word if self.size.width >= _WORDY else '', spot)}")
            lines.append(Text("  ".join(ends), muted))
        learned = report.learned if self._shows_learned else None
        drawn.set_path(learned.path if learned is not None else ())
        drawn.set_marks([(sign, (spot.x, spot.y)) for sign, spot in marks])
        self.query_one("#tunnel-legend", Static).update(Text("\n").join(lines))

    def _draw_profile(self, probe: Probe, report: Report) -> None:
        cells = [cell for cell in report.cells if cell.states]
        profile, comparison = self.query_one(LapProfile), self._comparison
        if comparison is not None:
            before = {cell.index: cell for cell in comparison.before.cells}
            points = [ProfilePoint(cell.distance_m, cell.mean, _mean(before.get(cell.index))) for cell in cells]
            profile.show(points, ("mean now", "before"))
        else:
            points = [ProfilePoint(cell.distance_m, cell.mean, cell.low, cell.high) for cell in cells]
            profile.show(points, ("mean", "least and most"))
        plain = ascii_only(self.app)
        marks = [(HERE[plain], probe.read(self.knot, report).distance_m)]
        means = [cell.mean for cell in cells]
        if cells and min(means) < max(means):
            marks.append((MOST[plain], max(cells, key=_mean).distance_m))
            marks.append((LEAST[plain], min(cells, key=_mean).distance_m))
        profile.set_marks(marks)


def _mean(cell: Cell | None) -> float:
    return cell.mean if cell is not None and cell.states else math.nan


def _where(rows: Rows, wanted: float, knot: Knot) -> Knot:
    """Return the state with the reward `wanted`: the one nearest to the center line, then to the start."""
    found = [(abs(OFFSETS[o]), p, o) for p, row in rows.items() for o, value in enumerate(row) if value == wanted]
    _, position, offset = min(found)
    return knot._replace(position=position, offset=offset)
