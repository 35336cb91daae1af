"""The file that a log is saved to: a free name for it, and why a name or a write fails."""

from __future__ import annotations

from pathlib import Path

COPY = "log-copy.txt"
"""The file in the state folder with the text copied last."""


def wrong_name(value: str) -> str:
    """Return why `value` is no name for a new file; "" if it is one."""
    if not value.strip():
        return "Type the name of a file."
    path = Path(value).expanduser()
    if path.is_dir():
        return "That is a folder. Add a name."
    if path.exists():
        return "There is a file of that name, and it is not overwritten. Type another name."
    return "" if path.parent.is_dir() else f"There is no folder {path.parent}."


def free_name() -> str:
    """Return the path of a new file in the working folder."""
    number, path = 1, Path("training-log.txt")
    while path.exists():
        number += 1
        path = Path(f"training-log-{number}.txt")
    return str(path.absolute())


def saved_path(name: str) -> Path:
    """Return the path of a typed name."""
    return Path(name).expanduser()


def count_of_lines(count: int) -> str:
    """Return "1 line" or "1,200 lines"."""
    return f"{count:,} line{'' if count == 1 else 's'}"


def why_not_written(error: OSError) -> str:
    """Return the reason of a failed write."""
    return error.strerror or str(error)
