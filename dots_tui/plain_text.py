"""Foreign text made harmless for a terminal: no escape sequences, no control, direction or invisible characters."""

from __future__ import annotations

import re

STAND_IN = "·"

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # CSI: colors, cursor movement
    r"|\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: titles, clipboard, links
    r"|[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|[ -/]*[0-~])?"  # every other escape
    r"|\x9b[0-?]*[ -/]*[@-~]"  # CSI as one character
    r"|\x9d[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC as one character
    r"|[\x90\x98\x9e\x9f][^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC as one character
)
_UNSEEN = (
    "\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""C1 controls, soft hyphen, fillers, zero-width and direction marks, separators, surrogates, annotations, tags."""
_IN_A_LINE = re.compile(f"[\x00-\x1f{_UNSEEN}]")
_IN_TEXT = re.compile(f"[\x00-\x08\x0b-\x1f{_UNSEEN}]")
_SELECTORS = re.compile("[\ufe00-\ufe0f]")
"""Variation selectors: the sign before them is what counts."""


def harmless_line(text: str) -> str:
    """Return `text` as one line that cannot move the cursor, with tabs expanded."""
    if text.isascii() and text.isprintable():
        return text
    return _IN_A_LINE.sub(STAND_IN, _without_sequences(text.rstrip("\r\n")).expandtabs(8))


def harmless_text(text: str) -> str:
    """Return `text` with its line ends and tabs, and nothing else that a terminal would obey."""
    return _IN_TEXT.sub(STAND_IN, _without_sequences(text.replace("\r\n", "\n")))


def _without_sequences(text: str) -> str:
    return _SELECTORS.sub("", _ESCAPES.sub("", text))
