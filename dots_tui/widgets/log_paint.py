"""How one log line looks: what is highlighted in it, and what of it a window shows. No state."""

from __future__ import annotations

import re
from re import Pattern
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.text import Text
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.style import Style

ERRORS: Pattern[bytes] = re.compile(
    rb"error|exception|traceback|fatal|critical|out of memory|\bkilled\b|core dumped", re.IGNORECASE
)
"""What makes a line one that the keys ``e`` and ``E`` stop at."""

HIGHLIGHTS: Pattern[str] = re.compile(
    r"(?P<bad>\b\w*(?:Error|Exception)\b|\bERROR\b|\bFATAL\b|\bCRITICAL\b|Traceback)"
    r"|(?P<warning>\bWARN(?:ING)?\b)"
    r"|(?P<good>SIM_TRACE_LOG)"
    r"|(?P<accent>Policy training>|\[BestModelSelection\]|Checkpoint>|Best checkpoint number)"
    r"|(?P<info>\bTraining>|\bTesting>|## agent:)"
)
"""The records of a training log; each group has the name of the tint it is painted in."""


def compile_search(pattern: str) -> tuple[Pattern[str], Pattern[bytes]]:
    """What a person typed as a pattern for text and for bytes.

    Lower case finds either case. What is no regular expression is looked for as it stands.
    """
    flags = re.IGNORECASE if pattern.islower() else 0
    try:
        return re.compile(pattern, flags), re.compile(pattern.encode(), flags)
    except re.error:
        escaped = re.escape(pattern)
        return re.compile(escaped, flags), re.compile(escaped.encode(), flags)


def line_text(
    text: str,
    label: str,
    tint: Callable[[str], Style],
    highlights: Pattern[str],
    search: tuple[Pattern[str], Style] | None = None,
) -> Text:
    """*label* (padded by the caller) and *text* with its highlights and the matches of a search."""
    body = Text(text, end="", no_wrap=True)
    for match in highlights.finditer(text):
        body.stylize(tint(match.lastgroup or "accent"), *match.span())
    if search is not None:
        pattern, style = search
        for match in pattern.finditer(text):
            body.stylize(style, *match.span())
    return Text(end="", no_wrap=True).append(label, tint("muted")).append_text(body)


def window(text: Text, console: Console, base: Style, fixed: int, x: int, width: int, row: int, cut: str) -> Strip:
    """The strip of *width* cells that shows *text* scrolled by *x* cells to the right.

    The first *fixed* cells stay where they are; *cut* marks that more follows on the right. The cells know their
    place (*row*, column), which is what makes text selection with the mouse work.
    """
    length = text.cell_len
    text.stylize_before(base)
    strip = Strip(text.render(console), length)
    head = strip.crop(0, min(fixed, width)).apply_offsets(0, row)
    room = max(0, width - fixed)
    more = length > x + width and room > 1
    body = strip.crop_extend(fixed + x, fixed + x + room - more, base).apply_offsets(fixed + x, row)
    tail = Strip([Segment(cut, base)] if more else [], int(more))
    return Strip.join([head, body, tail])
