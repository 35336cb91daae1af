"""python-dotenv's ``dotenv_values``: its own parser, and ``${NAME}`` but not ``$NAME`` expanded."""

from __future__ import annotations

import io
from collections import ChainMap
from collections.abc import Mapping

from dotenv.parser import parse_stream
from dotenv.variables import parse_variables

from dots_tui.custom_files.expand import MOST_IN_A_VALUE
from dots_tui.custom_files.readers.trace import Trace

_BOM = "\ufeff"
"""Dropped by python-dotenv itself in its newer versions; older ones take it for a part of the first key."""


def read(text: str, environment: Mapping[str, str]) -> Trace:
    """What python-dotenv makes of ``text`` (line ends already made one kind, as Python's open() does).

    A reference means the value set further up, else the one in ``environment``, else nothing.
    """
    known: dict[str, str | None] = {}
    visible: ChainMap[str, str | None] = ChainMap(known, dict(environment))
    for binding in parse_stream(io.StringIO(text.removeprefix(_BOM))):
        if binding.key is None:
            continue
        if binding.value is None:
            known[binding.key] = None
        else:
            known[binding.key] = _resolved(binding.value, visible)
    return Trace({name: value for name, value in known.items() if value is not None})


def _resolved(value: str, visible: Mapping[str, str | None]) -> str:
    """``value`` with its references; the text as it is written when it grows beyond measure."""
    pieces: list[str] = []
    size = 0
    for atom in parse_variables(value):
        pieces.append(atom.resolve(visible))
        size += len(pieces[-1])
        if size > MOST_IN_A_VALUE:
            return value
    return "".join(pieces)
