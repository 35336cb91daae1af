"""The line with the position in a recorded run, and the commands that play it."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.widgets import Static

from dots_tui.ui.commands import Command
from dots_tui.ui.panes.training.run_part import RunPart
from dots_tui.ui.widgets.chart import bar
from dots_tui.ui.widgets.glyphs import ascii_only, glyph, span

if TYPE_CHECKING:
    from dots_tui.app.runs.player import Player

_KEYS = "K {}  J L iteration  U D speed  A Z ends"
_FEWEST, _MOST = 8, 40
"""Cells of the bar."""


_command = partial(Command, show=False, needs=lambda line: line.limits.replay)


REPLAY_COMMANDS = (
    _command("training.play", "Play", "Play the recorded run in its own time, or pause.", "K", "play"),
    _command("training.faster", "Faster", "Play ten times faster, up to 1000x.", "U,greater_than_sign", "faster"),
    _command("training.slower", "Slower", "Play ten times slower, down to 1x.", "D,less_than_sign", "slower"),
    _command(
        "training.next-iteration", "Next iteration", "Go to the start of the next iteration.", "L", "next_iteration"
    ),
    _command(
        "training.previous-iteration",
        "Previous iteration",
        "Go to the start of this iteration, or of the previous one.",
        "J",
        "previous_iteration",
    ),
    _command("training.to-start", "To the start", "Go to the start of the recording.", "A", "to_start"),
    _command("training.to-end", "To the end", "Go to the end of the recording.", "Z", "to_end"),
)


class ReplayLine(RunPart, Static):
    """The state of the player, the position, and a bar; a click on the bar goes there. Hidden without a player."""

    ACTIONS = REPLAY_COMMANDS

    def __init__(self) -> None:
        super().__init__(id="training-replay", classes="line -none")
        self._bar = range(0)

    @property
    def player(self) -> Player | None:
        """The player of the selected run."""
        return self.run.player if self.run is not None else None

    def draw(self) -> None:
        """Show the position."""
        self.set_class(self.player is None, "-none")
        if self.player is not None:
            text, self._bar = replay_line(self.player, self.app.size.width - 2, ascii_only(self.app))
            self.update(text)

    def on_click(self, event: events.Click) -> None:
        column = event.get_content_offset_capture(self).x
        if self.player is not None and column in self._bar:
            event.stop()
            self.player.jump_share((column - self._bar.start) / max(1, len(self._bar) - 1))

    def action_play(self) -> None:
        if self.player is not None:
            self.player.toggle()

    def action_faster(self) -> None:
        if self.player is not None:
            self.player.faster()

    def action_slower(self) -> None:
        if self.player is not None:
            self.player.faster(-1)

    def action_next_iteration(self) -> None:
        if self.player is not None:
            self.player.jump_iteration(1)

    def action_previous_iteration(self) -> None:
        if self.player is not None:
            self.player.jump_iteration(-1)

    def action_to_start(self) -> None:
        if self.player is not None:
            self.player.jump(self.player.timeline.begin)

    def action_to_end(self) -> None:
        if self.player is not None:
            self.player.jump(self.player.timeline.end)


def replay_line(player: Player, room: int, plain: bool = False) -> tuple[Text, range]:
    """Return the line in `room` cells, and the columns of its bar (none without room for one)."""
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
