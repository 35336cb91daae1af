"""What an editor does to whole lines: indent them, comment them out. Pure, no Textual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

INDENT = 4
_COMMENT = re.compile(r"(\s*)# ?(.*)", re.DOTALL)


def has_comments(file_name: str) -> bool:
    """Whether `#` begins a comment in a file of this name."""
    return file_name.endswith((".py", ".env"))


def indent(lines: Sequence[str]) -> list[str]:
    """Each line four spaces further in; empty ones stay empty."""
    return [" " * INDENT + line if line.strip() else line for line in lines]


def outdent(lines: Sequence[str]) -> list[str]:
    """Each line up to four spaces, or one tab, further out."""
    return [re.sub(rf"^(?:\t| {{1,{INDENT}}})", "", line) for line in lines]


def toggle_comment(lines: Sequence[str]) -> list[str]:
    """The lines commented out, all at the same column; when all of them are comments, brought back into effect."""
    full = [line for line in lines if line.strip()]
    if full and all(line.lstrip().startswith("#") for line in full):
        return [_COMMENT.sub(r"\1\2", line, count=1) if line.strip() else line for line in lines]
    column = min((len(line) - len(line.lstrip()) for line in full), default=0)
    return [f"{line[:column]}# {line[column:]}" if line.strip() else line for line in lines]
