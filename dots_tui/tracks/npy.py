"""Route files (`<world>.npy` in numpy's format), read without numpy.

A route is a table of float64, N rows of six: center x, y, inner x, y, outer x, y in meters. The
format is numpy's own: a magic string, a version, the length of the header (80 bytes in one
published file, 128 in the others), the header as a Python dictionary, then the numbers.
"""

from __future__ import annotations

import ast
import stat
import struct
from pathlib import Path
from typing import Any

from dots_tui.problems import SingleCodeProblem
from dots_tui.tracks.geometry import Track

MAX_BYTES = 1_000_000
"""Size limit; the largest published route file has 19,376 bytes."""
MAGIC = b"\x93NUMPY"
_COLUMNS = 6
_ROW_BYTES = 8 * _COLUMNS
_MAX_HEADER = 10_000
_LENGTH_FORMATS = {(1, 0): "<H", (2, 0): "<I"}


class RouteProblem(SingleCodeProblem):
    """A route file cannot be used."""

    CODE = "route"


def read_route(path: Path) -> bytes:
    """Return the bytes of a route file. Raise RouteProblem; FileNotFoundError if there is no such file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RouteProblem(f"{path} is not a regular file.", "Give a route file (NAME.npy).")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise RouteProblem(f"{path} cannot be read: {error.strerror or error}") from error


def track_of(data: bytes, name: str, source: str, where: str = "") -> Track:
    """Return the track in the bytes of a route file. `where` names them in a message. Raise RouteProblem."""
    where = where or f"{name}.npy"
    rows, start = _header(data, where)
    needed = start + rows * _ROW_BYTES
    if len(data) != needed:
        what = "is cut short" if len(data) < needed else "has more in it than its header says"
        raise RouteProblem(f"{where} {what}: {len(data)} bytes, {needed} are needed for {rows} rows")
    try:
        return Track.from_rows(name, struct.iter_unpack("<6d", data[start:]), source)
    except ValueError as error:  # coordinates that are not finite, or all equal
        raise RouteProblem(f"{where} is no route: {error}") from error


def _header(data: bytes, where: str) -> tuple[int, int]:
    """Return the number of rows, and the offset of the numbers."""
    if len(data) > MAX_BYTES:
        raise RouteProblem(f"{where} is too large for a route: more than {MAX_BYTES:,} bytes")
    if data[:6] != MAGIC:
        raise RouteProblem(f"{where} is no .npy file: it does not begin as numpy's files do")
    if len(data) < 12:
        raise RouteProblem(f"{where} is cut short: it ends before its header")
    version = (data[6], data[7])
    if version not in _LENGTH_FORMATS:
        raise RouteProblem(f"{where} has version {version[0]}.{version[1]} of the .npy format; 1.0 and 2.0 can be read")
    (length,) = struct.unpack_from(_LENGTH_FORMATS[version], data, 8)
    begin = 8 + struct.calcsize(_LENGTH_FORMATS[version])
    if length > _MAX_HEADER:
        raise RouteProblem(f"{where} has a header of {length:,} bytes; that of a route is short")
    if len(data) < begin + length:
        raise RouteProblem(f"{where} is cut short: it ends inside its header")
    return _rows(_fields(data[begin : begin + length], where), where), begin + length


def _fields(text: bytes, where: str) -> dict[Any, Any]:
    try:
        found = ast.literal_eval(text.decode("latin-1").strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise RouteProblem(f"{where} has a header that cannot be read: it is no dictionary") from error
    if not isinstance(found, dict) or not {"descr", "fortran_order", "shape"} <= found.keys():
        raise RouteProblem(f"{where} has a header without descr, fortran_order and shape")
    return found


def _rows(header: dict[Any, Any], where: str) -> int:
    descr, shape = header["descr"], header["shape"]
    if descr != "<f8":
        raise RouteProblem(f"{where} holds {_short(descr)}; a route holds '<f8' (float64)")
    if header["fortran_order"] is not False:
        raise RouteProblem(f"{where} is in Fortran order; a route is in C order (numpy.ascontiguousarray makes it so)")
    whole = isinstance(shape, tuple) and len(shape) == 2 and all(type(size) is int for size in shape)
    if not whole or shape[1] != _COLUMNS or shape[0] < 2:
        raise RouteProblem(f"{where} has the shape {_short(shape)}; a route has (rows, 6) with at least 2 rows")
    rows: int = shape[0]
    if rows > MAX_BYTES:
        raise RouteProblem(f"{where} says it has more rows than a route can have")
    return rows


def _short(value: object) -> str:
    """Return a value of a header for a message; a number with thousands of digits has no text."""
    try:
        return repr(value)[:60]
    except (ValueError, RecursionError):
        return "something very long"
