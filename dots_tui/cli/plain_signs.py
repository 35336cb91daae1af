"""Substitutes for signs that a terminal's or file's encoding lacks: an error handler for printed text.

Each sign becomes as many characters as its width in cells, so that lines and columns stay aligned.
"""

from __future__ import annotations

import codecs
import unicodedata

NAME = "dots-tui-plain-signs"
"""Name of the handler for streams: `stream.reconfigure(errors=NAME)`."""

_SIGNS = {
    **dict.fromkeys("─━┄┅╌╍═—–", "-"),
    **dict.fromkeys("│┃┆┇║▏▎▍▌▐▕", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
    **dict.fromkeys("▁▂▃▄▅▆▇█▊▉▔▀", "#"),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("“”", '"'),
    **dict(zip("✗▲●✓◆◐○▸▾·…", "x!*+o~.>v.~")),
    "↑": "^",
    "↓": "v",
    "←": "<",
    "→": ">",
}


def plain(error: UnicodeError) -> tuple[str, int]:
    """Return substitutes for characters that cannot be encoded, and where to continue. Raise every other kind of
    error.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_stand_in, error.object[error.start : error.end])), error.end


def _stand_in(sign: str) -> str:
    if unicodedata.combining(sign):
        return ""
    return _SIGNS.get(sign) or "?" * (2 if unicodedata.east_asian_width(sign) in "WF" else 1)


codecs.register_error(NAME, plain)
