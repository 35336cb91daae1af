"""Files that the racer's code writes: kept in memory, so that it can read them again, and never on the disk."""

from __future__ import annotations

import builtins
import io
import os
from pathlib import PurePath
from typing import Any, Callable

MOST_BYTES = 4 << 20
"""Of all files together; what is written beyond that is thrown away."""
_CHANGES = frozenset("wax+")
_LOW_LEVEL = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_SWALLOWED = ("mkdir", "makedirs", "remove", "unlink", "rename", "replace", "rmdir", "removedirs", "truncate")


class _Content:
    """The bytes of one file."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)


class _Handle(io.RawIOBase):
    """An open file in memory."""

    def __init__(self, content: _Content, name: Any, room: Callable[[int], bool], *, append: bool) -> None:
        self._content, self._room, self._append = content, room, append
        self._at = 0
        self.name = name

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._content.data[self._at : self._at + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def write(self, data: Any) -> int:
        data, content = bytes(data), self._content.data
        if self._append:
            self._at = len(content)
        if self._room(max(0, self._at + len(data) - len(content))):
            content[self._at : self._at + len(data)] = data
            self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        begin = (0, self._at, len(self._content.data))[whence]
        self._at = max(0, begin + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def truncate(self, size: int | None = None) -> int:
        size = self._at if size is None else size
        del self._content.data[size:]
        return size


class MemoryFiles:
    """Stands in for ``open`` while the racer's code runs (*active*); *told* takes the name of what it changes."""

    def __init__(self, active: Callable[[], bool], told: Callable[[str], None]) -> None:
        self._active, self._told = active, told
        self._files: dict[str, _Content] = {}
        self._open, self._low_open = io.open, os.open

    def install(self) -> None:
        """From now on files go through here."""
        builtins.open = io.open = self.open
        os.open = self._open_low
        for name in _SWALLOWED:
            setattr(os, name, self._swallowing(getattr(os, name)))

    def open(
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        """As the built-in one; what would be written stays in memory."""
        changes = bool(_CHANGES & set(mode))
        key = self._key(file)
        if self._active() and key == os.devnull:
            return self._open(os.dup(0), mode, buffering, encoding, errors, newline)
        if not self._active() or key is None or not (changes or key in self._files):
            return self._open(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if "x" in mode and key in self._files:
            raise FileExistsError(17, "File exists", file)
        if changes:
            self._told(PurePath(key).name)
        if key not in self._files:
            # What is there may be read and added to.
            there = "r" in mode or ("a" in mode and os.path.exists(key))  # noqa: PTH110 - also of odd names
            self._files[key] = _Content(self._read(file) if there else b"")
        content = self._files[key]
        if "w" in mode:
            content.data.clear()
        buffered = io.BufferedRandom(_Handle(content, file, self._has_room, append="a" in mode))
        if "a" in mode:
            buffered.seek(0, io.SEEK_END)
        if "b" in mode:
            return buffered
        return io.TextIOWrapper(buffered, encoding or "utf-8", errors, newline, line_buffering=buffering == 1)

    def _read(self, file: Any) -> bytes:
        with self._open(file, "rb") as found:
            return bytes(found.read(MOST_BYTES))

    def _has_room(self, size: int) -> bool:
        """Whether a file may grow by so many bytes."""
        return sum(len(content.data) for content in self._files.values()) + size <= MOST_BYTES

    def _open_low(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if self._active() and flags & _LOW_LEVEL and path != os.devnull:
            self._told(PurePath(os.fsdecode(path)).name)
            return os.dup(0)  # /dev/null, which some walls let nobody open for writing
        return self._low_open(path, flags, mode, dir_fd=dir_fd)

    def _swallowing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """The function that does nothing while the racer's code runs, but forgets what it removes."""

        def instead(path: Any, *arguments: Any, **options: Any) -> Any:
            if not self._active():
                return real(path, *arguments, **options)
            key = self._key(path)
            if key is not None:
                self._told(PurePath(key).name)
                if real.__name__ in ("remove", "unlink", "rename", "replace"):
                    self._files.pop(key, None)
            return None

        return instead

    @staticmethod
    def _key(file: Any) -> str | None:
        """The path of a file; None for a descriptor and for what is no name at all."""
        try:
            return None if isinstance(file, int) else os.path.abspath(os.fsdecode(file))  # noqa: PTH100
        except (TypeError, ValueError):
            return None
