"""The bookmarks of a log view."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dots_tui.ui.widgets.log_rows import LogRows


class LogBookmarks(set[int]):
    """Numbers of the lines that carry a bookmark."""

    def toggle(self, number: int) -> None:
        """Set the bookmark of a line, or remove it."""
        self.symmetric_difference_update({number})

    def beyond(self, rows: LogRows, current: int, step: int) -> int | None:
        """Return the next (`step` 1) or previous (-1) bookmarked row, around the end. None if no row has one."""
        kept = sorted(row for row in map(rows.row, self) if row < len(rows) and rows.number(row) in self)
        if not kept:
            return None
        further = [row for row in kept[::step] if (row - current) * step > 0]
        return further[0] if further else kept[::step][0]
