"""How one log line looks: what is highlighted in it, and what of it a window shows. No state."""

from __future__ import annotations

import re
from re import Pattern
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from rich.text import Text
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.style import Style

HIGHLIGHTS: Pattern[str] = re.compile(
    r"(?P<bad>\b\w*(?:Error|Exception)\b|\bERROR\b|\bFATAL\b|\bCRITICAL\b|Traceback)"
    r"|(?P<warning>\bWARN(?:ING)?\b)"
    r"|(?P<good>SIM_TRACE_LOG)"
    r"|(?P<accent>Policy training>|\[BestModelSelection\]|Checkpoint>|Best checkpoint number)"
    r"|(?P<info>\bTraining>|\bTesting>|## agent:)"
)
"""The records of a training log. Each group is named after the tint of its text."""


def line_text(
    text: str,
    label: str,
    tint: Callable[[str], Style],
    highlights: Pattern[str],
    search: tuple[Pattern[str], Style] | None = None,
    *,
    quiet: bool = False,
) -> Text:
    """`label` (padded by the caller) and `text` with its highlights and the matches of a search.

    A `quiet` line is muted as a whole.
    """
    body = Text(text, style=tint("muted") if quiet else "", end="", no_wrap=True)
    for match in () if quiet else highlights.finditer(text):
        body.stylize(tint(match.lastgroup or "accent"), *match.span())
    if search is not None:
        pattern, style = search
        for match in pattern.finditer(text):
            body.stylize(style, *match.span())
    return Text(end="", no_wrap=True).append(label, tint("muted")).append_text(body)


class Window(NamedTuple):
    """What of a line is shown in `width` cells: its first `fixed` cells, then what follows from cell `x` on.

    The cells know their place (`row`, column), which is what makes text selection with the mouse work.
    """

    width: int
    fixed: int
    x: int
    row: int

    @property
    def room(self) -> int:
        """The number of cells after the fixed ones."""
        return max(1, self.width - self.fixed)

    def strip(self, text: Text, console: Console, base: Style, cut: str) -> Strip:
        """`text` in this window; `cut` marks that more follows on the right, "" that nothing is lost."""
        strip = rendered(text, console, base)
        fixed, x, room = self.fixed, self.x, max(0, self.width - self.fixed)
        head = strip.crop(0, min(fixed, self.width)).apply_offsets(0, self.row)
        more = bool(cut) and strip.cell_length > fixed + x + room and room > 1
        body = strip.crop_extend(fixed + x, fixed + x + room - more, base).apply_offsets(fixed + x, self.row)
        tail = Strip([Segment(cut, base)] if more else [], int(more))
        return Strip.join([head, body, tail])

    def continued(self, text: Text, console: Console, base: Style) -> Strip:
        """The same for a second or further row of a wrapped line: the fixed cells are blank."""
        strip = rendered(text, console, base)
        start = self.fixed + self.x
        body = strip.crop_extend(start, start + self.room, base).apply_offsets(start, self.row)
        return Strip.join([Strip.blank(self.fixed, base), body])


def rendered(text: Text, console: Console, base: Style) -> Strip:
    """Return all of `text` on `base`."""
    text.stylize_before(base)
    return Strip(text.render(console), text.cell_len)
