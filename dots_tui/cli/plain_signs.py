"""Signs for terminals and files whose encoding has no others: an error handler for what is printed.

Each sign becomes as many characters as it takes cells, so that lines and columns stay where they are.
"""

from __future__ import annotations

import codecs
import unicodedata

NAME = "dots-tui-plain-signs"
"""What streams call the handler: ``stream.reconfigure(errors=NAME)``."""

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
    """Stand-ins for what cannot be encoded, and where to go on. Raises every error that is not of that kind."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_stand_in, error.object[error.start : error.end])), error.end


def _stand_in(sign: str) -> str:
    if unicodedata.combining(sign):
        return ""
    return _SIGNS.get(sign) or "?" * (2 if unicodedata.east_asian_width(sign) in "WF" else 1)


codecs.register_error(NAME, plain)
