"""A list of what may be meant, under the word one types. The editor keeps the focus and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual.geometry import Offset
from textual.widgets import Static

from dots_tui.ui.widgets.glyphs import ascii_only, glyph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

ROWS = 8
_MOST_WIDE = 64
_MOST_ABOUT = 2
"""Lines about the marked choice."""
_FRAME = 2


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
        """`take` is told which choice was clicked."""
        super().__init__("", markup=False)
        self.choices: Sequence[Choice] = ()
        self.marked = 0
        self._first = 0
        self._take = take
        self._word = Offset()
        self._above = False

    def show(self, choices: Sequence[Choice], word: Offset) -> None:
        """Show `choices`, the first one marked, under the `word` at this place of the screen.

        Above it where there is no room below: what one types is never covered.
        """
        self.choices, self.marked, self._first = choices, 0, 0
        most = min(len(choices), ROWS) + _MOST_ABOUT + _FRAME
        self._word = word
        self._above = word.y + 1 + most > self.app.size.height and word.y >= most
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
        mark = glyph("cursor", ascii_only(self.app))
        text = Text(no_wrap=True, overflow="ellipsis")
        for index, one in enumerate(shown, self._first):
            here = index == self.marked
            row = f"{mark if here else ' '} {one.text:{name}}  {one.hint}"
            text.append(f"{row[:wide]:{wide}}\n", style="bold reverse" if here else "")
        about = self.choices[self.marked].about if self.choices else ""
        for line in _lines(about, wide):
            text.append(f"{line:{wide}}\n", style="italic")
        text.right_crop(1)
        self.border_subtitle = f"{self.marked + 1} of {len(self.choices)}" if len(self.choices) > ROWS else ""
        self.update(text)
        rows = text.plain.count("\n") + 1 + _FRAME
        self.styles.offset = (self._word.x, self._word.y - rows if self._above else self._word.y + 1)


def _lines(text: str, width: int) -> list[str]:
    """The text in `_MOST_ABOUT` lines of that width at most."""
    rows: list[str] = []
    for word in text.split():
        if rows and len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word[:width])
    return rows[:_MOST_ABOUT]
