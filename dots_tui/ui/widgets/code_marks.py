"""The marks on the lines of an editor: syntax colors, search matches, and the signs of problems in the gutter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from dots_tui.ui.widgets.glyphs import glyph
from dots_tui.ui.widgets.highlight import Highlighter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from re import Pattern

    from rich.text import Text

    from dots_tui.ui.widgets.text_search import Hit

KINDS = ("keyword", "definition", "builtin", "string", "number", "constant", "comment", "key", "variable", "invalid")
SEVERITIES = ("error", "warning", "info")
SEARCH = ("match", "hit")


@dataclass(frozen=True)
class LineProblem:
    """The problem of a line: a sentence, and "error", "warning" or "info"."""

    message: str
    severity: str = "error"


class CodeMarks:
    """The marks on the text of one file. `style` returns the style of a name in `KINDS`, `SEVERITIES` or `SEARCH`."""

    def __init__(self, file_name: str, style: Callable[[str], Style]) -> None:
        self._style = style
        self._searched: Pattern[str] | None = None
        self.open(file_name)

    def open(self, file_name: str) -> None:
        """Start again with another file: its name determines the syntax, and no line has problems."""
        self._highlighter = Highlighter(file_name)
        self.problems: Mapping[int, LineProblem] = {}
        """By line, from 1."""
        self.text_changed()

    def text_changed(self) -> None:
        """Forget what belongs to the previous text."""
        self._outdated = True
        self._hit: Hit | None = None

    def search(self, searched: Pattern[str] | None, hit: Hit | None) -> None:
        """Mark all matches of `searched`, and `hit` among them."""
        self._searched, self._hit = searched, hit

    def hit_at(self, place: tuple[int, int]) -> Hit | None:
        """Return the match shown last, if it begins at `place` and the text is unchanged."""
        return self._hit if self._hit is not None and self._hit[:2] == place else None

    def next_problem(self, line: int, step: int, last: int) -> int | None:
        """Return the next (1) or previous (-1) line up to `last` with a problem, around the end; None without any."""
        lines = sorted((one for one in self.problems if 1 <= one <= last), reverse=step < 0)
        return next((one for one in lines if (one - line) * step > 0), lines[0] if lines else None)

    def color(self, text: Text, row: int, lines: Sequence[str]) -> Text:
        """Color `text`, the row `row` of `lines`."""
        if self._outdated:
            self._highlighter.update(lines)
            self._outdated = False
        for span in self._highlighter.spans(row, text.plain):
            text.stylize(self._tint(span.name), span.start, span.end)
        if self._searched is not None:
            for match in self._searched.finditer(text.plain):
                # The hit is reversed: the line of the cursor has a background of its own.
                here = self._hit == (row, *match.span())
                text.stylize(self._tint("hit") if here else self._style("match"), *match.span())
        return text

    def in_gutter(self, strip: Strip, row: int, width: int, base: Style, *, plain: bool) -> Strip:
        """Return the painted row with the sign of its problem, if any. The gutter of `width` ends with two blanks."""
        problem = self.problems.get(row + 1)
        if problem is None:
            return strip
        severity = problem.severity if problem.severity in SEVERITIES else "error"
        sign = Strip([Segment(glyph(severity, plain), base + self._tint(severity))], 1)
        return Strip.join([strip.crop(0, width - 2), sign, strip.crop(width - 1)])

    def _tint(self, name: str) -> Style:
        style = self._style(name)
        return style.without_color + Style(color=style.color)
