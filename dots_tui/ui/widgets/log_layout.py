"""Where the rows of a log stand on the page when long lines are wrapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.geometry import Size


class LogLayout:
    """Rows on a page, each taking one or more screen lines. `parts` returns how many a row takes, given the page."""

    def __init__(self, parts: Callable[[int, Size], int]) -> None:
        self._parts = parts
        self._key: tuple[int, ...] = ()
        self._places: list[tuple[int, int]] = []

    def forget(self) -> None:
        """Drop the layout: the rows changed."""
        self._key = ()

    def place(self, y: int, top: int, page: Size, count: int) -> tuple[int, int]:
        """Return the row at screen line `y` and which part of it, on a page that begins with row `top` of `count`."""
        key = (top, *page, count)
        if key != self._key:
            places: list[tuple[int, int]] = []
            row = top
            while len(places) < page.height:
                places += [(row, part) for part in range(self._parts(row, page) if row < count else 1)]
                row += 1
            self._key, self._places = key, places
        return self._places[y] if y < len(self._places) else (count, 0)

    def top_for(self, row: int, room: int, page: Size) -> int:
        """Return the first row of a page on which `row` ends within `room` screen lines from the top."""
        top = max(0, row)
        room -= self._parts(top, page)
        while top > 0 and room >= self._parts(top - 1, page):
            top -= 1
            room -= self._parts(top, page)
        return top
