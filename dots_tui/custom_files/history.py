"""Earlier versions of the custom files: each save keeps the replaced content, the newest few per file."""

from __future__ import annotations

import contextlib
import errno
import re
import time
from dataclasses import dataclass
from pathlib import Path

from dots_tui.bounded_files import Damaged, read_regular
from dots_tui.custom_files.private_files import key_of, write_private

MOST_VERSIONS = 20
"""Maximum versions of a file; the oldest are deleted."""

_MOST = 64 << 20
"""Bytes of a version."""
_NAME = re.compile(r"([0-9]{10,16})\.version")


@dataclass(frozen=True)
class Version:
    """One earlier version of a file."""

    path: Path
    made: float
    """The time of replacement, in seconds since 1970."""

    def read(self) -> bytes:
        """Return the content. Raise OSError."""
        try:
            return read_regular(self.path, _MOST)
        except Damaged as error:
            raise OSError(errno.EINVAL, str(error)) from error


class VersionHistory:
    """The versions of all files, in one folder per file inside `folder`. At most `most` of a file are kept."""

    def __init__(self, folder: Path, most: int = MOST_VERSIONS) -> None:
        self._folder, self._most = folder, most

    def keep(self, root: Path, name: str, data: bytes, now: float | None = None) -> None:
        """Keep `data` as a version of the file `name` in `root`, unless it equals the newest. Raise OSError."""
        versions = self.versions(root, name)
        if versions and versions[0].read() == data:
            return
        stamp = round((time.time() if now is None else now) * 1000)
        if versions:  # the clock may have been set back: a newer version has a later stamp all the same
            stamp = max(stamp, round(versions[0].made * 1000) + 1)
        write_private(self._of(root, name) / f"{stamp}.version", data)
        for version in versions[self._most - 1 :]:
            with contextlib.suppress(OSError):
                version.path.unlink()

    def versions(self, root: Path, name: str) -> list[Version]:
        """Return the versions of `name`, the newest first; none if the folder cannot be read."""
        found = []
        with contextlib.suppress(OSError):
            for path in self._of(root, name).iterdir():
                match = _NAME.fullmatch(path.name)
                if match:
                    found.append(Version(path, int(match.group(1)) / 1000))
        return sorted(found, key=lambda version: version.made, reverse=True)

    def _of(self, root: Path, name: str) -> Path:
        return self._folder / f"{name}-{key_of(root, name)}"
