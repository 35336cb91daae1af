"""The text of log lines that is copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.selection import Selection

    from dots_tui.ui.widgets.log_columns import LogColumns
    from dots_tui.ui.widgets.log_rows import LogRows

MOST_COPIED = 10_000
"""Lines copied at most; the clipboard of a terminal takes far fewer."""


def page_text(rows: LogRows, columns: LogColumns, shown: range) -> str:
    """Return the rows `shown` as text, labels included."""
    return "\n".join(columns.joined(line).rstrip() for line in rows.page(shown.start, shown.stop).values())


def selected_text(rows: LogRows, columns: LogColumns, selection: Selection) -> str:
    """Return the text under `selection`, whose rows are line numbers; at most `MOST_COPIED` lines of it."""
    start = 0 if selection.start is None else rows.row(selection.start.y)
    stop = len(rows) if selection.end is None else rows.row(selection.end.y) + 1
    parts = []
    for line in rows.page(start, min(stop, start + MOST_COPIED)).values():
        span = selection.get_span(line.number)
        if span is not None:
            text = columns.joined(line)
            parts.append(text[span[0] : len(text) if span[1] < 0 else span[1]].rstrip())
    return "\n".join(parts)
