"""A fuzzer of route files: whole ones, headers and tables that are wrong in one place, and cut ones."""

from __future__ import annotations

import contextlib
import math
import random
import struct
from typing import TYPE_CHECKING

from dots_tui.reward.states import SimulatedWorld, car_at
from dots_tui.tracks.npy import RouteProblem, track_of

if TYPE_CHECKING:
    from pathlib import Path

_DTYPES = (
    "'<f8'", "'>f8'", "'<f4'", "'<i8'", "'|O'", "'<U6'", "'|b1'", "'|V8'", "'<M8[ns]'", "'<c16'", "'f8'", "b'<f8'",
    "u'<f8'",
    "r'<f8'", "'<' 'f8'", "('<f8',)", "('<f8', (6,))", "[('x', '<f8'), ('y', '<f8')]", "[('x', [('y', '<f8')])]",
    "8", "None",
    "'\\x00'", "'<f8' * 9", "f'<f8'", "{'<f8'}", "...", "'" + "a" * 9000 + "'", "set()",
)  # fmt: skip
_ORDERS = ("False", "True", "0", "None", "'False'", "[]", "not True", "False or False", "1 == 2")
_SHAPES = (
    "(6, {n})", "({n},)", "{n}", "[{n}, 6]", "({n}, 6, 1)", "({n}, 6.0)", "({n}.0, 6)", "(True, 6)", "(-{n}, 6)",
    "(0, 6)", "(1, 6)",
    "(10**9, 6)", "(99999999999999999999, 6)", "(" + "9" * 5000 + ", 6)", "({n}, 6)+()", "({n}, -6)", "({n}, +6)",
    "()", "(({n}, 6),)",
    "({n}, 6j)", "('{n}', 6)", "(None, 6)", "({n}, 7)", "(0x{n}, 6)", "({n}_0, 6)",
    "({n}, " + "(" * 300 + "6" + ")" * 300 + ")",
    "(" * 5000, "({n}, " + "[" * 90 + "]" * 90 + ")", "({n}, " + "-" * 3000 + "6)",
)  # fmt: skip
_MORE = (
    "", "'more': 1,", "'descr': '<f8',", "'shape': (2, 6),", "[]: 1,", "{}: 1,", "**{},",
    "'a': " + "{'b':" * 200 + "1" + "}" * 200 + ",",
    "1j: 2,", "None: None,", "b'descr': 1,", "'x': 'y' 'z',", "float('nan'): 1,", "1e999: -1e999,", "'\\ud800': 1,",
)  # fmt: skip
_VALUES = (0.0, -0.0, math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, 1e15, 1e-15, 1e154, 3.0)


def _ring(rng: random.Random, rows: int) -> list[float]:
    """A round track with borders, moved and sized at random."""
    size, width = 10.0 ** rng.uniform(-3, 6), rng.choice((0.6, 1.0, 0.0, 1e-9, 50.0))
    found: list[float] = []
    for row in range(rows):
        angle = 2.0 * math.pi * row / max(rows - 1, 1)
        for radius in (size, size - width / 2.0, size + width / 2.0):
            found += [radius * math.cos(angle), radius * math.sin(angle)]
    return found


def _table(rng: random.Random, rows: int) -> bytes:
    numbers = _ring(rng, rows)
    kind = rng.randrange(6)
    if kind == 0:
        numbers = [rng.choice(_VALUES) for _ in numbers]
    elif kind == 1 and numbers:
        for _ in range(rng.randint(1, 5)):
            numbers[rng.randrange(len(numbers))] = rng.choice(_VALUES)
    elif kind == 2:
        numbers = numbers[:6] * rows
    elif kind == 3:  # repeated rows
        numbers = [value for at in range(0, len(numbers), 6) for value in numbers[at : at + 6] * rng.choice((1, 1, 2))]
        numbers = numbers[: rows * 6]
    return struct.pack(f"<{len(numbers)}d", *numbers)


def _header(rng: random.Random, rows: int) -> bytes:
    """The dictionary of a header; one in two is as numpy writes it, in the others one part is not."""
    parts = {"descr": "'<f8'", "fortran_order": "False", "shape": f"({rows}, 6)"}
    more = ""
    if rng.random() < 0.5:
        kind = rng.randrange(5)
        if kind == 0:
            parts["descr"] = rng.choice(_DTYPES)
        elif kind == 1:
            parts["fortran_order"] = rng.choice(_ORDERS)
        elif kind == 2:
            parts["shape"] = rng.choice(_SHAPES).replace("{n}", str(rows))
        elif kind == 3:
            more = rng.choice(_MORE)
        else:
            del parts[rng.choice(list(parts))]
    names = list(parts)
    rng.shuffle(names)
    text = "{" + " ".join(f"'{name}': {parts[name]}," for name in names) + f" {more}}}"
    if rng.random() < 0.1:
        text = (
            rng.choice(("", " ", "\n", "#", "\t", "(", "x = "))
            + text
            + rng.choice(("", "#c", "\0", "\\", ")", "; 1", "\n1"))
        )
    return text.encode("latin-1", "replace")


def a_route(rng: random.Random) -> bytes:
    """The bytes of a file."""
    rows = rng.choice((2, 3, 5, 20, 120, 155))
    header = _header(rng, rows)
    version = rng.choice(((1, 0), (1, 0), (1, 0), (2, 0), (3, 0), (0, 0), (255, 255))) if rng.random() < 0.3 else (1, 0)
    prefix = 10 if version[0] == 1 else 12
    header = header.ljust(max(0, -(-(len(header) + prefix + 1) // 64) * 64 - prefix - 1)) + b"\n"
    length = len(header)
    if rng.random() < 0.1:
        length = rng.choice((0, 1, length - 1, length + 1, length * 2, 65535, 2**31))
    form = "<H" if version[0] == 1 else "<I"
    data = b"\x93NUMPY" + bytes(version) + struct.pack(form, min(length, 65535 if form == "<H" else 2**32 - 1)) + header
    data += _table(rng, rows)
    kind = rng.random()
    if kind < 0.1:
        data = data[: rng.randint(0, len(data))]
    elif kind < 0.15:
        data += bytes(rng.choice((1, 8, 48, 1_000_000)))
    elif kind < 0.2:
        data = data[: rng.randint(0, 12)] + bytes([rng.randrange(256)]) + data[rng.randint(0, 12) :]
    return data


def fuzz_npy(rng: random.Random, _: Path) -> None:
    """A file, and what is done with a track that comes of it."""
    with contextlib.suppress(RouteProblem):
        track = track_of(a_route(rng), "x", "file")
        assert math.isfinite(track.length_m)
        assert track.length_m > 0.0
        assert all(map(math.isfinite, track.bounds))
        for way in (track, track.reversed()):
            way.locate(*way.centre[0])
            way.locate(1e6, -1e6, 1)
            world = SimulatedWorld(way)
            for share in (0.0, 0.3, 1.0):
                state = world.state(car_at(world.track, share * world.track.length_m, 0.1, 10.0), 1.0, 0.0, 2, 1.0)
                world.params(state)
