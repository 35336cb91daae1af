"""The log viewer: a `LogWindow` in which one can search, go from error to error, and copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from dots_tui.widgets.log_paint import ERRORS, HIGHLIGHTS, compile_search
from dots_tui.widgets.log_window import LogWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Pattern

    from textual.selection import Selection

    from dots_tui.spool import Spool
    from dots_tui.widgets.log_rows import LogRows

MOST_COPIED = 10_000  # lines; the clipboard of a terminal takes far less


class LogView(LogWindow):
    """Lines of a `Spool` (see `LogWindow`), with search and copy.

    Keys: arrows and pages scroll, ``f`` follow or pause, ``n``/``N`` next match the same or the other way,
    ``e``/``E`` next/previous error line, ``y`` copy. *errors* says what an error line is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "repeat(1)", "Next match", show=False, id="log.next-match"),
        Binding("N", "repeat(-1)", "Previous match", show=False, id="log.previous-match"),
        Binding("e", "error(1)", "Next error", show=False, id="log.next-error"),
        Binding("E", "error(-1)", "Previous error", show=False, id="log.previous-error"),
        Binding("y", "copy", "Copy", show=False, id="log.copy"),
    ]

    class Found(Message):
        """A search ended. *number* is the line now marked, None when nothing was found; *wrapped* when it had to
        go on from the other end of the log."""

        def __init__(self, view: LogView, pattern: str, number: int | None, wrapped: bool) -> None:
            super().__init__()
            self.view, self.pattern, self.number, self.wrapped = view, pattern, number, wrapped

        @property
        def control(self) -> LogView:
            return self.view

    class Copied(Message):
        """``y``: *text* went to the terminal's clipboard (whether it arrived nobody can know)."""

        def __init__(self, view: LogView, text: str) -> None:
            super().__init__()
            self.view, self.text = view, text

        @property
        def control(self) -> LogView:
            return self.view

    def __init__(
        self,
        spool: Spool | None = None,
        *,
        label: Callable[[str], str] = str,
        shorten: Callable[[str], str] = str,
        errors: Pattern[bytes] = ERRORS,
        highlights: Pattern[str] = HIGHLIGHTS,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(spool, label=label, shorten=shorten, highlights=highlights, id=id, classes=classes)
        self.errors = errors
        self._searched: tuple[str, int] | None = None

    @property
    def mark(self) -> int | None:
        """The number of the line found last, None before the first search."""
        return self._mark

    # finding

    def search(self, pattern: str, forward: bool = True) -> None:
        """Mark the next line with *pattern* from the page shown on, and highlight it everywhere.

        Searching runs in a thread; `Found` is posted when it ends.
        """
        self._searched = (pattern, 1 if forward else -1)
        self._matches, wanted = compile_search(pattern)
        self._strips.clear()
        self.refresh()
        self._seek(pattern, wanted, 1 if forward else -1)

    def clear_search(self) -> None:
        """Forget the search: nothing is highlighted or marked any more."""
        self._searched = self._matches = self._mark = None
        self._strips.clear()
        self.refresh()

    def action_repeat(self, step: int) -> None:
        """The next match in the direction of the search (1) or against it (-1)."""
        if self._searched is not None:
            pattern, direction = self._searched
            self._seek(pattern, compile_search(pattern)[1], step * direction)

    def action_error(self, step: int) -> None:
        """The next (1) or the previous (-1) error line."""
        self._seek("error", self.errors, step)

    def _seek(self, name: str, pattern: Pattern[bytes], step: int) -> None:
        if self.rows is None or not len(self.rows):
            self.post_message(self.Found(self, name, None, False))
            return
        top = min(self.scroll_offset.y, len(self.rows) - 1)
        bottom = min(top + self.page.height, len(self.rows)) - 1
        shown = range(self.rows.number(top), self.rows.number(bottom) + 1)
        if self._mark is not None and self._mark in shown:
            start = self._mark + step
        else:
            start = shown[0] if step > 0 else shown[-1]
        work = partial(self._find, self.rows, name, pattern, start, step)
        self.run_worker(work, group="log-search", exclusive=True, thread=True)

    def _find(self, rows: LogRows, name: str, pattern: Pattern[bytes], start: int, step: int) -> None:
        """In a thread: search to one end of the log, then on from the other."""
        worker = get_current_worker()
        seek = partial(rows.spool.search, pattern, step=step, sources=rows.sources, stopped=lambda: worker.is_cancelled)
        number = seek(start=start)
        wrapped = number is None
        if wrapped:
            number = seek(start=0 if step > 0 else len(rows.spool))
        if not worker.is_cancelled:
            self.post_message(self.Found(self, name, number, wrapped))

    def on_log_view_found(self, message: Found) -> None:
        if message.number is not None:
            self.show_number(message.number)

    def show_number(self, number: int) -> None:
        """Mark the line with this number and pause with it in the middle."""
        self._mark = number
        self.following = False
        self._take_over()
        if self.rows is not None:
            self._own_scroll = True
            self.scroll_to(y=self.rows.row(number) - self.page.height // 2, animate=False, force=True)
            self._own_scroll = False

    # copying

    def copy_text(self) -> str:
        """The selected text, or without a selection the lines on the screen; labels included."""
        selection = self.text_selection
        if selection is not None:
            return self.get_selection(selection)[0]
        if self.rows is None:
            return ""
        top = self.scroll_offset.y
        lines = self.rows.page(top, top + self.page.height - (not self.following))
        return "\n".join("".join(self._text(line)).rstrip() for line in lines.values())

    def action_copy(self) -> None:
        """Send `copy_text` to the terminal's clipboard."""
        text = self.copy_text()
        if text:
            self.app.copy_to_clipboard(text)
            self.post_message(self.Copied(self, text))

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """The text under *selection*, whose rows are line numbers; at most `MOST_COPIED` lines of it."""
        if self.rows is None:
            return "", "\n"
        start = self.rows.row(0 if selection.start is None else selection.start.y)
        stop = len(self.rows) if selection.end is None else self.rows.row(selection.end.y) + 1
        parts = []
        for line in self.rows.page(start, min(stop, start + MOST_COPIED)).values():
            span = selection.get_span(line.number)
            if span is not None:
                text = "".join(self._text(line))
                parts.append(text[span[0] : len(text) if span[1] < 0 else span[1]].rstrip())
        return "\n".join(parts), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        del selection
        self._strips.clear()
        self.refresh()
