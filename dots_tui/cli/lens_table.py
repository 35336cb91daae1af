"""The readings of the lens as lines of text: one block per key, with equal readings grouped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dots_tui.custom_files.folder import worker_number
from dots_tui.custom_files.lens import KeyReading
from dots_tui.custom_files.lens_words import grouped

_NAMES = {"source": "bash", "drfc": "DRFC", "awk": "scripts", "menu": "menu", "dotenv": "python-dotenv"}
_WORKER = {"source": "bash", "drfc": "DRFC", "worker": "prepare-config", **_NAMES}


def table(file: str, readings: Mapping[str, KeyReading]) -> Iterator[str]:
    """Yield the lines about one file: its name, then key, readers and value in columns."""
    yield file
    width = max(map(len, readings), default=0)
    names = _WORKER if worker_number(file) is not None else _NAMES
    rows = {key: _rows(reading, names) for key, reading in readings.items()}
    middle = max((len(who) for some in rows.values() for who, _ in some), default=0)
    for key, some in rows.items():
        for number, (who, value) in enumerate(some):
            yield f"  {key if number == 0 else '':{width}}  {who:{middle}}  {value}".rstrip()
        for effect in readings[key].effects:
            yield f"  {'':{width}}  ! {effect}"


def _rows(reading: KeyReading, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return readers and their values, with equal values in one row."""
    seen = grouped(reading, names)
    if len(seen) == 1:
        return [("all", seen[0].value)]
    return [(", ".join(one.readers), one.value) for one in seen]
