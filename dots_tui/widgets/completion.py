"""A list of what may be meant, under the word one types. The editor keeps the focus and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.geometry import Offset

ROWS = 8
_MOST_WIDE = 64


class Choice(NamedTuple):
    """What would be typed, and a few words about it."""

    text: str
    hint: str
    about: str


class CompletionList(Static):
    """Shows some choices at a place of the screen; one of them is marked. Never focused."""

    DEFAULT_CSS = """
    CompletionList {
        overlay: screen;
        constrain: inside inside;
        position: absolute;
        layer: _completion;
        width: auto;
        height: auto;
        max-width: 100%;
        padding: 0 1;
        border: round $primary;
        border-subtitle-color: $text-muted;
        background: $surface;
        &:ansi { background: $background; }
    }
    """

    def __init__(self, take: Callable[[int], None]) -> None:
        """*take* is told which choice was clicked."""
        super().__init__("", markup=False)
        self.choices: Sequence[Choice] = ()
        self.marked = 0
        self._first = 0
        self._take = take

    def show(self, choices: Sequence[Choice], place: Offset) -> None:
        """Show *choices*, the first one marked, with the left upper corner at *place* of the screen."""
        self.choices, self.marked, self._first = choices, 0, 0
        self.styles.offset = (place.x, place.y)
        self._draw()

    def move(self, by: int) -> None:
        """Mark another one, round the ends."""
        self.marked = (self.marked + by) % len(self.choices)
        self._first = min(max(self._first, self.marked - ROWS + 1), self.marked)
        self._draw()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        index = self._first + event.y - 1
        if 1 <= event.y <= ROWS and index < len(self.choices):
            self._take(index)

    def _draw(self) -> None:
        shown = self.choices[self._first : self._first + ROWS]
        # As wide as the widest of all: it would jump about with the arrows otherwise.
        name = max((len(one.text) for one in self.choices), default=0)
        wide = min(_MOST_WIDE, max((name + 4 + len(one.hint) for one in self.choices), default=0))
        text = Text(no_wrap=True, overflow="ellipsis")
        for index, one in enumerate(shown, self._first):
            here = index == self.marked
            row = f"{'>' if here else ' '} {one.text:{name}}  {one.hint}"
            text.append(f"{row[:wide]:{wide}}\n", style="bold reverse" if here else "")
        about = self.choices[self.marked].about if self.choices else ""
        for line in _lines(about, wide):
            text.append(f"{line:{wide}}\n", style="italic")
        text.right_crop(1)
        self.border_subtitle = f"{self.marked + 1} of {len(self.choices)}" if len(self.choices) > ROWS else ""
        self.update(text)


def _lines(text: str, width: int) -> list[str]:
    """The text in two lines of that width at most."""
    rows: list[str] = []
    for word in text.split():
        if rows and len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word[:width])
    return rows[:2]
