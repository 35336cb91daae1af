"""The log viewer: a `LogWindow` in which one can search, go from error to error, keep places, and copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from dots_tui.ui.widgets.log_paint import HIGHLIGHTS
from dots_tui.ui.widgets.log_sieve import ErrorMatcher, Matcher, compile_search
from dots_tui.ui.widgets.log_window import LogWindow

if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Pattern

    from textual import events
    from textual.selection import Selection

    from dots_tui.spool.store import Spool

    Find = Callable[[int, int, Callable[[], bool]], "int | None"]

MOST_COPIED = 10_000  # lines; the clipboard of a terminal takes far less


class LogView(LogWindow):
    """Lines of a `Spool` (see `LogWindow`), with search and copy.

    Keys: arrows and pages scroll, ``f`` follow or pause, ``n``/``N`` next match the same or the other way,
    ``e``/``E`` next/previous error line, ``m`` set or clear a bookmark, ``b``/``B`` next/previous bookmark, ``y`` copy.
    A click marks a line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "repeat(1)", "Next match", show=False, id="log.next-match"),
        Binding("N", "repeat(-1)", "Previous match", show=False, id="log.previous-match"),
        Binding("e", "error(1)", "Next error", show=False, id="log.next-error"),
        Binding("E", "error(-1)", "Previous error", show=False, id="log.previous-error"),
        Binding("m", "bookmark", "Bookmark", show=False, id="log.bookmark"),
        Binding("b", "go_to_bookmark(1)", "Next bookmark", show=False, id="log.next-bookmark"),
        Binding("B", "go_to_bookmark(-1)", "Previous bookmark", show=False, id="log.previous-bookmark"),
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

    class Bookmarked(Message):
        """A bookmark was set or taken away: there are *count* now. *none_here*: none is among the lines shown."""

        def __init__(self, view: LogView, count: int, *, none_here: bool = False) -> None:
            super().__init__()
            self.view, self.count, self.none_here = view, count, none_here

        @property
        def control(self) -> LogView:
            return self.view

    def __init__(
        self,
        spool: Spool | None = None,
        *,
        label: Callable[[str], str] = str,
        shorten: Callable[[str], str] = str,
        highlights: Pattern[str] = HIGHLIGHTS,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__(spool, label=label, shorten=shorten, highlights=highlights, id=id, classes=classes)
        self._searched: tuple[str, int] | None = None

    # finding

    def search(self, pattern: str, forward: bool = True) -> None:
        """Mark the next line with *pattern* from the page shown on, and highlight it everywhere.

        Searching runs in a thread; `Found` is posted when it ends.
        """
        self._searched = (pattern, 1 if forward else -1)
        self._matches = compile_search(pattern)
        self._strips.clear()
        self.refresh()
        self._seek(pattern, Matcher(pattern), 1 if forward else -1)

    @property
    def searched(self) -> str:
        """What is searched for and highlighted; "" for nothing."""
        return "" if self._searched is None else self._searched[0]

    def clear_search(self) -> None:
        """Forget the search: nothing is highlighted or marked any more."""
        self._searched = self._matches = self._mark = None
        self._strips.clear()
        self.refresh()

    def action_repeat(self, step: int) -> None:
        """The next match in the direction of the search (1) or against it (-1)."""
        if self._searched is not None:
            pattern, direction = self._searched
            self._seek(pattern, Matcher(pattern), step * direction)

    def action_error(self, step: int) -> None:
        """The next (1) or the previous (-1) error line."""
        self._seek("error", ErrorMatcher(), step)

    def _seek(self, name: str, matcher: Matcher | ErrorMatcher, step: int) -> None:
        if self.rows is None or not len(self.rows):
            self.post_message(self.Found(self, name, None, False))
            return
        shown = self._shown()
        at = None if self._mark is None else self.rows.row(self._mark)
        start = at + step if at is not None and at in shown else shown[0] if step > 0 else shown[-1]
        work = partial(self._find, self.rows.finder(matcher), len(self.rows), name, start, step)
        self.run_worker(work, group="log-search", exclusive=True, thread=True)

    def _find(self, find: Find, count: int, name: str, start: int, step: int) -> None:
        """In a thread: search to one end of the log, then on from the other."""
        worker = get_current_worker()
        number = find(start, step, lambda: worker.is_cancelled)
        wrapped = number is None
        if wrapped:
            number = find(0 if step > 0 else count - 1, step, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.post_message(self.Found(self, name, number, wrapped))

    def _shown(self) -> range:
        """The rows on the page; there is at least one row."""
        first = min(self.place(0)[0], self.line_count() - 1)
        last = self.place(max(0, self.page.height - 1 - self._noticed))[0]
        return range(first, min(last, self.line_count() - 1) + 1)

    def on_log_view_found(self, message: Found) -> None:
        if message.number is not None:
            self.show_number(message.number)

    # bookmarks

    def _current(self) -> int | None:
        """The row of the marked line if it is on the page, else of the newest while following, else of the top."""
        if self.rows is None or not len(self.rows):
            return None
        shown = self._shown()
        row = None if self._mark is None else self.rows.row(self._mark)
        return row if row in shown else shown[-1] if self.following else shown[0]

    def action_bookmark(self) -> None:
        """Set a bookmark at the line marked (found or clicked), or at the one looked at; or take it away."""
        row = self._current()
        if row is None or self.rows is None:
            return
        self.bookmarks ^= {self.rows.number(row)}
        self.post_message(self.Bookmarked(self, len(self.bookmarks)))
        self.redraw()

    def action_go_to_bookmark(self, step: int) -> None:
        """The next (1) or the previous (-1) bookmark among the lines shown, round the end."""
        rows, current = self.rows, self._current()
        kept = [] if rows is None else sorted(row for row in map(rows.row, self.bookmarks) if self._is_bookmark(row))
        if rows is None or current is None or not kept:
            self.post_message(self.Bookmarked(self, len(self.bookmarks), none_here=True))
            return
        further = [row for row in kept[::step] if (row - current) * step > 0]
        self.show_number(rows.number(further[0] if further else kept[::step][0]))

    def _is_bookmark(self, row: int) -> bool:
        return self.rows is not None and row < len(self.rows) and self.rows.number(row) in self.bookmarks

    def on_click(self, event: events.Click) -> None:
        """Mark the line under the pointer."""
        offset = event.get_content_offset(self)
        if self.rows is None or offset is None or self.text_selection is not None:
            return
        row = self.place(offset.y)[0]
        if row < len(self.rows) and not (self._noticed and offset.y == self.page.height - 1):
            self._mark = self.rows.number(row)
            self.following = False
            self.redraw()

    # copying

    def copy_text(self) -> str:
        """The selected text, or without a selection the lines on the screen; labels included."""
        selection = self.text_selection
        if selection is not None:
            return self.get_selection(selection)[0]
        if self.rows is None:
            return ""
        if not len(self.rows):
            return ""
        shown = self._shown()
        lines = self.rows.page(shown.start, shown.stop)
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
        start = 0 if selection.start is None else self.rows.row(selection.start.y)
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
