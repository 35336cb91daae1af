"""Sparklines below each other, each with its name and its newest value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual.message import Message
from textual.reactive import reactive

from dots_tui.ui.widgets.chart import sparkline
from dots_tui.ui.widgets.drawing import Drawing
from dots_tui.ui.widgets.glyphs import ascii_only

if TYPE_CHECKING:
    from textual import events


@dataclass(frozen=True)
class Spark:
    """A chart in one line: its name, its values, and the newest value as text."""

    name: str
    values: tuple[float, ...]
    newest: str


class Sparks(Drawing):
    """Sparklines in rows; a click selects one."""

    DEFAULT_CSS = """
    Sparks { height: 4; overflow: hidden; }
    """

    rows: reactive[tuple[Spark, ...]] = reactive(())

    class SparkChosen(Message):
        """A sparkline was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def watch_rows(self) -> None:
        self.redraw()

    def on_click(self, event: events.Click) -> None:
        row = event.get_content_offset_capture(self).y
        if 0 <= row < len(self.rows):
            self.post_message(self.SparkChosen(self.rows[row].name))

    def draw(self, width: int, height: int) -> list[Text]:
        names = max((len(row.name) for row in self.rows), default=0) + 1
        newest = max((len(row.newest) for row in self.rows), default=0) + 1
        room = max(0, width - names - newest)
        lines = []
        for row in self.rows[:height]:
            line = Text(row.name.ljust(names), self.tint("muted"), end="", no_wrap=True)
            line.append(sparkline(row.values, room, ascii_only(self.app)).ljust(room), self.tint("accent"))
            lines.append(line.append(row.newest.rjust(newest)))
        return lines
