"""What the keys mean when system.env and then run.env are sourced: references expanded, later lines win.

This is bash's reading of plain values (DRFC bin/activate.sh loads the files in this order). What bash would
refuse or execute is not imitated; such lines are findings and their text is taken as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dots_tui.custom_files.env_file import EnvEntry, EnvFile
from dots_tui.custom_files.words import REFERENCE

INSTANCE_NAMES = frozenset({"DEEPRACER_REGION", "DEEPRACER_S3_URI", "DR_DIR", "HOME", "USER"})
"""Variables the training instance sets itself; a reference to one stays visible as it is written."""

MOST_IN_A_VALUE = 32 * 1024
"""Characters. Linux starts no program with a variable of more than 128 KiB, and no setting of a run has a hundredth."""
MOST_IN_ALL = 1024 * 1024
"""Characters in all values together."""


def references(entry: EnvEntry) -> list[str]:
    """The names ``entry`` refers to without a default, in order."""
    return [
        match["plain"] or match["braced"]
        for part in entry.parts
        if not part.literal
        for match in REFERENCE.finditer(part.text)
        if match["default"] is None
    ]


class Expansion(NamedTuple):
    """The variables after sourcing, and the entries whose values were not worked out."""

    values: dict[str, str]
    overgrown: tuple[EnvEntry, ...]
    """Entries whose value, or all values with it, would grow beyond measure; theirs is the text as it is written."""


def expand(files: Iterable[EnvFile]) -> dict[str, str]:
    """The variables after sourcing ``files`` one after the other in a fresh shell.

    A reference to a name not set so far is empty, as in bash: define before use.
    """
    return expansion(files).values


def expansion(files: Iterable[EnvFile]) -> Expansion:
    """As :func:`expand`, with what did not fit: a few lines that refer to themselves would fill the memory."""
    values: dict[str, str] = {}
    overgrown: list[EnvEntry] = []
    total = 0
    for file in files:
        for entry in file.entries:
            if entry.commented:
                continue
            before = len(values.get(entry.key, ""))
            value = _value(entry, values, min(MOST_IN_A_VALUE, MOST_IN_ALL - total + before))
            if value is None:
                overgrown.append(entry)
                value = entry.value
            total += len(value) - before
            values[entry.key] = value
    return Expansion(values, tuple(overgrown))


def _value(entry: EnvEntry, values: Mapping[str, str], most: int) -> str | None:
    """What ``entry`` means, or None when that is longer than *most* characters."""
    pieces: list[str] = []
    size = 0
    for text in _pieces(entry, values):
        pieces.append(text)
        size += len(text)
        if size > most:
            return None
    return "".join(pieces)


def _pieces(entry: EnvEntry, values: Mapping[str, str]) -> Iterator[str]:
    for part in entry.parts:
        if part.literal:
            yield part.text
            continue
        position = 0
        for match in REFERENCE.finditer(part.text):
            yield part.text[position : match.start()]
            yield _replaced(match, values)
            position = match.end()
        yield part.text[position:]


def _replaced(match: re.Match[str], values: Mapping[str, str]) -> str:
    name = match["plain"] or match["braced"]
    known = values.get(name)
    default = match["default"]
    if default is not None and (known is None or (default.startswith(":") and not known)):
        return default.lstrip(":")[1:]
    if known is None:
        return match.group() if name in INSTANCE_NAMES else ""
    return known
