"""The log viewer: the rows of a log, with search, bookmarks and copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical

from dots_tui.ui.commands import Command, CommandHost, bindings
from dots_tui.ui.widgets.log_bookmarks import LogBookmarks
from dots_tui.ui.widgets.log_columns import LogColumns
from dots_tui.ui.widgets.log_copy import page_text, selected_text
from dots_tui.ui.widgets.log_lines import LogLines
from dots_tui.ui.widgets.log_messages import LogBookmarked, LogCopied, LogFound
from dots_tui.ui.widgets.log_paint import HIGHLIGHTS
from dots_tui.ui.widgets.log_rows import OPEN, LogRows
from dots_tui.ui.widgets.log_search import LogSearch
from dots_tui.ui.widgets.log_sieve import Sieve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from re import Pattern

    from dots_tui.spool.store import Spool


def _needs_log(view: LogView) -> str:
    return "" if view.rows is not None else "no training is watched"


_command = partial(Command, show=False, needs=_needs_log)


LOG_VIEW_COMMANDS = (
    Command(
        "training.follow",
        "Follow",
        "Show the newest lines of the log, or pause.",
        "f",
        "follow",
        needs=_needs_log,
    ),
    _command(
        "training.next-match",
        "Next match",
        "Go to the next match in the direction of the search.",
        "n",
        "next_match",
    ),
    _command(
        "training.previous-match",
        "Previous match",
        "Go to the next match in the other direction.",
        "N",
        "previous_match",
    ),
    _command(
        "training.next-error",
        "Next error",
        "Go to the next error in the log; harmless noise is skipped.",
        "e",
        "next_error",
    ),
    _command(
        "training.previous-error", "Previous error", "Go to the previous error in the log.", "E", "previous_error"
    ),
    _command("training.wrap", "Wrap", "Wrap long log lines, or cut them.", "W", "wrap"),
    _command("training.bookmark", "Bookmark", "Set or remove a bookmark at the current log line.", "m", "bookmark"),
    _command("training.next-bookmark", "Next bookmark", "Go to the next bookmark.", "b", "next_bookmark"),
    _command(
        "training.previous-bookmark", "Previous bookmark", "Go to the previous bookmark.", "B", "previous_bookmark"
    ),
    _command("training.copy", "Copy", "Copy the selected lines, or those on the screen.", "y", "copy"),
)


class LogView(CommandHost, Vertical):
    """The lines of a `Spool` that pass a `Sieve`, newest at the bottom, with search, bookmarks and copy.

    See `LogColumns` for `label` and `shorten`, `LogPainter` for `highlights`.
    """

    DEFAULT_CSS = "LogView > LogLines { height: 1fr; }"
    ACTIONS = LOG_VIEW_COMMANDS
    BINDINGS = bindings(ACTIONS)

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
        super().__init__(id=id, classes=classes)
        self.columns = LogColumns(label, shorten)
        self.lines = LogLines(self.columns, highlights)
        self.lines.bookmarks = self.bookmarks = LogBookmarks()
        self._search = LogSearch(self, self._search_ended)
        if spool is not None:
            self.lines.start_with(LogRows(spool))

    def compose(self) -> ComposeResult:
        yield self.lines

    @property
    def rows(self) -> LogRows | None:
        """The rows shown, None if there is no log."""
        return self.lines.rows

    # -- which lines ------------------------------------------------------------------------------

    def set_spool(self, spool: Spool | None) -> None:
        """Show another spool, from its end and without filter or bookmarks."""
        self.bookmarks.clear()
        self.lines.show(None if spool is None else LogRows(spool))

    def sift(self, sieve: Sieve) -> None:
        """Show only the lines that pass `sieve`. The lines being read stay in view if they pass."""
        rows, lines = self.rows, self.lines
        if rows is None or sieve == rows.sieve:
            return
        mark = lines.mark if lines.mark is not None else lines.page_now.top_number
        paused_on = None if lines.following else mark
        lines.show(LogRows(rows.spool, sieve))
        if paused_on is not None and sieve.open:
            lines.show_number(paused_on)

    def show_sources(self, sources: Collection[str] | None) -> None:
        """Show only the lines of `sources` (the names given to `Spool.append`); None shows all."""
        self.sift(OPEN if sources is None else Sieve(sources=frozenset(sources)))

    def set_times(self, times: str) -> None:
        """Show the time of each line as `LogColumns.times` says."""
        self.columns.times = times
        self.lines.redraw()

    def action_follow(self) -> None:
        self.lines.following = not self.lines.following

    def action_wrap(self) -> None:
        self.lines.wrap = not self.lines.wrap

    # -- search -----------------------------------------------------------------------------------

    @property
    def searched(self) -> str:
        """The pattern searched for and highlighted; "" for none."""
        return self._search.pattern

    def search(self, pattern: str, forward: bool = True) -> None:
        """Mark the next line with `pattern`, beginning with the page shown, and highlight it everywhere.

        The search runs in a thread; `LogFound` is posted when it ends.
        """
        self._search.start(pattern, forward=forward)
        self._highlight()
        self._search.repeat(self.rows, self._start)

    def clear_search(self) -> None:
        """Clear the search with its highlights and the mark."""
        self._search.clear()
        self.lines.mark = None
        self._highlight()

    def _highlight(self) -> None:
        self.lines.painter.matches = self._search.matches
        self.lines.strips.forget()
        self.lines.refresh()

    def action_next_match(self) -> None:
        self._search.repeat(self.rows, self._start)

    def action_previous_match(self) -> None:
        self._search.repeat(self.rows, self._start, -1)

    def action_next_error(self) -> None:
        self._search.error(self.rows, self._start, 1)

    def action_previous_error(self) -> None:
        self._search.error(self.rows, self._start, -1)

    def _start(self, step: int) -> int:
        """Return the row where a search begins: beyond the marked line if it is visible, else the edge of the page."""
        shown, mark = self.lines.page_now.shown(), self.lines.mark
        at = None if mark is None or self.rows is None else self.rows.row(mark)
        return at + step if at is not None and at in shown else shown[0] if step > 0 else shown[-1]

    def _search_ended(self, pattern: str, number: int | None, wrapped: bool) -> None:
        self.post_message(LogFound(self, pattern, number, wrapped))

    @on(LogFound)
    def _show_found(self, message: LogFound) -> None:
        if message.number is not None:
            self.lines.show_number(message.number)

    # -- bookmarks --------------------------------------------------------------------------------

    def _current(self) -> int | None:
        """Return the row of the marked line if visible, else of the newest line while following, else of the top."""
        if self.rows is None or not len(self.rows):
            return None
        shown, mark = self.lines.page_now.shown(), self.lines.mark
        row = None if mark is None else self.rows.row(mark)
        return row if row in shown else shown[-1] if self.lines.following else shown[0]

    def action_bookmark(self) -> None:
        """Set a bookmark at the marked line, or at the current one; or remove it."""
        row = self._current()
        if row is None or self.rows is None:
            return
        self.bookmarks.toggle(self.rows.number(row))
        self.post_message(LogBookmarked(self, len(self.bookmarks)))
        self.lines.redraw()

    def action_next_bookmark(self) -> None:
        self._go_to_bookmark(1)

    def action_previous_bookmark(self) -> None:
        self._go_to_bookmark(-1)

    def _go_to_bookmark(self, step: int) -> None:
        """Go to the next (1) or the previous (-1) bookmark among the lines shown, around the end."""
        rows, current = self.rows, self._current()
        row = None if rows is None or current is None else self.bookmarks.beyond(rows, current, step)
        if rows is None or row is None:
            self.post_message(LogBookmarked(self, len(self.bookmarks), none_here=True))
        else:
            self.lines.show_number(rows.number(row))

    def on_click(self, event: events.Click) -> None:
        """Mark the line under the pointer."""
        lines = self.lines
        offset = event.get_content_offset(lines)
        if self.rows is None or offset is None or lines.text_selection is not None:
            return
        row = lines.page_now.row_at(offset.y)
        if row is not None:
            lines.mark = self.rows.number(row)
            lines.following = False
            lines.redraw()

    # -- copy -------------------------------------------------------------------------------------

    def copy_text(self) -> str:
        """Return the selected text, or the lines on the screen if nothing is selected; labels included."""
        if self.rows is None or not len(self.rows):
            return ""
        selection = self.lines.text_selection
        if selection is not None:
            return selected_text(self.rows, self.columns, selection)
        return page_text(self.rows, self.columns, self.lines.page_now.shown())

    def action_copy(self) -> None:
        """Send `copy_text` to the terminal's clipboard."""
        text = self.copy_text()
        if text:
            self.app.copy_to_clipboard(text)
            self.post_message(LogCopied(self, text))
