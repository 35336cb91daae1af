"""The readings of the lens in words: which readers see the same, and what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dots_tui.custom_files.findings import shown
from dots_tui.custom_files.folder import worker_number
from dots_tui.custom_files.lens import KeyReading
from dots_tui.custom_files.readers.worker import ABSENT

NOT_SET, EMPTY = "(not set)", "(empty)"
_SHELLS = {"source": "bash source", "drfc": "DRFC", "awk": "instance awk", "menu": "menu.py", "dotenv": "python-dotenv"}


class SeenValue(NamedTuple):
    """What some readers see."""

    readers: tuple[str, ...]
    """Their names in words."""
    value: str
    effects: tuple[str, ...] = ()
    """What one of them does besides."""


def names_for(file: str) -> Mapping[str, str]:
    """The readers of the env file ``file``: the names of their fields in a Reading, and those in words."""
    number = worker_number(file)
    return _SHELLS if number is None else {"worker": f"worker-{number}", **_SHELLS}


def grouped(reading: KeyReading, names: Mapping[str, str]) -> list[SeenValue]:
    """What the readers ``names`` see, those that see the same together, in the order of ``names``."""
    seen: dict[str, list[str]] = {}
    for reader in names:
        seen.setdefault(_value(reader, getattr(reading, reader)), []).append(reader)
    effects = [effect.partition(": ") for effect in reading.effects]
    return [
        SeenValue(
            tuple(names[reader] for reader in readers),
            value,
            tuple(f"{names[who]} {what}" for who, _, what in effects if who in readers),
        )
        for value, readers in seen.items()
    ]


def _value(reader: str, value: str | None) -> str:
    if value is None or (reader, value) in (("worker", ABSENT), ("awk", "")):
        return NOT_SET
    # awk ends every line it prints; more than one line means that it found the key more than once.
    text = value[:-1] if reader == "awk" else value
    return " | ".join(map(shown, text.split("\n"))) or EMPTY
