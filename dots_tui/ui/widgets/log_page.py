"""The page of a log view: which row stands on which screen line, and the lines read for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.geometry import Size

from dots_tui.ui.widgets.log_layout import LogLayout

if TYPE_CHECKING:
    from dots_tui.spool.store import SpoolLine
    from dots_tui.ui.widgets.log_painter import LogPainter
    from dots_tui.ui.widgets.log_rows import LogRows

MOST_LOADED = 1000  # lines kept to paint them again


class LogPage:
    """A page of `rows` that begins with row `top`. The view sets `top`, `size`, `wrap` and `noticed` before use."""

    def __init__(self, painter: LogPainter) -> None:
        self.rows: LogRows | None = None
        self.top = 0
        self.size = Size(0, 0)
        self.wrap = False
        self.noticed = False
        """True if a notice covers the last screen line."""
        self._painter = painter
        self._layout = LogLayout(self._parts)
        self._loaded: dict[int, SpoolLine] = {}

    def forget(self) -> None:
        """Drop the lines read so far: the rows changed."""
        self._loaded = {}
        self._layout.forget()

    @property
    def count(self) -> int:
        """The number of rows."""
        return 0 if self.rows is None else len(self.rows)

    @property
    def top_number(self) -> int | None:
        """Number of the line at the top of the page."""
        return self.rows.number(self.top) if self.rows is not None and self.top < self.count else None

    def place(self, y: int) -> tuple[int, int]:
        """Return the row on screen line `y`, and which part of it if it is wrapped."""
        return self._layout.place(y, self.top, self.size, self.count) if self.wrap else (self.top + y, 0)

    def row_at(self, y: int) -> int | None:
        """Return the row on screen line `y`, None if there is none or a notice covers it."""
        row = self.place(y)[0]
        return row if row < self.count and not (self.noticed and y == self.size.height - 1) else None

    def shown(self) -> range:
        """Return the rows on the page. There must be at least one row."""
        first = min(self.place(0)[0], self.count - 1)
        last = self.place(max(0, self.size.height - 1 - self.noticed))[0]
        return range(first, min(last, self.count - 1) + 1)

    def top_for(self, row: int, room: int) -> int:
        """Return the first row of a page on which `row` ends within `room` screen lines from the top."""
        return self._layout.top_for(row, room, self.size) if self.wrap else max(0, row - room + 1)

    def height(self) -> int:
        """Return the height to scroll over, in rows; a notice never covers the last of them."""
        if not self.wrap:
            return self.count + self.noticed
        return self.top_for(self.count - 1, self.size.height - self.noticed) + self.size.height

    def line(self, row: int) -> SpoolLine | None:
        """Return the line of a row. On a miss the whole page is read at once."""
        if self.rows is None or row >= self.count:
            return None
        if row not in self._loaded:
            near = row if abs(row - self.top) > self.size.height else self.top
            if len(self._loaded) > MOST_LOADED:
                self._loaded.clear()
            self._loaded.update(self.rows.page(min(row, near), max(row + 1, near + self.size.height)))
        return self._loaded.get(row)

    def _parts(self, row: int, size: Size) -> int:
        line = self.line(row)
        return 1 if line is None else self._painter.parts(line, size)
