"""The first painted frame, written before Textual is imported.

Importing Textual takes a quarter of a second; a person sees the frame of the app within a few
hundredths. Only ``os`` and ``sys`` are used, both loaded by every Python.
"""

from __future__ import annotations

import os
import sys

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
_LEAVE = "\x1b[?25h\x1b[?1049l"

PANES = ("Files", "Reward", "Stacks", "Training", "Models")
"""The panes in the order of their keys 1 to 5."""


def frame(columns: int, rows: int) -> str:
    """The frame as text for a terminal of ``columns`` x ``rows``: the tabs on top, the name in the middle."""
    tabs = "  ".join(f"{number} {pane}" for number, pane in enumerate(PANES, start=1))
    top = f" dots-tui   {tabs}"[:columns]
    name = "dots-tui"[:columns]
    row, column = max(2, rows // 2), max(1, (columns - len(name)) // 2 + 1)
    return f"\x1b[2m{top}\x1b[{row};{column}H{name}\x1b[0m"


def show() -> bool:
    """Paint the frame when standard output is a terminal. Tells whether it did."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "") in ("", "dumb"):
        return False
    try:
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return False
    sys.stdout.write(_ENTER + frame(columns, rows))
    sys.stdout.flush()
    return True


def leave() -> None:
    """Give the terminal back when the app did not start after all."""
    sys.stdout.write(_LEAVE)
    sys.stdout.flush()
