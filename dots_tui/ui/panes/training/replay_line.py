"""The line that tells where in a recorded run we are: playing or not, how fast, which moment, which iteration."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widgets import Static

from dots_tui.ui.widgets.chart import bar
from dots_tui.ui.widgets.glyphs import ascii_only, glyph, span

if TYPE_CHECKING:
    from dots_tui.app.runs.player import Player

_KEYS = "K {}  J L iteration  U D speed  A Z ends"
_FEWEST, _MOST = 8, 40
"""Cells of the bar."""


class ReplayLine(Static):
    """Draws a `Player`; a click on its bar goes there."""

    class Chosen(Message):
        """A place on the bar was clicked: `share` of the run, 0 to 1."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    def __init__(self) -> None:
        super().__init__(id="training-replay", classes="line -none")
        self._bar = range(0)

    def draw(self, player: Player | None) -> None:
        """Show where the player is; without one there is no line."""
        self.set_class(player is None, "-none")
        if player is None:
            return
        text, self._bar = replay_line(player, self.app.size.width - 2, ascii_only(self.app))
        self.update(text)

    def on_click(self, event: events.Click) -> None:
        column = event.get_content_offset_capture(self).x
        if column in self._bar:
            event.stop()
            self.post_message(self.Chosen((column - self._bar.start) / max(1, len(self._bar) - 1)))


def replay_line(player: Player, room: int, plain: bool = False) -> tuple[Text, range]:
    """The line in `room` cells, and the columns of its bar (none where there is no room for one)."""
    timeline = player.timeline
    if not timeline.known:
        return Text("Nothing in these logs says when it was printed: they cannot be played.", "dim"), range(0)
    word = "seeking" if player.busy else "playing" if player.playing else "end" if player.at_end else "paused"
    sign = glyph("busy" if player.busy else "cursor" if player.playing else "waiting", plain)
    at, whole = player.at - timeline.begin, timeline.end - timeline.begin
    parts = [f"{sign} {word:<7} {player.speed}x", f"{span(at)} of {span(whole)}"]
    if timeline.starts:
        parts.append(f"iteration {player.iteration + 1} of {len(timeline.starts)}")
    if timeline.real:
        parts.append(time.strftime("%d %b %H:%M:%S", time.localtime(player.at)))
    keys = _KEYS.format("pause" if player.playing else "play")
    while len(parts) > 1 and len(" · ".join(parts)) + _FEWEST + 4 > room:
        parts.pop()
    text = Text(" · ".join(parts), no_wrap=True, overflow="ellipsis")
    left = room - text.cell_len - 2
    cells = min(_MOST, left - len(keys) - 2 if left >= len(keys) + 2 + _FEWEST else left)
    if cells < _FEWEST:
        return text, range(0)
    start = text.cell_len + 2
    text.append("  ").append(
        bar(at / whole if whole else 1.0, cells, plain).replace(" ", "-" if plain else "─"), "bold"
    )
    if left - cells >= len(keys) + 2:
        text.append(f"  {keys}", "dim")
    return text, range(start, start + cells)
