"""Write lines of a spool to a file: all of them, or only those that pass a sieve."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from dots_tui.ui.widgets.glyphs import FIRST_DATE, span
from dots_tui.ui.widgets.log_rows import LogRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dots_tui.spool.store import Spool, SpoolLine
    from dots_tui.ui.widgets.log_sieve import Sieve

LINES = 4096  # written together
PAUSE_S = 0.02


def save_lines(spool: Spool, sieve: Sieve, path: Path, stopped: Callable[[], bool]) -> int:
    """Write what there is now to a new file `path`, and return how many lines that were; 0 when `stopped`.

    Each line is `TIME CONTAINER | TEXT`, the time in UTC with milliseconds, in the order in which the log view
    shows them. Only its owner can read the file. Raises OSError, FileExistsError among them, and leaves no half file.
    """
    rows = LogRows(spool, sieve)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            stop = len(spool)
            rows.update()
            while rows.reached < stop and not stopped():
                time.sleep(PAUSE_S)
                rows.update()
            for start in range(0, len(rows), LINES):
                if stopped():
                    break
                page = rows.page(start, min(start + LINES, len(rows)))
                file.writelines(line_of_file(page[row]) for row in sorted(page))
    except BaseException:
        path.unlink()
        raise
    finally:
        rows.close()
    if stopped():
        path.unlink()
        return 0
    return len(rows)


def line_of_file(line: SpoolLine) -> str:
    """Return a line in the format of the saved file."""
    if line.time < FIRST_DATE:  # of a recording that only counts from its start, or has no times
        return f"{span(line.time) if line.time else '-'} {line.source} | {line.text}\n"
    moment = datetime.fromtimestamp(line.time, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z {line.source} | {line.text}\n"


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path`, readable only by its owner. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
