"""Files of dots-tui's own that hold a racer's content: readable by the racer only, replaced as a whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dots_tui.bounded_files import replace_file


def key_of(root: Path, name: str) -> str:
    """A short name that tells the file ``name`` of the folder ``root`` from all others: hexadecimal digits."""
    place = f"{root.resolve()}\0{name}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(place).hexdigest()[:32]


def write_private(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of ``path`` with mode 0600, the folder made when there is none. Raises OSError.

    Not synced to the disk: it outlives the program, but a power cut may cost what was written last.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, data, durable=False)
