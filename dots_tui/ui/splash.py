"""The first painted frame, written before Textual is imported.

Importing Textual takes a quarter of a second; the frame of the app appears within a few hundredths.
It uses only modules that every Python process loads.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
_LEAVE = "\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l\x1b[<u\x1b[?7h\x1b[?25h\x1b[?1049l"
"""Also resets modes of the app: mouse, focus and paste reports, the key protocol, cut long lines."""

PANES = ("Files", "Reward", "Stacks", "Training", "Models")
"""The panes in the order of their keys 1 to 5."""


def frame(columns: int, rows: int) -> str:
    """Return the frame as text for a terminal of `columns` x `rows`: the tabs on top, the name in the middle."""
    tabs = "  ".join(f"{number} {pane}" for number, pane in enumerate(PANES, start=1))
    top = f" dots-tui   {tabs}"[:columns]
    name = "dots-tui"[:columns]
    row, column = max(2, rows // 2), max(1, (columns - len(name)) // 2 + 1)
    return f"\x1b[2m{top}\x1b[{row};{column}H{name}\x1b[0m"


def show() -> bool:
    """Paint the frame if standard output is a terminal. Return True if it was painted."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "") in ("", "dumb"):
        return False
    try:
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return False
    sys.stdout.write(_ENTER + frame(columns, rows))
    sys.stdout.flush()
    return True


def remember() -> Callable[[], None]:
    """Save the state of the terminal. Return a function that restores it, also from a signal handler."""
    import termios

    keyboard, screen = sys.stdin.fileno(), sys.stdout.fileno()
    modes = termios.tcgetattr(keyboard)

    def leave() -> None:
        try:
            os.write(screen, _LEAVE.encode())
            termios.tcsetattr(keyboard, termios.TCSANOW, modes)
        except (OSError, termios.error):
            return  # the terminal is gone

    return leave
