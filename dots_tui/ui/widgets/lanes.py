"""A lane per worker: its phase, progress, reward, laps, and the age of its last record."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from dots_tui.ui.widgets.chart import bar
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import age, ascii_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

QUIET = 10.0  # seconds without a record after which the age is shown
STALE = 60.0  # and after which it is highlighted
WIDEST_BAR = 40
NARROWEST_BAR = 6
PER_CENT = 6  # cells of "100 %" and a blank
NARROWEST_WORLD = 8
UNKNOWN = "?"

PHASES = {
    "starting": ("waiting", "muted"),
    "restarting": ("waiting", "muted"),
    "driving": ("active", "good"),
    "evaluating": ("checking", "info"),
    "waiting": ("busy", "muted"),
    "updating": ("busy", "info"),
    "done": ("good", "muted"),
    "idle": ("waiting", "muted"),
    "stopped": ("waiting", "muted"),
    "finished": ("good", "good"),
    "gone": ("error", "bad"),
}
"""The sign and the tint of each phase; other phases are shown as their word."""


@dataclass(frozen=True)
class Lane:
    """One worker at one moment. Unknown values are None."""

    worker: int | None
    """The worker index; None while it is unknown, and for an evaluation job."""
    phase: str
    """One of `PHASES`, or any other word."""
    key: str = ""
    """The key for selecting the lane. It stays the same after the worker number becomes known."""
    episode: str = ""
    """The episode, for example "ep 18", or "4/5" in an evaluation."""
    progress: float | None = None
    """Percent of the lap, 0 to 100."""
    reward: float | None = None
    """The reward of the episode so far."""
    laps: int = 0
    best_lap_s: float | None = None
    age_s: float | None = None
    """Seconds since the last record."""
    note: str = ""
    """The text shown instead of a progress bar: what the worker waits for, or why it ended."""
    world: str = ""
    """The track, if the workers drive different ones."""
    sign: str = ""
    """The sign shown instead of the index: "E" for an evaluation job."""
    resets: int = 0
    """The number of times an evaluation job was put back on the track."""


class WorkerLanes(Drawing, can_focus=True):
    """Two lines per worker if they fit, else one. Up, down and a click select a worker."""

    DEFAULT_CSS = """
    WorkerLanes { height: 1fr; min-height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "select(-1)", "Previous worker", show=False),
        Binding("down,j", "select(1)", "Next worker", show=False),
    ]

    lanes: reactive[tuple[Lane, ...]] = reactive(())
    selected: reactive[str | None] = reactive(None)
    """The key of the selected lane; None selects all."""

    class WorkerSelected(Message):
        """A worker was selected with a key or a click."""

        def __init__(self, lanes: WorkerLanes, key: str) -> None:
            super().__init__()
            self.lanes, self.key = lanes, key

        @property
        def control(self) -> WorkerLanes:
            return self.lanes

    def set_lanes(self, lanes: Sequence[Lane]) -> None:
        """Show these lanes, in this order."""
        self.lanes = tuple(lanes)

    def watch_lanes(self) -> None:
        self.redraw()

    def watch_selected(self) -> None:
        self.redraw()

    def action_select(self, step: int) -> None:
        """Select the next (1) or the previous (-1) worker."""
        keys = [lane.key for lane in self.lanes]
        if keys:
            at = keys.index(self.selected) + step if self.selected in keys else 0
            self._select(keys[max(0, min(at, len(keys) - 1))])

    def on_click(self, event: events.Click) -> None:
        row = event.get_content_offset_capture(self).y + self.scroll_offset.y
        if 0 <= row < self.line_count():
            self._select(self.lanes[row * len(self.lanes) // self.line_count()].key)

    def _select(self, key: str) -> None:
        self.selected = key
        self.post_message(self.WorkerSelected(self, key))

    def draw(self, width: int, height: int) -> list[Text]:
        word = max((len(lane.phase) for lane in self.lanes), default=0)
        heads = [self._head(lane, word) for lane in self.lanes]
        facts = [self._facts(lane) for lane in self.lanes]
        column = max((head.cell_len for head in heads), default=0) + 1
        needed = max((sum(fact.cell_len + 2 for fact in row) for row in facts), default=0)
        tall = height >= 2 * len(self.lanes)
        lines: list[Text] = []
        for lane, head, row in zip(self.lanes, heads, facts):
            head.pad_right(column - head.cell_len)
            if tall:
                lines += [self._bar(head, lane, width - column), self._join(Text("   "), lane, row, width)]
            else:
                room = width - column
                room = max(min(room, NARROWEST_BAR + PER_CENT), room - needed)
                lines.append(self._join(self._bar(head, lane, room), lane, row, width))
        return lines

    def _head(self, lane: Lane, word: int) -> Text:
        sign, tint = PHASES.get(lane.phase, ("active", "info"))
        chosen = lane.key == self.selected
        head = Text(self.glyph("cursor") if chosen else " ", end="", no_wrap=True)
        number = lane.sign or (UNKNOWN if lane.worker is None else str(lane.worker))
        style = self.tint("muted") if number == UNKNOWN else "bold"
        head.append(number, "bold reverse" if chosen else style).append(" " * (3 - len(number)))
        head.append(f"{self.glyph(sign)} {lane.phase:<{word}}", self.tint(tint))
        return head.append(f" {lane.episode}" if lane.episode else "")

    def _bar(self, head: Text, lane: Lane, room: int) -> Text:
        """Return `head` with the progress bar and the percentage, or with the note, in `room` cells."""
        if lane.note:
            note = Text(lane.note, self.tint("muted"), end="", no_wrap=True)
            note.truncate(room, overflow="ellipsis", pad=True)
            return head.append_text(note)
        known = lane.progress is not None and math.isfinite(lane.progress)
        progress = lane.progress if known and lane.progress is not None else math.nan
        cells = min(WIDEST_BAR, room - PER_CENT)
        if cells >= NARROWEST_BAR:
            tint = PHASES.get(lane.phase, ("", "info"))[1]
            head.append(bar(progress / 100, cells, ascii_only(self.app)), self.tint(tint))
        if room >= PER_CENT:
            head.append((f"{progress:.0f} %" if known else "").rjust(PER_CENT))
        return head

    def _facts(self, lane: Lane) -> list[Text]:
        """Return reward, laps, best lap and age, the most important first; nothing for a worker that never drove."""
        facts = [] if lane.reward is None and lane.note else [Text(_reward(lane.reward))]
        if facts or lane.laps:
            facts.append(Text(f"{lane.laps:3} lap{' ' if lane.laps == 1 else 's'}"))
            facts.append(Text(" " * 10 if lane.best_lap_s is None else f"best {lane.best_lap_s:5.2f}"))
        if lane.resets:
            facts.append(Text(f"{lane.resets} reset{'' if lane.resets == 1 else 's'}", self.tint("warning")))
        if lane.age_s is not None and lane.age_s >= QUIET:
            stale = lane.age_s >= STALE
            sign = f"{self.glyph('warning')} " if stale else ""
            facts.append(Text(f"{sign}{age(lane.age_s)} ago", self.tint("warning" if stale else "muted")))
        return facts

    def _join(self, line: Text, lane: Lane, facts: Sequence[Text], width: int) -> Text:
        """Return `line` with the facts that fit, and as much of the track's name as there is room for."""
        for fact in facts:
            if line.cell_len + fact.cell_len + 2 > width:
                return line
            line.append("  ").append_text(fact)
        if lane.world and width - line.cell_len - 2 >= NARROWEST_WORLD:
            world = Text(lane.world, self.tint("muted"))
            world.truncate(width - line.cell_len - 2, overflow="ellipsis")
            line.append("  ").append_text(world)
        return line


def _reward(reward: float | None) -> str:
    return "     -" if reward is None else f"{reward:6.1f}"
