"""Drafts: stored unsaved changes, so that a closed terminal loses at most seconds of work.

A draft is one file: a line of JSON with its description, the bytes before the changes, and the changed bytes. The
caller chooses the folder.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dots_tui.bounded_files import Damaged, parse_json, read_regular, set_aside
from dots_tui.custom_files.documents import Document
from dots_tui.custom_files.private_files import key_of, write_private

_FORMAT = 1
_MOST = 64 << 20
"""Bytes of a draft."""
_LATEST = 253_402_300_800
"""The year 10000, in seconds since 1970."""


@dataclass(frozen=True)
class Draft:
    """Unsaved changes of a file."""

    name: str
    base: bytes
    """The content on disk when the changes were made."""
    data: bytes
    """The file with the changes."""
    made: float
    """The time of storing, in seconds since 1970."""

    @property
    def when(self) -> str:
        """The time of storing in readable form: the time, and the day unless it is today."""
        return moment(self.made)


class Drafts:
    """The drafts of all folders, one file each in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, root: Path, draft: Draft) -> None:
        """Store `draft` of a file in `root`, in place of an older one. Raise OSError."""
        head = {
            "format": _FORMAT,
            "folder": str(root.resolve()),
            "name": draft.name,
            "made": draft.made,
            "base": len(draft.base),
            "data": len(draft.data),
        }
        line = json.dumps(head).encode() + b"\n"  # ASCII, stray bytes of a path escaped
        write_private(self._path(root, draft.name), line + draft.base + draft.data)

    def drop(self, root: Path, name: str) -> None:
        """Delete the draft of `name` if there is one. Raise OSError."""
        self._path(root, name).unlink(missing_ok=True)

    def find(self, root: Path, name: str) -> Draft | None:
        """Return the draft of `name`, None if there is none. A damaged draft is set aside."""
        path = self._path(root, name)
        try:
            line, _, content = read_regular(path, _MOST).partition(b"\n")
            return _draft(name, parse_json(line), content)
        except OSError:
            return None
        except Damaged:
            set_aside(path)
            return None

    def _path(self, root: Path, name: str) -> Path:
        return self._folder / f"{key_of(root, name)}.draft"


def _draft(name: str, head: Any, content: bytes) -> Draft | None:
    """Return the draft with the first line `head`; None if another version of dots-tui wrote it. Raise Damaged."""
    if not isinstance(head, dict):
        raise Damaged("it does not begin as a draft does")
    if head.get("format") != _FORMAT:
        return None
    base, data, made = head.get("base"), head.get("data"), head.get("made")
    if type(base) is not int or type(data) is not int or not isinstance(made, (int, float)) or isinstance(made, bool):
        raise Damaged("it does not begin as a draft does")
    if base < 0 or data < 0 or base + data != len(content) or not 0 <= made < _LATEST:
        raise Damaged("it is not whole")
    return Draft(name, content[:base], content[base:], float(made))


def take_up(drafts: Drafts, documents: Mapping[str, Document]) -> tuple[list[Draft], list[Draft]]:
    """Restore the unsaved changes of documents just loaded.

    Return the restored drafts, and the drafts whose file has changed since, about which the user decides. A draft
    equal to the file on disk is deleted.
    """
    restored: list[Draft] = []
    undecided: list[Draft] = []
    for name, document in documents.items():
        draft = drafts.find(document.files.root, name)
        if draft is None:
            continue
        if draft.data == document.saved:
            with contextlib.suppress(OSError):  # a stale draft does no harm
                drafts.drop(document.files.root, name)
        elif draft.base == document.saved:
            document.edit(draft.data, step=True)
            restored.append(draft)
        else:
            undecided.append(draft)
    return restored, undecided


def moment(seconds: float) -> str:
    """Return a local time in readable form: "12:04", or "21 Nov 12:04" if it is not today."""
    then, now = time.localtime(seconds), time.localtime()
    same_day = (then.tm_year, then.tm_yday) == (now.tm_year, now.tm_yday)
    return time.strftime("%H:%M" if same_day else "%d %b %H:%M", then)
