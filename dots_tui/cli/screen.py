"""The start of the screen from the command line. Imports nothing heavy before the first frame is painted."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Callable


def missing_screen() -> str:
    """Return the reason why the app cannot be shown here, "" if it can."""
    # Textual draws on standard error.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return "dots-tui needs a terminal."
    if os.environ.get("TERM") == "dumb":
        return "dots-tui needs a terminal that can show more than lines of text; this one says TERM=dumb."
    return ""


def show_splash() -> Callable[[], None]:
    """Paint the first frame. The returned function restores the terminal; so does a signal before the app runs."""
    from dots_tui.cli.output import raw_streams

    raw_streams()
    from dots_tui.early_signals import EarlySignals
    from dots_tui.ui import splash

    leave = splash.remember()
    EarlySignals().end_with(leave)
    splash.show()
    return leave


def show_recorded(logs: Sequence[str], *, play: bool = False) -> int | None:
    """Run the app on recorded logs, playing at once with `play`. Return the exit code, None if there is no
    screen.
    """
    if missing_screen():
        return None
    leave = show_splash()
    try:
        from dots_tui.ui.start import run_recorded

        return run_recorded(logs, play=play)
    except BaseException:
        leave()
        raise
