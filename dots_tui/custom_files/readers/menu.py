"""DeepRacer on the Spot's menu (menu.py): the first line that starts with the key and =, stripped, in Python."""

from __future__ import annotations

from dots_tui.custom_files.readers.trace import Trace


def read(text: str) -> Trace:
    """What the menu shows for each key (line ends already made one kind, as Python's open() does)."""
    values: dict[str, str] = {}
    for line in text.split("\n"):
        name, equals, value = line.partition("=")
        if equals:
            values.setdefault(name, value.strip())
    return Trace(values)
