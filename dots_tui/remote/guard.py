"""A shell line that ends its command when we are gone.

Closing an SSH channel does not end a remote command that prints nothing: a followed log of a stopped
training would stay on the instance for ever. What does end is the command's standard input, so a second
process waits for that and ends the command. The line ends with the command's own exit status otherwise.
"""

from __future__ import annotations

BEFORE = "exec 3<&0; "
AFTER = " 3<&- & p=$!; { read -r _ <&3; kill $p; } >/dev/null 2>&1 & w=$!; wait $p; s=$?; kill $w 2>/dev/null; exit $s"


def guarded(command: str) -> str:
    """*command* (one simple command, POSIX sh) so that it does not outlive its standard input."""
    return BEFORE + command + AFTER


def unguarded(line: str) -> str | None:
    """The command in a *line* made by `guarded`; None when it is another line."""
    if line.startswith(BEFORE) and line.endswith(AFTER):
        return line[len(BEFORE) : len(line) - len(AFTER)]
    return None
