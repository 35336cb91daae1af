"""What differs between two versions of a file, line by line, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

CONTEXT = 3


@dataclass(frozen=True)
class DiffLine:
    """One line of a unified diff."""

    kind: str
    """"+" added, "-" removed, " " the same, "@" where the lines below it are in the file."""
    text: str


def diff_lines(before: bytes, after: bytes) -> list[DiffLine]:
    """The unified diff of two versions; empty when they are the same.

    Line ends and stray bytes count as well: a carriage return is shown as ␍, a missing last newline is noted.
    """
    if before == after:
        return []
    import difflib

    lines = difflib.unified_diff(_lines(before), _lines(after), n=CONTEXT, lineterm="")
    shown = []
    for number, line in enumerate(lines):
        if number >= 2:  # before that: the names of the files
            shown.append(DiffLine("@", line) if line.startswith("@@") else DiffLine(line[0], line[1:]))
    return shown


def changed_lines(lines: list[DiffLine]) -> str:
    """How much differs, in words: "2 lines added, 1 removed"."""
    added, removed = (sum(line.kind == kind for line in lines) for kind in "+-")
    return f"{added} {'line' if added == 1 else 'lines'} added, {removed} removed"


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "backslashreplace").split("\n")
    last = lines.pop()
    if last:
        lines.append(f"{last} (no line end)")
    return [line.replace("\r", "␍") for line in lines]
