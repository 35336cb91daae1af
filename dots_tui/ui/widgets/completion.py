"""The completion of the keys of `params` in an editor, and its list. The editor keeps the focus and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.text import Text
from textual.geometry import Offset
from textual.widgets import Static

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.custom_files.params_completion import begun, hint, keys_for
from dots_tui.ui.widgets.glyphs import ascii_only, glyph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from dots_tui.custom_files.params_completion import Begun
    from dots_tui.ui.widgets.code_editor import CodeEditor

ROWS = 8
_MOST_WIDE = 64
_MOST_ABOUT = 2
"""Lines about the marked choice."""
_FRAME = 2


class Choice(NamedTuple):
    """A key that can be typed, and its description."""

    text: str
    hint: str
    about: str


class CompletionList(Static):
    """A list of choices at a place of the screen; one of them is marked. It never has the focus."""

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
        """`take` is called with the index of a clicked choice."""
        super().__init__("", markup=False)
        self.choices: Sequence[Choice] = ()
        self.marked = 0
        self._first = 0
        self._take = take
        self._word = Offset()
        self._above = False

    def show(self, choices: Sequence[Choice], word: Offset) -> None:
        """Show `choices`, the first one marked, below the `word` at this place of the screen.

        Without room below, show them above it: the list never covers the typed text.
        """
        self.choices, self.marked, self._first = choices, 0, 0
        most = min(len(choices), ROWS) + _MOST_ABOUT + _FRAME
        self._word = word
        self._above = word.y + 1 + most > self.app.size.height and word.y >= most
        self._draw()

    def move(self, by: int) -> None:
        """Mark another choice, around the ends."""
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
        # As wide as the widest of all choices, so that the width does not change while the list scrolls.
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


class Completion:
    """The completion in `editor`: in a reward function it lists the keys of `params`, in other files nothing.

    Enter or tab takes a key, escape closes the list.
    """

    def __init__(self, editor: CodeEditor) -> None:
        self._editor = editor
        self._list: CompletionList | None = None
        self._begun: Begun | None = None
        self._closed_at: tuple[int, str] | None = None
        """The word where the user closed the list: it stays closed for that word."""

    @property
    def is_open(self) -> bool:
        """True while the list is shown."""
        return self._list is not None

    def take_key(self, key: str) -> bool:
        """Handle a key of the open list. Return False for all other keys."""
        if self._list is None:
            return False
        if key in ("up", "down"):
            self._list.move(1 if key == "down" else -1)
        elif key in ("enter", "tab"):
            self._take(self._list.marked)
        elif key == "escape":
            if self._begun is not None:
                self._closed_at = _word(self._editor.cursor_location[0], self._begun)
            self.close()
        else:
            return False
        return True

    def offer(self) -> None:
        """Open, refresh or close the list for the word at the cursor."""
        editor, found = self._editor, self._begun_here()
        row = editor.cursor_location[0]
        if self._closed_at is not None and (found is None or self._closed_at != _word(row, found)):
            self._closed_at = None
        choices = [Choice(one.name, hint(one), one.about) for one in keys_for(found.typed)] if found else []
        if found is None or not choices or self._closed_at is not None:
            self.close()
            return
        self._begun = found
        if self._list is None:
            self._list = CompletionList(self._take)
            editor.screen.mount(self._list)
        at = editor.cursor_screen_offset
        self._list.show(choices, Offset(max(0, at.x - len(found.typed) - 4), at.y))

    def close(self) -> None:
        """Close the list."""
        if self._list is not None:
            self._list.remove()
        self._list = self._begun = None

    def _begun_here(self) -> Begun | None:
        """Return the key that the user has begun to type at the cursor."""
        editor = self._editor
        if editor.file_name != REWARD_FUNCTION or editor.read_only or not editor.has_focus:
            return None
        start, end = editor.selection
        if start != end:
            return None
        row, column = end
        return begun(editor.document.get_line(row)[:column], editor.document.lines, row)

    def _take(self, index: int) -> None:
        """Type the rest of a choice, and the closing quote and bracket unless they are there."""
        assert self._list is not None
        assert self._begun is not None
        text, word, editor = self._list.choices[index].text, self._begun, self._editor
        row, column = editor.cursor_location
        after = editor.document.get_line(row)[column:]
        closed = after.startswith(word.quote)
        self.close()
        with editor.one_step():
            typed = text if closed else text + word.quote + word.closing
            editor.replace(typed, (row, column - len(word.typed)), (row, column), maintain_selection_offset=False)
            if closed:
                behind = len(word.quote) + (len(word.closing) if after[1:].startswith(word.closing) else 0)
                row, column = editor.cursor_location
                editor.move_cursor((row, column + behind))


def _word(row: int, word: Begun) -> tuple[int, str]:
    """Return the identity of a word that is being typed; it does not change while the word grows."""
    return row, word.quote + word.closing


def _lines(text: str, width: int) -> list[str]:
    """Return `text` in at most `_MOST_ABOUT` lines of this width."""
    rows: list[str] = []
    for word in text.split():
        if rows and len(rows[-1]) + 1 + len(word) <= width:
            rows[-1] += f" {word}"
        else:
            rows.append(word[:width])
    return rows[:_MOST_ABOUT]
