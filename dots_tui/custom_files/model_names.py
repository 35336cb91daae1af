"""The names of models that continue one another. Pure.

As DRFC's increment does, the number at the end goes up by one and keeps its width; a name without a number gets "-1".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dots_tui.custom_files.words import REFERENCE

PLACE = re.compile(r"[A-Za-z0-9_.+@=-]+(/[A-Za-z0-9_.+@=-]+)*")
"""A prefix that all readers of the env files agree on."""
_NUMBERED = re.compile(r"^(.*?)(\d+)$", re.DOTALL)
_MOST_DIGITS = 15
_TRIES = 1000


def following_names(prefix: str) -> Iterator[str]:
    """Yield the names after `prefix`: run-1 → run-2, run-3 ...; run-09 → run-10; run → run-1."""
    numbered = _NUMBERED.match(prefix)
    stem, digits = (numbered[1], numbered[2]) if numbered else (f"{prefix}-", "0")
    if len(digits) > _MOST_DIGITS:  # a date and a time, or a hash: it is not counted up
        stem, digits = f"{prefix}-", "0"
    for number in range(int(digits) + 1, int(digits) + _TRIES + 1):
        yield f"{stem}{number:0{len(digits)}d}"


def renamed(written: str, meaning: str, wanted: str) -> str:
    """Return `wanted` in the notation of `written`, a value of an env file that means `meaning` now.

    References stay if only the last part of the prefix differs.
    """
    old, new = meaning.rpartition("/")[2], wanted.rpartition("/")[2]
    same_folder = meaning.rpartition("/")[0] == wanted.rpartition("/")[0]
    if same_folder and old and "$" not in old and written.endswith(f"/{old}"):
        return written[: -len(old)] + new
    return wanted


def refers_to(written: str, key: str) -> bool:
    """Return true if a value of an env file refers to `key`, so that it follows when `key` changes."""
    return any(key in (match["plain"], match["braced"]) for match in REFERENCE.finditer(written))
