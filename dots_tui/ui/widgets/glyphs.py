"""The signs the widgets draw with, each with an ascii twin for terminals whose font lacks the other.

A sign never stands alone: a word says the same beside it, so neither color nor glyph carries the meaning.
"""

from __future__ import annotations

from dots_tui.plain_text import harmless_line

_GLYPHS = {
    "error": ("✗", "x"),
    "warning": ("▲", "!"),
    "info": ("●", "i"),
    "good": ("✓", "+"),
    "active": ("●", "*"),
    "checking": ("◆", "o"),
    "busy": ("◐", "~"),
    "waiting": ("○", "."),
    "cursor": ("▸", ">"),
    "choice": ("▾", "v"),
    "cut": ("…", ">"),
    "dot": ("·", "-"),
    "rule": ("│", "|"),
}


def glyph(name: str, ascii_only: bool = False) -> str:
    """The sign called `name`, e.g. `error`; one cell wide."""
    return _GLYPHS[name][ascii_only]


FIRST_DATE = 1e8
"""Unix seconds; a smaller time is no date but counted from the start of a recording. 0 is none at all."""


def span(seconds: float) -> str:
    """A span of time as a clock shows it: "0:00:42", "27:31:07"."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def age(seconds: float) -> str:
    """A span of time in the one unit that says enough: "0.4 s", "42 s", "3 min", "2 h", "5 d"."""
    if seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    for unit, length in (("min", 60), ("h", 3600)):
        if seconds < 100 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86400:.0f} d"


def ascii_only(app: object) -> bool:
    """Whether `app` wants plain ascii: it says so with an attribute `ascii_only`; without one it does not."""
    return bool(getattr(app, "ascii_only", False))


def clean(text: str) -> str:
    """`text` as one harmless line: no escape sequences, no control or invisible characters, tabs expanded.

    Whatever a log line, a file name or an event of AWS holds, it cannot move the cursor or end the screen.
    """
    return harmless_line(text)
