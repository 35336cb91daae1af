"""The readings of the lens as lines of text: one block a key, readers that say the same together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dots_tui.custom_files.findings import shown
from dots_tui.custom_files.folder import worker_number
from dots_tui.custom_files.lens import READERS, Reading
from dots_tui.custom_files.readers.worker import ABSENT

_NAMES = {"source": "bash", "drfc": "DRFC", "awk": "scripts", "menu": "menu", "dotenv": "python-dotenv"}
_WORKER = {"worker": "prepare-config", **_NAMES}
_NOT_SET = "(not set)"


def table(file: str, readings: Mapping[str, Reading]) -> Iterator[str]:
    """The lines about one file: its name, then key, readers and value in columns."""
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


def _rows(reading: Reading, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Readers and what they see, those that see the same in one row."""
    seen: dict[str, list[str]] = {}
    for reader in READERS:
        if reader in names:
            seen.setdefault(_value(reader, getattr(reading, reader)), []).append(names[reader])
    if len(seen) == 1:
        return [("all", value) for value in seen]
    return [(", ".join(who), value) for value, who in seen.items()]


def _value(reader: str, value: str | None) -> str:
    if value is None or (reader, value) in (("worker", ABSENT), ("awk", "")):
        return _NOT_SET
    # awk ends every line it prints; more than one line means that it found the key more than once.
    text = value[:-1] if reader == "awk" else value
    return " | ".join(map(shown, text.split("\n"))) or "(empty)"
