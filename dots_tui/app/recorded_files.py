"""Recorded log files: plain, compressed, archives of several, or standard input."""

from __future__ import annotations

import gzip
import io
import shutil
import sys
import tarfile
import tempfile
import zlib
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Callable, cast

from dots_tui.problems import SingleCodeProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

STDIN = "-"
CHUNK = 1 << 20
_ARCHIVES = (".tar", ".tar.gz", ".tgz")
_SPOOLED = 8 << 20


class NotRead(SingleCodeProblem):
    """A file that cannot be read."""

    CODE = "not-read"


@dataclass(frozen=True)
class LogFile:
    """One log, which can be read several times."""

    name: str
    """The name as given; `archive!member` for a member of an archive."""
    open: Callable[[], AbstractContextManager[BinaryIO]]
    """Returns a new reader, or the kept one at its start; leaving the context closes a new one only."""

    @property
    def base(self) -> str:
        """The name without folders, which may be the container's name."""
        base = self.name.rpartition("!")[2].rpartition("/")[2]
        return base.removesuffix(".gz")

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes. Raises NotRead."""
        return self._read(lambda reader: iter(partial(reader.read, CHUNK), b""))

    def lines(self) -> Iterator[bytes]:
        """Yield the bytes by line; a line that is too long comes in pieces. Raises NotRead."""
        return self._read(lambda reader: iter(partial(reader.readline, CHUNK), b""))

    def _read(self, pieces: Callable[[BinaryIO], Iterator[bytes]]) -> Iterator[bytes]:
        try:
            with self.open() as reader:
                yield from pieces(reader)
        except (OSError, EOFError, zlib.error) as error:
            raise NotRead(f"{self.name} cannot be read: {_reason(error)}.") from error


def log_files(names: Iterable[str]) -> list[LogFile]:
    """Return the logs for the arguments, each file once. Raises NotRead if one does not exist."""
    found: list[LogFile] = []
    for name in dict.fromkeys(names):
        if name == STDIN:
            found.append(LogFile("standard input", _kept(sys.stdin.buffer)))
            continue
        path = Path(name)
        if path.is_dir():
            raise NotRead(f"{name} is a folder.", f"Name the logs in it, for example {name.rstrip('/')}/*.log.")
        try:
            if name.lower().endswith(_ARCHIVES):
                found += _members(path)
                continue
            with path.open("rb") as file:
                compressed = file.read(2) == b"\x1f\x8b"
        except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
            raise NotRead(f"{name} cannot be read: {_reason(error)}.") from error
        found.append(LogFile(name, partial(_unpacked if compressed else _plain, path)))
    return found


def _plain(path: Path) -> BinaryIO:
    return path.open("rb")


def _unpacked(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb"))


def _members(path: Path) -> list[LogFile]:
    """Return the members of an archive that may be logs: S3 exports also contain metrics and traces."""
    found = []
    with tarfile.open(path) as archive:
        for member in archive:
            reader = archive.extractfile(member) if member.isfile() and member.name.endswith((".log", ".txt")) else None
            if reader is not None:
                found.append(LogFile(f"{path}!{member.name}", _kept(cast("BinaryIO", reader))))
    if not found:
        raise NotRead(f"{path} has no member that ends in .log.")
    return found


def _kept(reader: BinaryIO) -> Callable[[], AbstractContextManager[BinaryIO]]:
    """Store the content of `reader` for repeated reading: in memory if small, else in a temporary file."""
    kept = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115 - it lives as long as the command
    shutil.copyfileobj(reader, kept)

    def opened() -> AbstractContextManager[BinaryIO]:
        kept.seek(0, io.SEEK_SET)
        return nullcontext(cast("BinaryIO", kept))

    return opened


def is_beginning_of(shorter: LogFile, longer: LogFile) -> bool:
    """Return true if `longer` begins with all of `shorter`: the same log, captured later."""
    theirs = longer.chunks()
    rest = b""
    for ours in shorter.chunks():
        while len(rest) < len(ours):
            more = next(theirs, b"")
            if not more:
                return False
            rest += more
        if not rest.startswith(ours):
            return False
        rest = rest[len(ours) :]
    return True


def _reason(error: BaseException) -> str:
    if isinstance(error, tarfile.TarError):
        return "it is no tar archive, or a damaged one"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
