"""A shell line that ends its command when this program is gone.

Closing an SSH channel does not end a remote command that prints nothing: a followed log of a
stopped training would stay on the instance forever. The command's standard input does end, so a
second process waits for that and ends the command. Otherwise the line ends with the command's own
exit status.
"""

from __future__ import annotations

BEFORE = "exec 3<&0; "
AFTER = " 3<&- & p=$!; { read -r _ <&3; kill $p; } >/dev/null 2>&1 & w=$!; wait $p; s=$?; kill $w 2>/dev/null; exit $s"


def guarded(command: str) -> str:
    """Return `command` (one simple command, POSIX sh) with a guard that ends it with its standard input."""
    return BEFORE + command + AFTER


def unguarded(line: str) -> str | None:
    """Return the command in a `line` made by `guarded`; None for another line."""
    if line.startswith(BEFORE) and line.endswith(AFTER):
        return line[len(BEFORE) : len(line) - len(AFTER)]
    return None
