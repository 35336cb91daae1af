"""A fuzzer of the events of a child process: well-typed ones with odd values, damaged ones, cut and mixed lines."""

from __future__ import annotations

import ast
import contextlib
import json
import random
import sys
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from dots_tui.cli.rehearse import lines_of
from dots_tui.reward import results
from dots_tui.reward.answers import Answer
from dots_tui.reward.call_session import SessionEnded, check_answer
from dots_tui.reward.comparison import Comparison
from dots_tui.reward.drivers import DRIVERS
from dots_tui.reward.episode import DriverEpisode
from dots_tui.reward.event_stream import EventStream, Misbehaved
from dots_tui.reward.lessons import MANNERS, Learned
from dots_tui.reward.report import Report
from dots_tui.reward.results import Event, decode, encode
from dots_tui.reward.sweep import HEADINGS, OFFSETS
from dots_tui.tracks.builtin import builtin_tracks
from dots_tui.ui.panes.reward.driver_table import marks_of

if TYPE_CHECKING:
    from pathlib import Path

TRACK = builtin_tracks()["oval"]
_NUMBERS = (0, 1, -1, 2, 3, 15, 100, 1e-300, -0.0, 0.5, 99.9, 100.0, 1e6, -1e6, 1e15, -1e15, 10**15, -(10**15))
_TEXTS = (
    "",
    "x",
    "lap",
    "racing line",
    "\x1b]0;x\x07",
    "\udfff",
    "\u202e\u2028",
    "a" * 20_000,
    "walled",
    "line 3\nline 4",
)
_ODD: tuple[Any, ...] = (
    None, True, -1, 10**16, 1e16, 10**400, "1", "", "NaN", [], {}, [[]], {"event": "ended"}, [None], [1, 2], [[[1]]],
    float("nan"), float("inf"), 1e-320, "a" * 20_001,
)  # fmt: skip


def a_value(rng: random.Random, shape: ast.expr, module: str) -> Any:
    """A value that fits an annotation, with ordinary and extreme numbers."""
    if isinstance(shape, ast.BinOp):
        return None if rng.random() < 0.3 else a_value(rng, shape.left, module)
    if isinstance(shape, ast.Subscript):
        return _of_parts(rng, shape, module)
    assert isinstance(shape, ast.Name)
    if shape.id == "str":
        return rng.choice(_TEXTS)
    if shape.id == "bool":
        return rng.random() < 0.5
    if shape.id in ("int", "float", "Any"):
        number = rng.choice(_NUMBERS) if rng.random() < 0.5 else rng.uniform(-5, 200)
        return int(number) if shape.id == "int" else number
    named = getattr(sys.modules[module], shape.id, None) or getattr(results, shape.id)
    return an_event(rng, named) if isinstance(named, type) else rng.choice(named.__args__)


def _of_parts(rng: random.Random, shape: ast.Subscript, module: str) -> Any:
    assert isinstance(shape.value, ast.Name)
    parts = shape.slice.elts if isinstance(shape.slice, ast.Tuple) else [shape.slice]
    if shape.value.id == "Mapping":
        return {rng.choice(_TEXTS): rng.choice(_NUMBERS) for _ in range(rng.randrange(3))}
    if shape.value.id == "Literal":
        return rng.choice([part.value for part in parts if isinstance(part, ast.Constant)])
    if isinstance(parts[-1], ast.Constant) and parts[-1].value is Ellipsis:
        return [a_value(rng, parts[0], module) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    return [a_value(rng, part, module) for part in parts]


def an_event(rng: random.Random, kind: type[Any]) -> dict[str, Any]:
    """The fields of an event."""
    found = {
        field.name: a_value(rng, ast.parse(str(field.type), mode="eval").body, kind.__module__)
        for field in fields(kind)
    }
    return found if rng.random() < 0.3 else _plausible(rng, kind, found)


def _plausible(rng: random.Random, kind: type[Any], found: dict[str, Any]) -> dict[str, Any]:
    """The fields with those that belong together made to fit."""
    if kind is results.Cell:
        found["index"] = rng.choice((0, 1, 5, 127, 128, -1))
        found["rewards"] = [[[rng.choice((None, 1.0, -1e15)) for _ in range(2)] for _ in HEADINGS] for _ in OFFSETS]
    elif kind is results.Sweep:
        found["speeds"] = [1.0, rng.choice((2.0, 0.0, -1e15))]
        found["minimum"], found["maximum"], found["mean"] = rng.choice(((None,) * 3, (1.0,) * 3, (-1e15, 1e15, 0.0)))
    elif kind is DriverEpisode:
        found["finished"] = rng.random() < 0.5
        found["name"] = rng.choice([driver.name for driver in DRIVERS])
        found["end"] = "lap" if found["finished"] else rng.choice(("off-track", "stopped", "crashed"))
        found["lap_time_s"] = found["seconds"] if found["finished"] else None
    elif kind is Learned:
        found["manner"] = rng.choice(MANNERS)
    return found


def _damage(rng: random.Random, value: Any) -> Any:
    """Change one place somewhere in a value."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        name = rng.choice(list(value))
        how = rng.randrange(4)
        if how == 0:
            return {key: one for key, one in value.items() if key != name}
        if how == 1:
            return {**value, rng.choice(("more", "event", "__class__", name + " ")): rng.choice(_ODD)}
        return {**value, name: _damage(rng, value[name])}
    if isinstance(value, list) and value and rng.random() < 0.9:
        at = rng.randrange(len(value))
        how = rng.randrange(4)
        if how == 0:
            return value[:at] + value[at + 1 :]
        if how == 1:
            return value * rng.choice((2, 50))
        return [*value[:at], _damage(rng, value[at]), *value[at + 1 :]]
    if rng.random() < 0.1:
        for _ in range(rng.choice((5, 40, 2000))):
            value = [value] if rng.random() < 0.5 else {"a": value}
        return value
    return rng.choice(_ODD)


def _line(rng: random.Random, *, damaged: bool) -> bytes:
    name = rng.choice(list(results._KINDS))
    value: Any = {"event": name, **an_event(rng, results._KINDS[name])}
    for _ in range(rng.choice((1, 1, 2)) if damaged else 0):
        value = _damage(rng, value)
    try:
        data = json.dumps(value, ensure_ascii=rng.random() < 0.8).encode("utf-8", "surrogatepass")
    except (RecursionError, ValueError):
        return b"[" * 5000
    if damaged and rng.random() < 0.3:  # partial
        return data[: rng.randint(0, len(data))]
    return data.replace(b'"event"', b'"event":"pulse","event"', 1) if damaged and rng.random() < 0.1 else data


def _stream(rng: random.Random) -> bytes:
    """Lines after each other; in some streams one is damaged, or two are mixed as by two writers."""
    count, kind = rng.randint(1, 12), rng.randrange(4)
    bad = rng.randrange(count) if kind == 0 else -1
    lines = [_line(rng, damaged=at == bad) for at in range(count)]
    if kind == 1 and count > 1:
        place = rng.randrange(count - 1)
        first, second = lines[place : place + 2]
        at, other = rng.randint(0, len(first)), rng.randint(0, len(second))
        lines[place : place + 2] = [first[:at] + second[:other], first[at:] + second[other:]]
    ends = [b"\n"] * count
    if kind == 0 and rng.random() < 0.3:
        ends[bad] = rng.choice((b"\r\n", b"", b"\n\n", b"\0\n", b" \n"))
    return b"".join(line + end for line, end in zip(lines, ends))


def fuzz_events(rng: random.Random, _: Path) -> None:
    """Everything a child may send, and all that is made of what comes through."""
    stream, data, taken = EventStream(attempts=20), _stream(rng), list[Event]()
    with contextlib.suppress(Misbehaved):
        while data:
            size = rng.randint(1, len(data))
            taken += stream.feed(data[:size])
            data = data[size:]
    report = Report(TRACK)
    for event in taken:
        if isinstance(event, Answer):
            with contextlib.suppress(SessionEnded):
                check_answer(event, rng.randrange(4))
        assert decode(encode(event)) == event
        report = report.after(event)
        json.dumps(report.document(), allow_nan=False)
        "\n".join(lines_of(report)).encode("utf-8", "replace")
        marks_of(report.drivers)
    half = Report(TRACK)
    for event in taken[: len(taken) // 2]:
        half = half.after(event)
    for comparison in (Comparison(report, half), Comparison(half, report)):
        assert comparison.words
        comparison.differences(0, 0)
