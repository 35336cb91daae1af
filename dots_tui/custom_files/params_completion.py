"""Completion of keys while one types ``params["`` or ``params.get("`` in a reward function."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dots_tui.custom_files.reward_parameters import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dots_tui.custom_files.reward_parameters import Parameter

_BEGUN = re.compile(r"""(?:^|[^\w.])(\w+)\s*(\[|\.get\()\s*(['"])(\w*)$""")
_DEFINED = re.compile(r"^\s*def\s+\w+\s*\(\s*([^)]*)")
_USUAL = "params"
_OLDEST = 5


@dataclass(frozen=True)
class Begun:
    """A key that has been begun."""

    typed: str
    quote: str
    closing: str
    """What belongs behind the key and its quote: "]", or nothing where a default may follow."""


def begun(before: str, lines: Sequence[str], row: int) -> Begun | None:
    """The key begun right before the cursor, in line *row* of *lines*; None where no key of params belongs.

    The dictionary is called ``params``, or as the first argument of the function the line is in is.
    """
    match = _BEGUN.search(before)
    if match is None:
        return None
    name, opening, quote, typed = match.groups()
    if name != _USUAL and name != _argument(lines, row):
        return None
    return Begun(typed, quote, "]" if opening == "[" else "")


def keys_for(typed: str) -> list[Parameter]:
    """The keys that begin so, then those that have it within."""
    word = typed.lower()
    first = [row for row in PARAMETERS.values() if row.name.startswith(word)]
    return first + [row for row in PARAMETERS.values() if word in row.name and row not in first]


def hint(row: Parameter) -> str:
    """Kind, unit and range in a few words: "float, degrees, -180 to 180"; and which simapp it needs."""
    since = f"simapp {row.since}" if row.since > _OLDEST else ""
    return ", ".join(part for part in (row.kind, row.unit, row.range_text, since) if part)


def _argument(lines: Sequence[str], row: int) -> str:
    """The first argument of the definition above."""
    for line in reversed(lines[: row + 1]):
        match = _DEFINED.match(line)
        if match is not None:
            return re.split(r"[,:=\s]", match.group(1).strip(), maxsplit=1)[0]
    return ""
