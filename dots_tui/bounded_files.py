"""Files and documents at the boundary: bounded reading of foreign and own ones, and atomic replacement.

A problem with the content becomes `Damaged` (a ValueError) with words for a person; a problem of the system stays an
OSError.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
import stat
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MOST_BYTES = 4 << 20
"""No settings, theme, draft or note is larger."""
DEEPEST = 64
"""Lists and objects in each other."""
_MOST_DIGITS = 300


class Damaged(ValueError):
    """A file or document that cannot be used; the message says why."""


def read_regular(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return the bytes of a regular file. Raises Damaged for a pipe, a device or a huge file; OSError as `open`."""
    # A pipe with nobody at its other end would hold an ordinary open for good.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise Damaged("it is a folder, not a file" if stat.S_ISDIR(mode) else "it is not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise Damaged(f"it is larger than {most >> 10} KiB")
    return data


def text_of(data: bytes) -> str:
    """Return `data` as UTF-8 text. Raises Damaged."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Damaged(f"it is not UTF-8 text (byte {error.start + 1})") from None


def parse_json(data: bytes | str) -> Any:
    """Return the value of a JSON document. Raises Damaged, also for what no program should have to bear.

    That is nesting beyond `DEEPEST`, numbers of hundreds of digits, and numbers that are none.
    """
    text = text_of(data) if isinstance(data, bytes) else data
    try:
        value = json.loads(text, parse_int=_integer, parse_float=_number, parse_constant=_number)
    except RecursionError:
        raise Damaged("it is nested too deep") from None
    except Damaged:
        raise
    except ValueError as error:
        raise Damaged(f"it is no JSON ({error})") from None
    _check(value)
    return value


def parse_toml(data: bytes) -> dict[str, Any]:
    """Return the table of a TOML document. Raises Damaged as `parse_json` does."""
    try:
        table: dict[str, Any] = tomllib.loads(text_of(data))
    except RecursionError:
        raise Damaged("it is nested too deep") from None
    except Damaged:
        raise
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise Damaged(f"it is no TOML ({error})") from None
    _check(table)
    return table


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` in the place of `path`, with its mode or else 0600; a link stays a link. Raises OSError.

    A reader, or a power cut, sees the old content or the new one and nothing between.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(target, data, mode=stat.S_IMODE(target.stat().st_mode) if target.is_file() else None)


def replace_file(
    target: Path, data: bytes, *, mode: int | None = None, created: int = 0o600, durable: bool = True
) -> None:
    """Replace `target` atomically: a reader sees the old content or all of `data`. Raises OSError.

    The new file has `mode`; with None, it is created with the permissions `created` and the process's umask. With
    `durable`, the content reaches the disk before the name does, so a power cut cannot lose both. No temporary file
    is left behind, also after an interrupt.
    """
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, created)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            if mode is not None:
                os.fchmod(stream.fileno(), mode)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def set_aside(path: Path) -> Path | None:
    """Move a damaged file of our own out of the way, to be looked at by a person. Returns where, None if it stays."""
    place = path.with_name(f"{path.name}.damaged")
    try:
        path.replace(place)
    except OSError:
        return None
    return place


def _check(value: Any) -> None:
    """Raises Damaged for deep nesting and huge numbers, without recursion of its own."""
    level = [value]
    for _ in range(DEEPEST + 1):
        inner: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                inner += [*one, *one.values()]
            elif isinstance(one, list):
                inner += one
            elif isinstance(one, int) and abs(one) >= 10**_MOST_DIGITS:
                raise Damaged("it holds a number of hundreds of digits")
        level = inner
        if not level:
            return
    raise Damaged("it is nested too deep")


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise Damaged("it holds a number of hundreds of digits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Damaged("it holds a number that is none")
    return number
