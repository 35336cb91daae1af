"""An editor that offers the keys of `params` while one types: enter or tab takes one, escape closes the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Offset

from dots_tui.custom_files.folder import REWARD_FUNCTION
from dots_tui.custom_files.params_completion import begun, hint, keys_for
from dots_tui.ui.widgets.code_editor import CodeEditor
from dots_tui.ui.widgets.completion import Choice, CompletionList

if TYPE_CHECKING:
    from textual import events

    from dots_tui.custom_files.params_completion import Begun


class CompletingEditor(CodeEditor):
    """In a reward function there is a list of the keys that may be meant; in other files none."""

    _list: CompletionList | None = None
    _begun: Begun | None = None
    _closed_at: tuple[int, str] | None = None
    """Where somebody closed the list: it stays closed for that word."""

    @property
    def completing(self) -> bool:
        """Whether the list is open."""
        return self._list is not None

    def on_key(self, event: events.Key) -> None:
        """The keys of the list come before those of the editor."""
        if self._list is None:
            return
        if event.key in ("up", "down"):
            self._list.move(1 if event.key == "down" else -1)
        elif event.key in ("enter", "tab"):
            self._take(self._list.marked)
        elif event.key == "escape":
            self._close(for_good=True)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        self._close()

    def on_unmount(self) -> None:
        self._close()

    def on_text_area_selection_changed(self) -> None:
        """After typing as after moving: is a key being typed where the cursor is?"""
        self.offer()

    def offer(self) -> None:
        """Open, renew or close the list."""
        found = self._begun_here()
        row = self.cursor_location[0]
        if self._closed_at is not None and (found is None or self._closed_at != _word(row, found)):
            self._closed_at = None
        choices = [Choice(one.name, hint(one), one.about) for one in keys_for(found.typed)] if found else []
        if not choices or self._closed_at is not None:
            self._close()
            return
        assert found is not None
        self._begun = found
        if self._list is None:
            self._list = CompletionList(self._take)
            self.screen.mount(self._list)
        at = self.cursor_screen_offset
        self._list.show(choices, Offset(max(0, at.x - len(found.typed) - 4), at.y))

    def _begun_here(self) -> Begun | None:
        if self.file_name != REWARD_FUNCTION or self.read_only or not self.has_focus:
            return None
        start, end = self.selection
        if start != end:
            return None
        row, column = end
        return begun(self.document.get_line(row)[:column], self.document.lines, row)

    def _take(self, index: int) -> None:
        """Type the rest of a choice, and the quote and bracket behind it unless they are there."""
        assert self._list is not None
        assert self._begun is not None
        text, word = self._list.choices[index].text, self._begun
        row, column = self.cursor_location
        after = self.document.get_line(row)[column:]
        typed = text + ("" if after.startswith(word.quote) else word.quote + word.closing)
        self._close()
        with self.one_step():
            self.replace(typed, (row, column - len(word.typed)), (row, column), maintain_selection_offset=False)
            if after.startswith(word.quote):  # behind what closes it
                closed = len(word.quote) + (after[1:].startswith(word.closing) and len(word.closing))
                place = self.cursor_location
                self.move_cursor((place[0], place[1] + closed))

    def _close(self, *, for_good: bool = False) -> None:
        if for_good and self._begun is not None:
            self._closed_at = _word(self.cursor_location[0], self._begun)
        if self._list is not None:
            self._list.remove()
        self._list = self._begun = None


def _word(row: int, word: Begun) -> tuple[int, str]:
    """What is being typed where; the word may go on."""
    return row, word.quote + word.closing
