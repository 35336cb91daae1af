"""A small raster for drawing lines with braille dots (two by four a cell), or with plain letters."""

from __future__ import annotations

from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style

BRAILLE = 0x2800
# The bit of each dot of a braille cell, by row and column.
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
LETTERS = "*o+x"  # one a layer, where braille cannot be shown


class Canvas:
    """`width` by `height` cells, that is `2 * width` by `4 * height` dots; (0, 0) is at the top left.

    Dots belong to a layer. A cell has the color of its lowest layer; in ascii it has that layer's letter. Single
    characters put with `write` lie on top of all dots.
    """

    def __init__(self, width: int, height: int, layers: int = 1) -> None:
        self.width, self.height = max(0, width), max(0, height)
        self._layers = [bytearray(self.width * self.height) for _ in range(layers)]
        self._written: dict[tuple[int, int], tuple[str, Style]] = {}

    def copy(self) -> Canvas:
        """Return an independent copy with the same dots and characters."""
        twin = Canvas(self.width, self.height, 0)
        twin._layers = [bytearray(layer) for layer in self._layers]
        twin._written = dict(self._written)
        return twin

    def dot(self, x: float, y: float, layer: int = 0) -> None:
        """Set one dot. A dot outside the canvas is ignored."""
        column, row = int(x), int(y)
        if 0 <= column < 2 * self.width and 0 <= row < 4 * self.height:
            cell = (row // 4) * self.width + column // 2
            self._layers[layer][cell] |= _BITS[row % 4][column % 2]

    def line(self, start: tuple[float, float], end: tuple[float, float], layer: int = 0, every: int = 1) -> None:
        """Draw a straight line between two dots; `every=2` sets only every second dot."""
        (x0, y0), (x1, y1) = start, end
        steps = max(1, ceil(max(abs(x1 - x0), abs(y1 - y0))))
        for step in range(0, steps + 1, every):
            part = step / steps
            self.dot(x0 + (x1 - x0) * part + 0.5, y0 + (y1 - y0) * part + 0.5, layer)

    def write(self, column: int, row: int, character: str, style: Style) -> None:
        """Put one character into a cell, over its dots."""
        if 0 <= column < self.width and 0 <= row < self.height:
            self._written[column, row] = (character, style)

    def rows(self, styles: Sequence[Style], ascii_only: bool = False) -> list[Text]:
        """Return the picture, one Text per row, with `styles` for the layers."""
        return [self._row(row, styles, ascii_only) for row in range(self.height)]

    def _row(self, row: int, styles: Sequence[Style], ascii_only: bool) -> Text:
        cells = [self._cell(column, row, ascii_only) for column in range(self.width)]
        text = Text(end="", no_wrap=True)
        for style, run in groupby(cells, key=lambda cell: cell[1]):
            characters = "".join(character for character, _ in run)
            text.append(characters, styles[style] if isinstance(style, int) else style)
        return text

    def _cell(self, column: int, row: int, ascii_only: bool) -> tuple[str, Style | int | None]:
        """Return the character of a cell, and its style or the layer that gives the style."""
        written = self._written.get((column, row))
        if written is not None:
            return written
        union, lowest = 0, -1
        for index, layer in enumerate(self._layers):
            bits = layer[row * self.width + column]
            if bits and lowest < 0:
                lowest = index
            union |= bits
        if lowest < 0:
            return " ", None
        return (LETTERS[lowest % len(LETTERS)] if ascii_only else chr(BRAILLE | union)), lowest
